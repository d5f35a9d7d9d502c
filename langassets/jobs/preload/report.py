"""What a preload did, language by language."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from langassets.database.records.bill_totals import Totals
from langassets.jobs.lessons import Problem
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.plan import LanguagePlan
from langassets.translation.cost.usage import ModelUsage

if TYPE_CHECKING:
    from langassets.batch_mode.submit import Submission


@dataclass(slots=True)
class LanguageReport:
    """What became of one language's plan. Counts are of objects (one content of one lesson), unless they say
    otherwise."""

    plan: LanguagePlan
    stored: list[PlannedObject] = field(default_factory=list)
    unchanged: int = 0
    """How many were made again and came out byte for byte as they stand: nothing was written."""

    failed: list[Problem] = field(default_factory=list)
    restored: int = 0
    segments: Mapping[str, int] = field(default_factory=dict)
    """How many segments of what stands in the end are in each state."""

    segments_from_memory: int = 0
    segments_from_model: int = 0
    segments_failed: int = 0
    segments_not_asked: int = 0
    """How many of those that failed were refused before, and are not asked for again yet."""

    segments_doubted: int = 0
    """How many of those that were stored a check doubts."""

    passing: int = 0
    """How many of `failed` only wanted for an answer: a later try may succeed."""

    bytes_written: int = 0
    usage: list[ModelUsage] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    """Keys of what was stored or failed."""

    @property
    def language(self) -> str:
        """The application's code."""
        return self.plan.language

    @property
    def desired(self) -> int:
        """Objects that the language is to have."""
        plan = self.plan
        return len(plan.to_make) + len(plan.adopted) + len(plan.edited) + len(plan.fresh)

    @property
    def left(self) -> int:
        """Objects that were planned and neither stored nor failed: a limit stopped the run before them."""
        return len(self.plan.to_make) - len(self.done)

    @property
    def complete(self) -> bool:
        """Whether everything wanted stands."""
        return not self.failed and not self.left

    def coverage(self) -> dict[str, tuple[int, int]]:
        """By content type: objects that stand, and objects wanted."""
        missing = Counter(item.desired.content_type for item in self.plan.to_make)
        missing.subtract(item.desired.content_type for item in self.stored)
        # A stale lesson that could not be renewed still stands; one that was never there does not.
        there = Counter(item.desired.content_type for item in self.plan.to_make if item.existing)
        there.subtract(item.desired.content_type for item in self.stored if item.existing)
        desired = Counter(item.desired.content_type for item in self.plan.to_make)
        desired.update(want.content_type for want in self.plan.fresh)
        desired.update(entry.content_type for entry in self.plan.adopted)
        desired.update(key.rpartition("/")[2].removesuffix(".json") for key in self.plan.edited)
        return {name: (count - missing[name] + there[name], count) for name, count in sorted(desired.items())}

    def lessons(self) -> int:
        """Lessons that had something stored."""
        return len({item.desired.lesson for item in self.stored})


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class PreloadReport:
    """What a preload did."""

    languages: list[LanguageReport] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Contents that no language can have, whatever is done: see each reason."""

    stopped: str | None = None
    """Why the run stopped before it was through, None where it did not."""

    passing: bool = False
    """Whether what stopped it is likely to be over soon."""

    ranks: Mapping[str, int] = field(default_factory=dict)
    """In which order to make objects, by key, where a limit may leave some out; what has none comes last."""

    handed_in: "Submission | None" = None
    """What was handed to a provider's batch interface: the lessons that need it wait for its answers."""

    storage_requests: int = 0
    bill: Totals = field(default_factory=Totals)
    """What the run has come to by now, with all its tries and languages."""

    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    """Told how many objects are done, and how many there are to make."""

    def of(self, language: str) -> LanguageReport:
        """The report of one language."""
        return next(one for one in self.languages if one.language == language)

    def to_make(self, *, copies: bool) -> list[PlannedObject]:
        """What is still to be copied, or to be translated, by `ranks`; then each language's most requested
        lessons first, the languages in turn."""
        ranked = [
            (self.ranks.get(item.key, len(self.ranks)), rank, item)
            for one in self.languages
            for rank, item in enumerate(one.plan.to_make)
            if item.is_copy is copies and item.key not in one.done
        ]
        ranked.sort(key=lambda one: one[:2])
        return [item for *_, item in ranked]

    def store(self, item: PlannedObject, size: int) -> None:
        """Note that an object of so many bytes was stored."""
        language = self.of(item.language)
        language.stored.append(item)
        language.bytes_written += size
        self._end(language, item)

    def keep(self, item: PlannedObject) -> None:
        """Note that an object stands as it was made again: it was not written."""
        language = self.of(item.language)
        language.unchanged += 1
        self._end(language, item)

    def fail(self, item: PlannedObject, reason: str) -> None:
        """Note why an object could not be made."""
        want = item.desired
        language = self.of(item.language)
        language.failed.append(Problem(item.language, want.lesson, want.content_type, reason, want.path))
        self._end(language, item)

    def _end(self, language: LanguageReport, item: PlannedObject) -> None:
        language.done.add(item.key)
        self.tell_progress()

    def tell_progress(self) -> None:
        """Tell `on_progress` how far it is."""
        done = sum(len(one.done) for one in self.languages)
        self.on_progress(done, sum(len(one.plan.to_make) for one in self.languages))

    @property
    def complete(self) -> bool:
        """Whether everything wanted stands in every language."""
        return not self.problems and not self.stopped and all(report.complete for report in self.languages)

    @property
    def waiting(self) -> bool:
        """Whether all that is missing waits for a batch: then nothing has gone wrong."""
        if self.handed_in is None or self.handed_in.stopped or self.stopped or self.problems:
            return False
        return not self.complete and not any(report.failed for report in self.languages)

    @property
    def worth_retrying(self) -> bool:
        """Whether something of what is left may succeed if it is tried again soon."""
        return self.passing or any(report.passing for report in self.languages)
