"""What a run is waiting for: documents that lack segments, and segments that documents wait for."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from langassets.translation.checks import DOUBTS, Finding
from langassets.translation.cost.tokens import answer_tokens
from langassets.translation.cost.usage import Totals
from langassets.translation.engine.acceptance import code_in, fits, unwanted
from langassets.translation.engine.batching import PlacedText
from langassets.translation.engine.lookup import Keyed, Known, place_texts
from langassets.translation.engine.open_tasks import OpenTask, Outcome
from langassets.translation.engine.tasks import Result, TranslationTask
from langassets.translation.refusals import Reason, Refused
from langassets.translation.types import MemoryKey, Rejection, Segment

if TYPE_CHECKING:
    from langassets.translation.engine.sending.client import ProviderClient

TextKey = tuple[str, str, str]
"""Source language, target language, text."""


@dataclass(slots=True)
class Attempts:
    """What one provider answered for a text in this run: the last translation, None for none, and what speaks
    against it. `doubted` once nothing but doubts do, and it came twice alike. What is `remembered` is of an
    earlier run: this one does not ask that provider."""

    translation: str | None = None
    findings: Sequence[Finding] = ()
    doubted: bool = False
    remembered: bool = False
    _doubts: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, refused: Refused) -> "Attempts":
        """What is remembered of an earlier run."""
        findings = [Finding(each.check, each.text, each.check in DOUBTS) for each in refused.reasons]
        return cls(refused.translation, findings, refused.doubted, remembered=True)

    def note(self, translation: str | None, findings: Sequence[Finding]) -> None:
        """Note an answer. What was given twice alike stands."""
        if self.doubted:
            return
        self.translation, self.findings = translation, findings
        if translation is not None and all(finding.is_doubt for finding in findings):
            self.doubted = translation in self._doubts
            self._doubts.add(translation)


@dataclass(eq=False, slots=True)
class PendingSegment:
    """A text on its way through a model, for a `lesson` first, and the documents that wait for it; `keys` are
    what its translation is kept under, one for each provider.

    `failures` counts, by provider, the translations of it that were no good; `findings` are what was wrong
    with the last one, and `refused` is that one, where a translation came; `attempts` are what each provider
    answered; `asked` says whether any was asked for it in this run.
    """

    key: TextKey
    segment: Segment
    keys: tuple[MemoryKey, ...]
    placed: PlacedText
    tokens: int
    lesson: str
    waiting: list[tuple[OpenTask, Segment]] = field(default_factory=list)
    failures: "Counter[ProviderClient]" = field(default_factory=Counter)
    findings: Sequence[Finding] = ()
    refused: str = ""
    asked: bool = False
    attempts: "dict[ProviderClient, Attempts]" = field(default_factory=dict)

    @classmethod
    def of(cls, task: TranslationTask, keyed: Keyed, placed: PlacedText) -> "PendingSegment":
        """A segment of a document, that nobody has asked for yet."""
        target = task.target_language
        key = (task.source_language, target, placed.text)
        return cls(key, *keyed, placed, answer_tokens(placed.text, target), task.lesson)

    def reject(self, rejected: Sequence[Rejection]) -> "PendingSegment":
        """The same, as one that was tried before where a person rejected a translation of it."""
        if rejected:
            self.findings, self.refused = unwanted(rejected), rejected[-1].translation
        return self

    def rest(self, client: "ProviderClient", refused: Refused) -> None:
        """Leave a provider alone that refused it in an earlier run: the next one is told of that."""
        attempts = self.attempts[client] = Attempts.of(refused)
        self.findings, self.refused = attempts.findings, attempts.translation or ""

    def rests(self, client: "ProviderClient") -> bool:
        """Whether a provider is left alone for what it answered in an earlier run."""
        return client in self.attempts and self.attempts[client].remembered

    def note(self, client: "ProviderClient", translation: str | None, findings: Sequence[Finding]) -> None:
        """Note what a provider answered, and what speaks against it."""
        self.attempts.setdefault(client, Attempts()).note(translation, findings)

    def asked_in_vain(self, clients: "Sequence[ProviderClient]") -> Iterator[Refused]:
        """What is to be remembered of those of all providers that were asked for it in this run."""
        for client, key in zip(clients, self.keys, strict=True):
            attempts, by = self.attempts.get(client), client.provider
            if attempts is not None and not attempts.remembered:
                reasons = tuple(Reason(finding.name, finding.reason) for finding in attempts.findings)
                yield Refused(key, attempts.translation, reasons, attempts.doubted, by.name, by.model)

    def code_elsewhere(self) -> Collection[str]:
        """What stands in code in the documents that wait for it."""
        return {text for opened, _ in self.waiting for text in code_in(opened.task.document.segments)}

    @property
    def outcome(self) -> Outcome:
        """What has come of it, where no provider is left."""
        for attempts in self.attempts.values():
            if attempts.doubted:
                return Outcome.of(self.segment.text, attempts.findings, attempts.translation)
        return Outcome.of(self.segment.text, self.findings)


class PendingSegments:
    """Who waits for what. `settled` is called with each document's result, as soon as there is one; it may
    have doubted translations up to `max_doubtful_share`."""

    def __init__(self, totals: Totals, settled: Callable[[Result], None], max_doubtful_share: float) -> None:
        self.open = 0
        """Documents that still lack something."""
        self.characters = 0
        """Characters of all pending texts."""
        self.pending: dict[TextKey, PendingSegment] = {}
        self.recent: dict[TextKey, str] = {}
        """What was translated since it was last cleared: a look into memory may have missed it."""
        self._failed: dict[TextKey, Outcome] = {}
        self._totals = totals
        self._settled = settled
        self._max_doubtful_share = max_doubtful_share

    def take(
        self, number: int, task: TranslationTask, segments: Sequence[Keyed], known: Known
    ) -> list[PendingSegment]:
        """Open the document with this `number`. Returns the segments that nobody has asked for yet."""
        # One more than there are: it is not settled while it is read.
        opened = OpenTask(task, self._max_doubtful_share, missing=1)
        self.open += 1
        new = []
        for keyed, placed in zip(segments, place_texts(task, number, task.former), strict=True):
            segment, keys = keyed
            key = (task.source_language, task.target_language, segment.text)
            translation = self._known(key, segment, known.translations(keys))
            if translation is not None:
                opened.translations[segment.text] = translation
                opened.from_memory += 1
            elif (outcome := self._failed.get(key) or known.outcome(keys)) is not None:
                opened.from_memory += opened.take(segment, outcome)
            else:
                opened.missing += 1
                new += self._wait(opened, key, keyed, placed)
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
                new += self._wait(opened, item.key, (segment, item.keys), item.placed)
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
            self._failed[item.key] = item.outcome
        for place, (opened, segment) in enumerate(item.waiting):
            if stopped is not None:
                opened.stopped = stopped
            elif opened.take(segment, item.outcome):
                opened.made |= {segment.text} if place == 0 else set()
                opened.from_memory += place > 0
            self._one_less(opened)

    def _known(self, key: TextKey, segment: Segment, recalled: Sequence[str]) -> str | None:
        recent = self.recent.get(key)
        for candidate in [*recalled, recent] if recent is not None else recalled:
            if fits(segment, candidate, *key[:2]):
                return candidate
        return None

    def _wait(self, opened: OpenTask, key: TextKey, keyed: Keyed, placed: PlacedText) -> list[PendingSegment]:
        waiting = (opened, keyed[0])
        if key in self.pending:
            self.pending[key].waiting.append(waiting)
            return []
        item = self.pending[key] = PendingSegment.of(opened.task, keyed, placed)
        item.waiting.append(waiting)
        self.characters += len(placed.text)
        return [item]

    def _forget(self, item: PendingSegment) -> None:
        del self.pending[item.key]
        self.characters -= len(item.segment.text)

    def _one_less(self, opened: OpenTask) -> None:
        opened.missing -= 1
        if opened.missing == 0:
            self.open -= 1
            self._settled(opened.result())
