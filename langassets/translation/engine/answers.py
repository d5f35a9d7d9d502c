"""Taking in an answer: each text's translation is checked, and the sound ones are remembered."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from langassets.translation.checks import Finding
from langassets.translation.checks.meaning.links import SWAPPED, swapped
from langassets.translation.engine.acceptance import echo, said_again, tidy_and_check
from langassets.translation.engine.lookup import Lookup
from langassets.translation.engine.pending_segments import PendingSegment
from langassets.translation.engine.request import Request
from langassets.translation.types import Answer, Batch, Memory, Provider, Remembered


@dataclass(slots=True)
class CheckedAnswer:
    """A request's segments: `accepted` with their translations, `rejected` with theirs and what the checks
    found, and those that the answer does not have."""

    accepted: list[tuple[PendingSegment, str]] = field(default_factory=list)
    rejected: list[tuple[PendingSegment, str, Sequence[Finding]]] = field(default_factory=list)
    missing: list[PendingSegment] = field(default_factory=list)


class _Judged(NamedTuple):
    """What an answer said of a text, that as it would be kept, and all that speaks against keeping it."""

    said: str
    kept: Remembered
    findings: Sequence[Finding]


@dataclass(eq=False, slots=True)
class AnswerCheck:
    """Checks one answer as it comes, by the provider with this `number`, the preferred one's being 0; `said`
    may be called at any time, all else blocks on a database and is for one thread at a time.

    What came complete and sound is in memory at once, so that it is not paid for twice where the answer, or
    this process, ends too early. What the whole answer does not confirm is taken back: see `read_answer`.
    """

    provider: Provider
    number: int
    request: Request
    batch: Batch
    memory: Memory
    lookup: Lookup
    _said: deque[tuple[int, str]] = field(default_factory=deque)
    _judged: dict[int, _Judged] = field(default_factory=dict)

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
        unconfirmed = [index for index, one in self._judged.items() if answer.texts.get(index) != one.said]
        self._forget(unconfirmed)
        for index in unconfirmed:
            del self._judged[index]
        self._take({index: text for index, text in answer.texts.items() if index not in self._judged})
        self._doubt_swapped()
        checked = CheckedAnswer()
        for index, item in enumerate(self.request.items):
            one = self._judged.get(index)
            if one is None:
                checked.missing.append(item)
            elif one.findings:
                item.refused = one.said
                checked.rejected.append((item, one.kept.translation, one.findings))
            else:
                checked.accepted.append((item, one.kept.translation))
        return checked

    def _doubt_swapped(self) -> None:
        """Take back what neighbours have of one another: that shows when the whole answer is there."""
        sound = [index for index, one in sorted(self._judged.items()) if not one.findings]
        translations = [self._judged[index].kept.translation for index in sound]
        found = [sound[each] for each in swapped([self.batch.texts[index] for index in sound], translations)]
        self._forget(found)
        for index in found:
            self._judged[index] = self._judged[index]._replace(findings=(SWAPPED,))

    def _forget(self, indices: Sequence[int]) -> None:
        judged = [self._judged[index] for index in indices]
        self.memory.forget([one.kept for one in judged if not one.findings])

    def _take(self, texts: Mapping[int, str]) -> None:
        judged = {index: self._judge(index, text) for index, text in sorted(texts.items())}
        sound = [one.kept for one in judged.values() if not one.findings]
        if sound:
            self.memory.remember(sound)
        self._judged |= judged

    def _judge(self, index: int, said: str) -> _Judged:
        item, batch, provider = self.request.items[index], self.batch, self.provider
        pair = (batch.source_language, batch.target_language)
        bounds = self.lookup.bounds(*pair)
        text, findings = tidy_and_check(item.segment, said, batch, provider.name, bounds, item.code_elsewhere)
        findings = [*said_again(text, self.lookup.rejected(*item.key)), *findings]
        findings = echo(item.segment.text, text, batch.former.get(index)) or findings
        kept = Remembered(item.keys[self.number], text, provider.name, provider.model)
        return _Judged(said, kept, findings)
