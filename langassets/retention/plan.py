"""What to keep of the languages that are not frequent, and what becomes of the rest.

Pure: listings, usage and a moment in, steps out. Carrying them out is `langassets.jobs.cleanup.carry_out`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum


class Action(StrEnum):
    """What happens to one object."""

    KEEP = "keep"
    DELETE = "delete"  # gone for ever, and made again from memory when it is wanted
    ARCHIVE = "archive"  # moved aside: it could not be made again
    PURGE = "purge"  # an archived object whose time is over
    RESTORE = "restore"  # an archived object whose language is frequent again
    MOVE = "move"  # to the code that its language is kept under


class Ownership(StrEnum):
    """Whose an object is, by the manifest."""

    OURS = "ours"  # as langassets stored it
    EDITED = "edited"  # stored by langassets, changed by someone since
    FOREIGN = "foreign"  # put there by someone else


@dataclass(frozen=True, slots=True)
class LessonObject:
    """A lesson object as listing and manifest show it; `size` in bytes, `updated_at` in UTC. `source_hash` is
    what the manifest says it was made from, '' where it does not know the object."""

    key: str
    language: str
    lesson: str
    content_type: str
    size: int
    etag: str
    updated_at: datetime
    ownership: Ownership
    source_hash: str = ""


@dataclass(frozen=True, slots=True)
class ArchivedObject:
    """An object below the archive; `original` is the key that it came from."""

    key: str
    original: str
    language: str
    lesson: str
    size: int
    etag: str
    archived_at: datetime


@dataclass(frozen=True, slots=True)
class LessonUse:
    """How much a lesson was asked for in one language, and on which day (UTC) last."""

    requests: int
    last_requested: date | None


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """The limits; times in days, the fraction between 0 and 1."""

    keep_recent_days: float = 30
    keep_most_used: int = 20
    archive_days: float = 90
    max_delete_fraction: float = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """One decision about one object. `target` is the key that it is moved to, if it is."""

    key: str
    language: str
    lesson: str
    action: Action
    reason: str
    size: int
    etag: str
    target: str | None = None


@dataclass(slots=True)
class CleanupPlan:
    """Steps to carry out, and what stays, counted by language and reason.

    What stays is not held object by object: a bucket keeps far more than a cleanup moves.
    """

    steps: list[Step] = field(default_factory=list)
    kept: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """(language, reason) to (objects, bytes)."""

    total: int = 0
    """Lesson objects seen, live and archived, of all languages."""

    def add(self, step: Step) -> None:
        """Take up one decision."""
        if step.action is Action.KEEP:
            objects, size = self.kept.get((step.language, step.reason), (0, 0))
            self.kept[step.language, step.reason] = (objects + 1, size + step.size)
        else:
            self.steps.append(step)

    def include(self, other: "CleanupPlan") -> None:
        """Take up a plan for other languages."""
        self.steps += other.steps
        self.kept |= other.kept
        self.total += other.total

    def of(self, *actions: Action) -> list[Step]:
        """The steps with one of these actions, in the order planned."""
        return [step for step in self.steps if step.action in actions]

    def keep_instead(self, action: Action, reason: str) -> None:
        """Keep what was to be treated so."""
        held = self.of(action)
        self.steps = [step for step in self.steps if step.action is not action]
        for step in held:
            self.add(replace(step, action=Action.KEEP, reason=reason))

    @property
    def removed(self) -> int:
        """Objects that would no longer stand where they stand: deleted, archived or purged."""
        return len(self.of(Action.DELETE, Action.ARCHIVE, Action.PURGE))


def plan_language(
    objects: Iterable[LessonObject],
    usage: Mapping[str, LessonUse],
    policy: RetentionPolicy,
    now: datetime,
    *,
    can_be_made_again: Callable[[LessonObject], bool],
    archived_key: Callable[[LessonObject], str],
) -> Iterable[Step]:
    """Decide on each object of one language that is not frequent.

    `usage` is by lesson. `can_be_made_again` is asked only about outdated objects of our own;
    `archived_key` only about what is archived.
    """
    most_used = _most_used(usage, policy.keep_most_used)
    recent = now - timedelta(days=policy.keep_recent_days)
    for item in objects:
        use = usage.get(item.lesson)
        if use and use.last_requested and use.last_requested >= recent.date():
            yield _step(item, Action.KEEP, f"requested within {policy.keep_recent_days:g} days")
        elif item.lesson in most_used:
            yield _step(item, Action.KEEP, f"among the {policy.keep_most_used} most requested")
        elif item.updated_at >= recent:
            yield _step(item, Action.KEEP, f"written within {policy.keep_recent_days:g} days")
        elif item.ownership is Ownership.OURS and can_be_made_again(item):
            yield _step(item, Action.DELETE, "outdated; can be made again from memory")
        else:
            yield _step(item, Action.ARCHIVE, _WHY_ARCHIVED[item.ownership], archived_key(item))


_WHY_ARCHIVED = {
    Ownership.OURS: "outdated; memory cannot make it again",
    Ownership.EDITED: "outdated; edited by hand",
    Ownership.FOREIGN: "outdated; put there by someone else",
}


def plan_archive(
    archived: Iterable[ArchivedObject],
    frequent: Collection[str],
    live: Collection[str],
    policy: RetentionPolicy,
    now: datetime,
) -> Iterable[Step]:
    """Decide on each archived object: back to its place, kept, or purged.

    `live` holds the keys that stand in the frequent languages. Of several objects archived from one
    key the newest goes back, and none where something stands there already.
    """
    newest: dict[str, ArchivedObject] = {}
    every = list(archived)
    for item in every:
        if item.original not in newest or newest[item.original].archived_at < item.archived_at:
            newest[item.original] = item
    for item in every:
        wanted = item.language in frequent and item.original not in live
        if wanted and newest[item.original] is item:
            yield _step(item, Action.RESTORE, "its language is frequent again", item.original)
        elif (now - item.archived_at) / timedelta(days=1) > policy.archive_days:
            yield _step(item, Action.PURGE, f"archived for more than {policy.archive_days:g} days")
        else:
            yield _step(item, Action.KEEP, f"archived within {policy.archive_days:g} days")


def refusal(plan: CleanupPlan, policy: RetentionPolicy) -> str | None:
    """Why the plan may not be carried out unconfirmed; None where it may."""
    if plan.removed <= policy.max_delete_fraction * plan.total:
        return None
    return (
        f"The cleanup would remove {plan.removed:,} of {plan.total:,} lesson objects "
        f"({plan.removed / plan.total:.0%}), more than the {policy.max_delete_fraction:.0%} that "
        "MAX_DELETE_FRACTION allows. Nothing was removed."
    )


def _most_used(usage: Mapping[str, LessonUse], count: int) -> set[str]:
    requested = sorted(
        ((lesson, use.requests) for lesson, use in usage.items() if use.requests > 0),
        key=lambda pair: (-pair[1], pair[0]),
    )
    return {lesson for lesson, _ in requested[:count]}


def _step(
    item: LessonObject | ArchivedObject, action: Action, reason: str, target: str | None = None
) -> Step:
    return Step(item.key, item.language, item.lesson, action, reason, item.size, item.etag, target)
