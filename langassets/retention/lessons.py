"""Which lessons there are, and which there are no more: what an object's lesson says of the object."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
    """Lessons by id. What is neither active nor retired is nothing that langassets knows as a lesson."""

    active: Collection[str] = frozenset()
    retired: Mapping[str, Retired] = field(default_factory=dict)
    first_missed: Collection[str] = frozenset()
    """Those of the retired whose end nothing dates, seen to be so for the first time."""

    returned: Collection[str] = frozenset()
    """Lessons that were missed once, and have a row again that says what they are."""

    def __contains__(self, lesson: str) -> bool:
        return lesson in self.active or lesson in self.retired
