"""Doubted and refused texts in a document: whether it may be stored all the same. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from langassets.translation.checks import Finding
from langassets.translation.checks.pair import prose_of
from langassets.translation.engine.tasks import NO_ANSWER, Problem
from langassets.translation.refusals import Refused

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


@dataclass(slots=True)
class Doubts:
    """The doubted texts of one document."""

    problems: list[Problem] = field(default_factory=list)

    def too_many(self, texts: Iterable[str], max_share: float) -> bool:
        """Whether they make up more than `max_share` of a document with these distinct `texts`."""
        doubted = {problem.text for problem in self.problems}
        return not few_enough(doubted, list(texts), max_share)


def few_enough(doubted: Collection[str], texts: Sequence[str], max_share: float) -> bool:
    """Whether `doubted` make up at most `max_share` of the letters and digits of `texts`, the source's."""
    return sum(map(_weight, doubted)) <= max_share * sum(map(_weight, texts))


def _weight(text: str) -> int:
    return sum(map(str.isalnum, prose_of(text)))
