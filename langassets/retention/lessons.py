"""Which lessons there are and which there are no more, and how much each is asked for."""

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Ending(StrEnum):
    """How a lesson ended, in the words of a reason."""

    ARCHIVED = "archived"
    DELETED = "deleted"
    GONE = "gone from topics"  # it had a row there once


@dataclass(frozen=True, slots=True)
class Retired:
    """A lesson that is not active any more, and since when (UTC); that may be some time after it ended, and
    is never before."""

    ending: Ending
    since: datetime

    @property
    def words(self) -> str:
        """The lesson's end as a reason names it."""
        return f"its lesson is {self.ending} since {self.since:%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class KnownLessons:
    """Lessons by id. What is neither active nor retired is nothing that langassets knows as a lesson. The end
    of those that are `first_missed` nothing dates, and it is seen for the first time; those that `returned`
    were missed once, and have a row again that says what they are."""

    active: Collection[str] = frozenset()
    retired: Mapping[str, Retired] = field(default_factory=dict)
    first_missed: Collection[str] = frozenset()
    returned: Collection[str] = frozenset()

    def __contains__(self, lesson: str) -> bool:
        return lesson in self.active or lesson in self.retired


@dataclass(frozen=True, slots=True)
class LessonUse:
    """How much a lesson was asked for in one language, and on which day (UTC) last."""

    requests: int
    last_requested: date | None


@dataclass(frozen=True, slots=True)
class UsageMatch:
    """Of one language's requests for lessons: how many name a lesson that there is. `unmatched` are the
    other names, the most requested first."""

    language: str
    requests: int = 0
    matched: int = 0
    unmatched: tuple[str, ...] = ()

    @property
    def believed(self) -> bool:
        """Whether at least half of the requests name a lesson that there is; also where there are none."""
        return 2 * self.matched >= self.requests


def match_usage(
    language: str, usage: Mapping[str, LessonUse], known: Container[str]
) -> tuple[dict[str, LessonUse], UsageMatch]:
    """The usage of lessons that are `known`, and how much that is of all."""
    matched = {lesson: use for lesson, use in usage.items() if lesson in known}
    unmatched = sorted(
        (lesson for lesson, use in usage.items() if lesson not in known and use.requests > 0),
        key=lambda lesson: (-usage[lesson].requests, lesson),
    )
    requests, found = (sum(use.requests for use in each.values()) for each in (usage, matched))
    return matched, UsageMatch(language, requests, found, tuple(unmatched))
