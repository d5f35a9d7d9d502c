"""Documents of which some segments are still missing, and whether one may be stored with doubted or refused
texts all the same."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from langassets.translation.checks import Finding
from langassets.translation.checks.pair import prose_of
from langassets.translation.engine.acceptance import fits
from langassets.translation.engine.tasks import (
    NO_ANSWER,
    Problem,
    Result,
    Translated,
    TranslationTask,
    Untranslated,
)
from langassets.translation.refusals import Refused
from langassets.translation.types import Segment

_NOTHING_CAME = Finding(NO_ANSWER, "no translation came")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a text that has no sound translation: why not, and the `doubted` translation that was
    given twice alike, None for none."""

    problems: tuple[Problem, ...]
    doubted: str | None = None

    @classmethod
    def of(cls, text: str, findings: Sequence[Finding], doubted: str | None = None) -> "Outcome":
        """What came of asking for a text."""
        problems = (Problem(text, each.name, each.reason) for each in findings or [_NOTHING_CAME])
        return cls(tuple(problems), doubted)

    @classmethod
    def remembered(cls, refused: Refused) -> "Outcome":
        """What came of asking for it in an earlier run."""
        until = f"; not asked again before {refused.again_at:%Y-%m-%d %H:%M} UTC" if refused.again_at else ""
        problems = (
            Problem(refused.key.text, reason.check, reason.text + until, remembered=True)
            for reason in refused.reasons
        )
        return cls(tuple(problems), refused.translation if refused.doubted else None)


@dataclass(eq=False, slots=True)
class OpenTask:
    """A document, and what there is of it; `doubted` says what speaks against the doubted translations."""

    task: TranslationTask
    max_doubtful_share: float
    missing: int = 0
    translations: dict[str, str] = field(default_factory=dict)
    from_memory: int = 0
    made: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    doubted: list[Problem] = field(default_factory=list)
    stopped: str | None = None

    def take(self, segment: Segment, outcome: Outcome) -> bool:
        """Take what there is instead of a sound translation; whether that is a doubted one."""
        pair = (self.task.source_language, self.task.target_language)
        if outcome.doubted is None or not fits(segment, outcome.doubted, *pair):
            self.problems += outcome.problems
            return False
        self.translations[segment.text] = outcome.doubted
        self.doubted += outcome.problems
        return True

    def result(self) -> Result:
        """What is handed back once nothing is missing any more."""
        problems, doubted = tuple(self.problems), tuple(self.doubted)
        texts = [segment.text for segment in self.task.document.segments]
        if doubted and not few_enough({one.text for one in doubted}, texts, self.max_doubtful_share):
            problems += doubted
        if problems or self.stopped is not None:
            return Untranslated(self.task.id, problems, self.stopped)
        made = len(self.made)
        return Translated(self.task.id, self.translations, self.from_memory, made, self.made, doubted)


def few_enough(doubted: Collection[str], texts: Sequence[str], max_share: float) -> bool:
    """Whether `doubted` make up at most `max_share` of the letters and digits of `texts`, the source's."""
    return sum(map(_weight, doubted)) <= max_share * sum(map(_weight, texts))


def _weight(text: str) -> int:
    return sum(map(str.isalnum, prose_of(text)))
