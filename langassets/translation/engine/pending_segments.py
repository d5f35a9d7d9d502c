"""What a run is waiting for: documents that lack segments, and segments that documents wait for."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from langassets.translation.checks import Finding
from langassets.translation.cost.tokens import answer_tokens
from langassets.translation.cost.usage import Totals
from langassets.translation.engine.acceptance import fits
from langassets.translation.engine.batching import PlacedText, place_texts
from langassets.translation.engine.sending.client import ProviderClient
from langassets.translation.engine.tasks import (
    NO_ANSWER,
    Problem,
    Result,
    Translated,
    TranslationTask,
    Untranslated,
)
from langassets.translation.types import Segment

TextKey = tuple[str, str, str]
"""Source language, target language, text."""

_NOTHING_CAME = Finding(NO_ANSWER, "no translation came")


@dataclass(eq=False, slots=True)
class OpenTask:
    """A document of which some segments are still missing."""

    task: TranslationTask
    missing: int = 0
    translations: dict[str, str] = field(default_factory=dict)
    from_memory: int = 0
    made: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    stopped: str | None = None

    def result(self) -> Result:
        """What is handed back once nothing is missing any more."""
        if self.problems or self.stopped is not None:
            return Untranslated(self.task.id, tuple(self.problems), self.stopped)
        return Translated(self.task.id, self.translations, self.from_memory, len(self.made), self.made)


@dataclass(eq=False, slots=True)
class PendingSegment:
    """A text on its way through a model, and the documents that wait for it.

    `failures` counts, by provider, the translations of it that were no good; `findings` are what was wrong
    with the last one, and `refused` is that one, where a translation came.
    """

    key: TextKey
    segment: Segment
    placed: PlacedText
    tokens: int
    waiting: list[tuple[OpenTask, Segment]] = field(default_factory=list)
    failures: Counter[ProviderClient] = field(default_factory=Counter)
    findings: Sequence[Finding] = ()
    refused: str = ""


class PendingSegments:
    """Who waits for what. `settled` is called with each document's result, as soon as there is one."""

    def __init__(self, totals: Totals, settled: Callable[[Result], None]) -> None:
        self.open = 0
        """Documents that still lack something."""
        self.characters = 0
        """Characters of all pending texts."""
        self.pending: dict[TextKey, PendingSegment] = {}
        self.recent: dict[TextKey, str] = {}
        """What was translated since it was last cleared: a look into memory may have missed it."""
        self._failed: dict[TextKey, Sequence[Finding]] = {}
        self._totals = totals
        self._settled = settled

    def take(
        self,
        number: int,
        task: TranslationTask,
        segments: Sequence[Segment],
        recalled: Callable[[Segment], list[str]],
    ) -> list[PendingSegment]:
        """Open the document with this `number`. Returns the segments that nobody has asked for yet.

        `recalled` gives what memory holds for a segment, the best first.
        """
        opened = OpenTask(task, missing=1)  # one more than there are: it is not settled while it is read
        self.open += 1
        new = []
        for segment, placed in place_texts(segments, number, task.title, task.former):
            key = (task.source_language, task.target_language, segment.text)
            known = self._known(key, segment, recalled(segment))
            if known is not None:
                opened.translations[segment.text] = known
                opened.from_memory += 1
            elif key in self._failed:
                opened.problems += _problems(segment.text, self._failed[key])
            else:
                opened.missing += 1
                new += self._wait(opened, segment, key, placed)
        self._totals.recalled(task.target_language, opened.from_memory)
        self._one_less(opened)
        return new

    def translated(self, item: PendingSegment, text: str) -> list[PendingSegment]:
        """Hand a translation to all who wait for it. Returns what is to be asked for by itself: the same
        text elsewhere, whose protected parts do not allow this translation."""
        self._forget(item)
        self.recent[item.key] = text
        new = []
        for place, (opened, segment) in enumerate(item.waiting):
            if segment.protected != item.segment.protected and not fits(segment, text, *item.key[:2]):
                new += self._wait(opened, segment, item.key, item.placed)
                continue
            opened.translations[segment.text] = text
            if place == 0:
                opened.made.add(segment.text)
            opened.from_memory += place > 0
            self._totals.recalled(item.key[1], int(place > 0))
            self._one_less(opened)
        return new

    def given_up(self, item: PendingSegment, stopped: str | None) -> None:
        """No provider is left for a segment: it failed for good, or the run has stopped."""
        self._forget(item)
        if stopped is None:
            self._failed[item.key] = item.findings
        for opened, segment in item.waiting:
            if stopped is None:
                opened.problems += _problems(segment.text, item.findings)
            else:
                opened.stopped = stopped
            self._one_less(opened)

    def _known(self, key: TextKey, segment: Segment, recalled: Sequence[str]) -> str | None:
        recent = self.recent.get(key)
        for candidate in [*recalled, recent] if recent is not None else recalled:
            if fits(segment, candidate, *key[:2]):
                return candidate
        return None

    def _wait(
        self, opened: OpenTask, segment: Segment, key: TextKey, placed: PlacedText
    ) -> list[PendingSegment]:
        if key in self.pending:
            self.pending[key].waiting.append((opened, segment))
            return []
        item = PendingSegment(key, segment, placed, answer_tokens(segment.text, key[1]), [(opened, segment)])
        self.pending[key] = item
        self.characters += len(segment.text)
        return [item]

    def _forget(self, item: PendingSegment) -> None:
        del self.pending[item.key]
        self.characters -= len(item.segment.text)

    def _one_less(self, opened: OpenTask) -> None:
        opened.missing -= 1
        if opened.missing == 0:
            self.open -= 1
            self._settled(opened.result())


def _problems(text: str, findings: Sequence[Finding]) -> list[Problem]:
    return [Problem(text, finding.name, finding.reason) for finding in findings or [_NOTHING_CAME]]
