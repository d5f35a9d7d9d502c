"""Usage by lesson, held against the lessons that there are: what matches none says nothing about any."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date


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
