"""Taking in an answer: each text's translation is checked, and the sound ones are remembered."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from langassets.translation.checks import Finding
from langassets.translation.checks.meaning.links import SWAPPED, swapped
from langassets.translation.engine.acceptance import echo, said_again, tidy_and_check
from langassets.translation.engine.lookup import MemoryLookup
from langassets.translation.engine.pending_segments import PendingSegment
from langassets.translation.engine.request import Request
from langassets.translation.recipes import Recipes
from langassets.translation.types import Answer, Batch, Memory, Provider, Remembered


@dataclass(slots=True)
class CheckedAnswer:
    """A request's segments: `accepted` with their translations, `rejected` with theirs and what the checks
    found, and those that the answer does not have."""

    accepted: list[tuple[PendingSegment, str]] = field(default_factory=list)
    rejected: list[tuple[PendingSegment, str, Sequence[Finding]]] = field(default_factory=list)
    missing: list[PendingSegment] = field(default_factory=list)


class AnswerChecker:
    """Checks answers and keeps what is sound."""

    def __init__(self, memory: Memory, recipes: Recipes, lookup: MemoryLookup) -> None:
        self.memory = memory
        self._recipes = recipes
        self._lookup = lookup

    def open(self, provider: Provider, request: Request, batch: Batch) -> "AnswerCheck":
        """The check of one answer, which may come bit by bit."""
        return AnswerCheck(self, provider, request, batch)

    def judge(
        self, provider: Provider, item: PendingSegment, batch: Batch, translation: str
    ) -> tuple[Remembered, Sequence[Finding]]:
        """A translation as it would be kept, and all that speaks against keeping it."""
        pair = (batch.source_language, batch.target_language)
        bounds = self._lookup.bounds(*pair)
        text, findings = tidy_and_check(
            item.segment, translation, batch, provider.name, bounds, item.code_elsewhere
        )
        findings = [*said_again(text, self._lookup.rejected(*item.key)), *findings]
        key = self._recipes.key(provider, item.segment.text, *pair)
        return Remembered(key, text, provider.name, provider.model), findings


class AnswerCheck:
    """Checks one answer as it comes; `said` may be called at any time, all else blocks on a database and is
    for one thread at a time.

    What came complete and sound is in memory at once, so that it is not paid for twice where the answer, or
    this process, ends too early. What the whole answer does not confirm is taken back: see `read_answer`.
    """

    def __init__(self, checker: AnswerChecker, provider: Provider, request: Request, batch: Batch) -> None:
        self._checker = checker
        self._provider = provider
        self._request = request
        self._batch = batch
        self._said: deque[tuple[int, str]] = deque()
        self._taken: dict[int, str] = {}
        self._sound: dict[int, Remembered] = {}
        self._findings: dict[int, Sequence[Finding]] = {}
        self._tidied: dict[int, str] = {}

    def said(self, texts: Mapping[int, str]) -> None:
        """Note texts that are complete; `take` checks them."""
        self._said.extend(texts.items())

    def take(self) -> None:
        """Check what was said since the last time. What is accepted is in memory when this returns."""
        new = []
        while self._said:
            new.append(self._said.popleft())
        self._take(dict(new))

    def whole(self, answer: Answer) -> CheckedAnswer:
        """Check the rest of an answer, and bring memory in line with it."""
        unconfirmed = [index for index, text in self._taken.items() if answer.texts.get(index) != text]
        self._checker.memory.forget([self._sound[each] for each in unconfirmed if each in self._sound])
        for index in unconfirmed:
            del self._taken[index]
            self._sound.pop(index, None)
            self._findings.pop(index, None)
        self._take({index: text for index, text in answer.texts.items() if index not in self._taken})
        self._doubt_swapped()
        checked = CheckedAnswer()
        for index, item in enumerate(self._request.items):
            if index in self._sound:
                checked.accepted.append((item, self._sound[index].translation))
            elif index in self._findings:
                item.refused = self._taken[index]
                checked.rejected.append((item, self._tidied[index], self._findings[index]))
            else:
                checked.missing.append(item)
        return checked

    def _doubt_swapped(self) -> None:
        """Take back what neighbours have of one another: that shows when the whole answer is there."""
        order = sorted(self._sound)
        texts = [self._batch.texts[index] for index in order]
        found = [order[each] for each in swapped(texts, [self._sound[index].translation for index in order])]
        if found:
            self._checker.memory.forget([self._sound[index] for index in found])
        for index in found:
            self._tidied[index] = self._sound.pop(index).translation
            self._findings[index] = (SWAPPED,)

    def _take(self, texts: Mapping[int, str]) -> None:
        sound, findings = {}, {}
        for index, text in sorted(texts.items()):
            if index < len(self._request.items):
                item = self._request.items[index]
                kept, found = self._checker.judge(self._provider, item, self._batch, text)
                found = echo(item.segment.text, kept.translation, self._batch.former.get(index)) or found
                if found:
                    findings[index] = found
                    self._tidied[index] = kept.translation
                else:
                    sound[index] = kept
        if sound:
            self._checker.memory.remember(sound.values())
        self._taken.update(texts)
        self._sound.update(sound)
        self._findings.update(findings)
