"""What a run is waiting for: documents that lack segments, and segments that documents wait for."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from langassets.translation.checks import Finding
from langassets.translation.cost.tokens import answer_tokens
from langassets.translation.cost.usage import Totals
from langassets.translation.engine.acceptance import code_in, fits
from langassets.translation.engine.batching import PlacedText, place_texts
from langassets.translation.engine.doubts import Doubts, Outcome
from langassets.translation.engine.refusals import Attempts
from langassets.translation.engine.sending.client import ProviderClient
from langassets.translation.engine.tasks import (
    Problem,
    Result,
    Translated,
    TranslationTask,
    Untranslated,
)
from langassets.translation.refusals import Refused
from langassets.translation.types import Segment

TextKey = tuple[str, str, str]
"""Source language, target language, text."""


@dataclass(eq=False, slots=True)
class OpenTask:
    """A document of which some segments are still missing."""

    task: TranslationTask
    max_doubtful_share: float
    missing: int = 0
    translations: dict[str, str] = field(default_factory=dict)
    from_memory: int = 0
    made: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    doubts: Doubts = field(default_factory=Doubts)
    stopped: str | None = None

    def take(self, segment: Segment, outcome: Outcome) -> bool:
        """Take what there is instead of a sound translation; whether that is a doubted one."""
        pair = (self.task.source_language, self.task.target_language)
        if outcome.doubted is None or not fits(segment, outcome.doubted, *pair):
            self.problems += outcome.problems
            return False
        self.translations[segment.text] = outcome.doubted
        self.doubts.problems += outcome.problems
        return True

    def result(self) -> Result:
        """What is handed back once nothing is missing any more."""
        doubted = tuple(self.doubts.problems)
        problems = tuple(self.problems)
        texts = (segment.text for segment in self.task.document.segments)
        if doubted and self.doubts.too_many(texts, self.max_doubtful_share):
            problems += doubted
        if problems or self.stopped is not None:
            return Untranslated(self.task.id, problems, self.stopped)
        made = len(self.made)
        return Translated(self.task.id, self.translations, self.from_memory, made, self.made, doubted)


@dataclass(eq=False, slots=True)
class PendingSegment:
    """A text on its way through a model, and the documents that wait for it.

    `failures` counts, by provider, the translations of it that were no good; `findings` are what was wrong
    with the last one, and `refused` is that one, where a translation came; `attempts` are what each provider
    answered; `asked` says whether any was asked for it in this run.
    """

    key: TextKey
    segment: Segment
    placed: PlacedText
    tokens: int
    waiting: list[tuple[OpenTask, Segment]] = field(default_factory=list)
    failures: Counter[ProviderClient] = field(default_factory=Counter)
    findings: Sequence[Finding] = ()
    refused: str = ""
    asked: bool = False
    attempts: dict[ProviderClient, Attempts] = field(default_factory=dict)

    def rest(self, client: ProviderClient, refused: Refused) -> None:
        """Leave a provider alone that refused it in an earlier run: the next one is told of that."""
        attempts = self.attempts[client] = Attempts.of(refused)
        self.findings, self.refused = attempts.findings, attempts.translation or ""

    def rests(self, client: ProviderClient) -> bool:
        """Whether a provider is left alone for what it answered in an earlier run."""
        return client in self.attempts and self.attempts[client].remembered

    def note(self, client: ProviderClient, translation: str | None, findings: Sequence[Finding]) -> None:
        """Note what a provider answered, and what speaks against it."""
        self.attempts.setdefault(client, Attempts()).note(translation, findings)

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

    def __init__(
        self, totals: Totals, settled: Callable[[Result], None], max_doubtful_share: float = 0.0
    ) -> None:
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
        self,
        number: int,
        task: TranslationTask,
        segments: Sequence[Segment],
        recalled: Callable[[Segment], list[str]],
        refused: Callable[[Segment], Outcome | None] = lambda _segment: None,
    ) -> list[PendingSegment]:
        """Open the document with this `number`. Returns the segments that nobody has asked for yet.

        `recalled` gives what memory holds for a segment, the best first; `refused` what came of one that is
        not to be asked for.
        """
        # One more than there are: it is not settled while it is read.
        opened = OpenTask(task, self._max_doubtful_share, missing=1)
        self.open += 1
        new = []
        for segment, placed in place_texts(segments, number, task.title, task.former):
            key = (task.source_language, task.target_language, segment.text)
            known = self._known(key, segment, recalled(segment))
            if known is not None:
                opened.translations[segment.text] = known
                opened.from_memory += 1
            elif (outcome := self._failed.get(key) or refused(segment)) is not None:
                opened.from_memory += opened.take(segment, outcome)
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
            self._failed[item.key] = item.outcome
        for place, (opened, segment) in enumerate(item.waiting):
            if stopped is None:
                if opened.take(segment, item.outcome):
                    opened.made |= {segment.text} if place == 0 else set()
                    opened.from_memory += place > 0
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
