"""What to keep of the languages that are not frequent and of lessons that are not active any more, and what
becomes of the rest.

Pure: listings, usage, lessons and a moment in, steps out.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from langassets.retention.lessons import KnownLessons, LessonUse
from langassets.retention.plan import Action, ArchivedObject, LessonObject, Ownership, RetentionPolicy, Step
from langassets.wording import counted


@dataclass(frozen=True)
class Retention:
    """What each decision goes by: the limits, the time, and the lessons. `can_be_made_again` is asked only
    about outdated objects of our own, `archived_key` only about what is archived."""

    policy: RetentionPolicy
    now: datetime
    lessons: KnownLessons
    can_be_made_again: Callable[[LessonObject], bool]
    archived_key: Callable[[LessonObject], str]

    @cached_property
    def recent(self) -> datetime:
        """From when on something is recent."""
        return self.now - timedelta(days=self.policy.keep_recent_days)

    @cached_property
    def days(self) -> str:
        """How long something is recent, in words."""
        return counted(self.policy.keep_recent_days, "day")


def plan_language(
    objects: Collection[LessonObject], usage: Mapping[str, LessonUse], rules: Retention
) -> Iterable[Step]:
    """Decide on each object of one language that is not frequent; `usage` is by lesson."""
    most_used = _most_used(usage, {item.lesson for item in objects}, rules)
    for item in objects:
        yield _decided(item, usage.get(item.lesson), rules, most_used)


def plan_retired(
    objects: Iterable[LessonObject], usage: Mapping[str, LessonUse], rules: Retention
) -> Iterable[Step]:
    """Decide on the objects of one frequent language whose lessons are not active any more; all others stay,
    those that langassets knows no lesson of too."""
    for item in objects:
        if item.lesson in rules.lessons.retired:
            yield _decided(item, usage.get(item.lesson), rules)


def _decided(
    item: LessonObject, use: LessonUse | None, rules: Retention, most_used: Collection[str] = ()
) -> Step:
    retired = rules.lessons.retired.get(item.lesson)
    also = f"{retired.words}, and " if retired else ""
    if retired and retired.since > rules.recent:
        reason = f"{retired.words}: kept for {rules.days}"
    elif use and use.last_requested and use.last_requested >= rules.recent.date():
        reason = f"{also}requested within {rules.days}"
    elif item.lesson in most_used:
        reason = f"among the {rules.policy.keep_most_used} most requested"
    elif item.updated_at >= rules.recent:
        reason = f"{also}written within {rules.days}"
    else:
        return _cleared(item, retired.words if retired else "outdated", rules)
    return _step(item, Action.KEEP, reason)


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
    archived: Collection[ArchivedObject],
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
    for item in archived:
        if item.original not in newest or newest[item.original].archived_at < item.archived_at:
            newest[item.original] = item
    for item in archived:
        wanted = item.language in frequent and item.lesson not in lessons.retired
        if wanted and item.original not in live and newest[item.original] is item:
            yield _step(item, Action.RESTORE, "wanted again: its language is frequent", item.original)
        elif (now - item.archived_at) / timedelta(days=1) > policy.archive_days:
            yield _step(item, Action.PURGE, f"archived for more than {counted(policy.archive_days, 'day')}")
        else:
            yield _step(item, Action.KEEP, f"archived within {counted(policy.archive_days, 'day')}")


def plan_merge(
    objects: Iterable[LessonObject],
    home: str,
    standing: Collection[str],
    *,
    key_at_home: Callable[[LessonObject], str],
    archived_key: Callable[[LessonObject], str],
) -> Iterable[Step]:
    """What becomes of `objects`, which lie under other codes of their language than `home`: each is moved
    there where nothing stands, and into the archive where something does. `standing` has the keys of what
    stands under `home`.

    Nothing is deleted. Of several that belong in one place the first is moved there.
    """
    taken = set(standing)
    for item in objects:
        target, at_home = key_at_home(item), replace(item, language=home)
        if target in taken:
            yield _step(at_home, Action.ARCHIVE, f"one stands under {home} already", archived_key(item))
        else:
            taken.add(target)
            yield _step(at_home, Action.MOVE, f"its language is kept under {home}", target)


def _most_used(usage: Mapping[str, LessonUse], standing: Collection[str], rules: Retention) -> set[str]:
    """The most requested lessons of those that there are: other names take no lesson's place. No retired one
    is among them."""
    lessons = rules.lessons
    requested = [
        lesson
        for lesson, use in usage.items()
        if use.requests > 0
        and (lesson in lessons.active or lesson in standing)
        and lesson not in lessons.retired
    ]
    requested.sort(key=lambda lesson: (-usage[lesson].requests, lesson))
    return set(requested[: rules.policy.keep_most_used])


def _step(
    item: LessonObject | ArchivedObject, action: Action, reason: str, target: str | None = None
) -> Step:
    return Step(item.key, item.language, item.lesson, action, reason, item.size, item.etag, target)
