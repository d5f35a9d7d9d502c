"""What to keep of the languages that are not frequent and of lessons that are not active any more, and what
becomes of the rest.

Pure: listings, usage, lessons and a moment in, steps out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from langassets.retention.lessons import KnownLessons, Retired
from langassets.retention.plan import (
    Action,
    ArchivedObject,
    LessonObject,
    Ownership,
    RetentionPolicy,
    Step,
)
from langassets.retention.usage import LessonUse
from langassets.wording import counted


@dataclass(frozen=True, slots=True)
class Retention:
    """What each decision goes by: the limits, the time, and the lessons. `can_be_made_again` is asked only
    about outdated objects of our own, `archived_key` only about what is archived."""

    policy: RetentionPolicy
    now: datetime
    lessons: KnownLessons
    can_be_made_again: Callable[[LessonObject], bool]
    archived_key: Callable[[LessonObject], str]

    @property
    def recent(self) -> datetime:
        """From when on something is recent."""
        return self.now - timedelta(days=self.policy.keep_recent_days)

    def asked_for(self, use: LessonUse | None) -> bool:
        """Whether a lesson was requested recently."""
        return bool(use and use.last_requested and use.last_requested >= self.recent.date())


def plan_language(
    objects: Collection[LessonObject], usage: Mapping[str, LessonUse], rules: Retention
) -> Iterable[Step]:
    """Decide on each object of one language that is not frequent; `usage` is by lesson."""
    days = counted(rules.policy.keep_recent_days, "day")
    standing = {item.lesson for item in objects}
    most_used = _most_used(usage, standing, rules)
    for item in objects:
        if retired := rules.lessons.retired.get(item.lesson):
            yield _retired(item, retired, usage, rules)
        elif rules.asked_for(usage.get(item.lesson)):
            yield _step(item, Action.KEEP, f"requested within {days}")
        elif item.lesson in most_used:
            yield _step(item, Action.KEEP, f"among the {rules.policy.keep_most_used} most requested")
        elif item.updated_at >= rules.recent:
            yield _step(item, Action.KEEP, f"written within {days}")
        else:
            yield _cleared(item, "outdated", rules)


def plan_retired(
    objects: Iterable[LessonObject], usage: Mapping[str, LessonUse], rules: Retention
) -> Iterable[Step]:
    """Decide on the objects of one frequent language whose lessons are not active any more; all others stay,
    those that langassets knows no lesson of too."""
    for item in objects:
        if retired := rules.lessons.retired.get(item.lesson):
            yield _retired(item, retired, usage, rules)


def _retired(item: LessonObject, lesson: Retired, usage: Mapping[str, LessonUse], rules: Retention) -> Step:
    days = counted(rules.policy.keep_recent_days, "day")
    if lesson.since > rules.recent:
        return _step(item, Action.KEEP, f"{lesson.words}: kept for {days}")
    if rules.asked_for(usage.get(item.lesson)):
        return _step(item, Action.KEEP, f"{lesson.words}, and requested within {days}")
    if item.updated_at >= rules.recent:
        return _step(item, Action.KEEP, f"{lesson.words}, and written within {days}")
    return _cleared(item, lesson.words, rules)


def _cleared(item: LessonObject, why: str, rules: Retention) -> Step:
    """What is kept no longer: deleted where it can be made again, else archived."""
    if item.ownership is Ownership.OURS and rules.can_be_made_again(item):
        return _step(item, Action.DELETE, f"{why}; can be made again from memory")
    return _step(item, Action.ARCHIVE, f"{why}; {_WHY_ARCHIVED[item.ownership]}", rules.archived_key(item))


_WHY_ARCHIVED = {
    Ownership.OURS: "memory cannot make it again",
    Ownership.EDITED: "edited by hand",
    Ownership.FOREIGN: "put there by someone else",
}


def plan_archive(
    archived: Iterable[ArchivedObject],
    frequent: Collection[str],
    live: Collection[str],
    lessons: KnownLessons,
    policy: RetentionPolicy,
    now: datetime,
) -> Iterable[Step]:
    """Decide on each archived object: back to its place, kept, or purged.

    `live` holds the keys that stand in the frequent languages. Of several objects archived from one
    key the newest goes back, and none where something stands there already, or whose lesson is retired.
    """
    newest: dict[str, ArchivedObject] = {}
    every = list(archived)
    for item in every:
        if item.original not in newest or newest[item.original].archived_at < item.archived_at:
            newest[item.original] = item
    for item in every:
        wanted = item.language in frequent and item.lesson not in lessons.retired
        if wanted and item.original not in live and newest[item.original] is item:
            yield _step(item, Action.RESTORE, "wanted again: its language is frequent", item.original)
        elif (now - item.archived_at) / timedelta(days=1) > policy.archive_days:
            yield _step(item, Action.PURGE, f"archived for more than {counted(policy.archive_days, 'day')}")
        else:
            yield _step(item, Action.KEEP, f"archived within {counted(policy.archive_days, 'day')}")


def _most_used(usage: Mapping[str, LessonUse], standing: Collection[str], rules: Retention) -> set[str]:
    """The most requested lessons of those that there are: other names take no lesson's place."""
    lessons = rules.lessons
    requested = sorted(
        (
            (lesson, use.requests)
            for lesson, use in usage.items()
            if use.requests > 0
            and (lesson in lessons.active or (lesson in standing and lesson not in lessons.retired))
        ),
        key=lambda pair: (-pair[1], pair[0]),
    )
    return {lesson for lesson, _ in requested[: rules.policy.keep_most_used]}


def _step(
    item: LessonObject | ArchivedObject, action: Action, reason: str, target: str | None = None
) -> Step:
    return Step(item.key, item.language, item.lesson, action, reason, item.size, item.etag, target)
