"""What the state machine knows of its world."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from langassets.translation.documents.document import body_of
from langassets_tests.chaos.segments.texts import content_of, text_of
from langassets_tests.chaos.segments.world import World
from langassets_tests.jobs.lessons import change_lesson


@dataclass
class Words:
    """What people said of the translations of a text: what is accepted, what is rejected, and who spoke."""

    accepted: str | None = None
    ever_accepted: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    speakers: set[str] = field(default_factory=set)


class Life(RuleBasedStateMachine):
    """`lessons` are the numbers of their paragraphs; `edits` what people last wrote, by object and number;
    `whole` bodies that they added a paragraph to, by key, which may stand so; `written` all bodies of
    theirs that only langassets may replace; `words` what they said, by language and text."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.lessons: dict[str, list[int]] = {}
        self.edits: dict[str, dict[int, str]] = defaultdict(dict)
        self.whole: dict[str, bytes] = {}
        self.written: set[bytes] = set()
        self.ours: set[bytes] = set()
        self.words: dict[tuple[str, str], Words] = defaultdict(Words)
        self._last = 100

    def teardown(self) -> None:
        self.world.close()

    def next_number(self) -> int:
        """One that was never used."""
        self._last += 1
        return self._last

    def change(self, lesson: str, numbers: list[int]) -> None:
        """A lesson says something else."""
        self.lessons[lesson] = numbers
        change_lesson(self.world.data, lesson, content_of(numbers))

    def put(self, key: str, body: Any) -> None:
        """A person stores an object."""
        before, after = self.world.objects()[key], body_of(body)
        if before not in self.written:
            self.ours.add(before)
        self.written.discard(before)  # they saw what stood there
        self.world.write(key, after)
        if after not in self.ours:  # else it is again what langassets had stored
            self.written.add(after)

    def body(self, key: str) -> Any:
        """What stands under a key."""
        return json.loads(self.world.objects()[key])

    def texts(self) -> list[str]:
        """The segments of all lessons."""
        return sorted({text_of(number) for numbers in self.lessons.values() for number in numbers})
