"""A cleanup's plan: what it decides about, by which limits, and the steps that come of it.

Carrying them out is `langassets.jobs.cleanup.carry_out`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from langassets.wording import with_path


class Action(StrEnum):
    """What happens to one object."""

    KEEP = "keep"
    DELETE = "delete"  # gone for ever, and made again from memory when it is wanted
    ARCHIVE = "archive"  # moved aside: it could not be made again
    PURGE = "purge"  # an archived object whose time is over
    RESTORE = "restore"  # an archived object that is wanted again
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

    def named(self, paths: Mapping[str, str]) -> str:
        """Its object for people: the key, and the path of the lesson's file, of paths by lesson."""
        return with_path(self.key, paths.get(self.lesson, ""))


@dataclass(slots=True)
class CleanupPlan:
    """Steps to carry out, and what is `kept`: objects and bytes by language and reason.

    What stays is not held object by object: a bucket keeps far more than a cleanup moves. `total` counts
    lesson objects, live and archived, of all languages; `doubts` say in words what speaks against what the
    plan was made from; `refused` are deletions that a drill did not bear out, which are kept instead.
    """

    steps: list[Step] = field(default_factory=list)
    kept: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    total: int = 0
    doubts: list[str] = field(default_factory=list)
    refused: list[Step] = field(default_factory=list)

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

    def keep_instead(self, held: Collection[Step], reason: str) -> None:
        """Keep what these steps were to treat otherwise."""
        keys = {step.key for step in held}
        self.steps = [step for step in self.steps if step.key not in keys]
        for step in held:
            self.add(replace(step, action=Action.KEEP, reason=reason))

    def refuse(self, keys: Collection[str]) -> None:
        """Do not delete these objects, though memory is said to make them again: it does not."""
        refused = [step for step in self.of(Action.DELETE) if step.key in keys]
        self.refused += refused
        self.keep_instead(refused, "not deleted: memory does not make it again as it stands")

    @property
    def removed(self) -> int:
        """Objects that would no longer stand where they stand: deleted, archived or purged."""
        return len(self.of(Action.DELETE, Action.ARCHIVE, Action.PURGE))

    @property
    def cleared_languages(self) -> set[str]:
        """Languages of which something would no longer stand in its place."""
        return {step.language for step in self.of(Action.DELETE, Action.ARCHIVE)}
