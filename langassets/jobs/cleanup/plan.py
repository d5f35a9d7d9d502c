"""Cleanup, first half: the plan, from one listing a language and what the database knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.lessons import lessons
from langassets.database.manifest import ManifestEntry
from langassets.database.usage import statistics
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.jobs.cleanup.rebuilding import Rebuilder
from langassets.jobs.evaluation.in_force import FrequentLanguages
from langassets.retention.plan import (
    Action,
    ArchivedObject,
    Bond,
    CleanupPlan,
    LessonObject,
    LessonUse,
    RetentionPolicy,
    plan_archive,
    plan_language,
    refusal,
)
from langassets.storage import keys
from langassets.storage.listing import each_language, pages
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.freshness import Known


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class CleanupSurvey:
    """A plan, and what was seen on the way that the records have to follow."""

    plan: CleanupPlan
    made_at: datetime
    vanished: list[str] = field(default_factory=list)
    """Keys in the manifest that no longer stand in storage."""

    landed: list[ManifestEntry] = field(default_factory=list)
    """What a killed preload wrote and did not come to record: the ETag tells."""

    not_landed: list[str] = field(default_factory=list)
    """Keys of what it was about to write and did not."""

    lessons: dict[str, int] = field(default_factory=dict)
    """By language that is not frequent: lessons that stand once the plan is carried out."""


async def survey(
    data: sa.Engine,
    store: ContentStore,
    tier: FrequentLanguages,
    policy: RetentionPolicy,
    rebuilder: Rebuilder,
    now: datetime,
) -> CleanupSurvey:
    """Plan a cleanup without changing anything.

    It costs one listing for each language that is not frequent, one of the archive, and one for each
    language that something goes back to. Raises what the store raises.
    """
    with reading(data) as connection:
        known = manifest.languages(connection)
        last_read = statistics.last_read(connection)
    result = CleanupSurvey(CleanupPlan(), now)
    # A clock that was set back would have what is archived now purged too early.
    aside = max(now, last_read or now)
    look = _Look(data, store, policy, rebuilder, now, aside)
    for language, sight in (await each_language(tier.others(known), look)).items():
        result.lessons[language] = sight.lessons
        result.plan.include(sight.plan)
        result.vanished += sight.vanished
        result.landed += sight.landed
        result.not_landed += sight.not_landed
    archived = [found async for found in store.list(keys.ARCHIVE_PREFIX)]
    await _plan_archive(store, result, archived, tier, policy)
    if refusal(result.plan, policy):
        # Only now does it matter how much stands in the frequent languages.
        for language in tier.codes:
            result.plan.total += len(await _lesson_keys(store, language))
    return result


async def survey_restores(store: ContentStore, languages: Iterable[str], now: datetime) -> CleanupSurvey:
    """Plan only what goes back from the archive to these languages: one listing where there is nothing."""
    result = CleanupSurvey(CleanupPlan(), now)
    tier = FrequentLanguages(tuple(languages), ())
    archived = [found async for found in store.list(keys.ARCHIVE_PREFIX)]
    await _plan_archive(store, result, archived, tier, RetentionPolicy(archive_days=float("inf")))
    return result


@dataclass(slots=True)
class _Sight:
    """One language: its part of the plan, and what the records have to follow."""

    plan: CleanupPlan = field(default_factory=CleanupPlan)
    vanished: list[str] = field(default_factory=list)
    landed: list[ManifestEntry] = field(default_factory=list)
    not_landed: list[str] = field(default_factory=list)
    lessons: int = 0


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks at a language that is not frequent; `aside` is the moment that what is archived bears."""

    data: sa.Engine
    store: ContentStore
    policy: RetentionPolicy
    rebuilder: Rebuilder
    now: datetime
    aside: datetime

    async def __call__(self, language: str) -> _Sight:
        sight = _Sight()
        objects: list[LessonObject] = []
        with reading(self.data) as connection:
            pending = manifest.pending(connection, language)
        async for page in pages(self.store, keys.lessons_prefix(language)):
            with reading(self.data) as connection:
                known = manifest.known(connection, [found.key for found in page])
            for found in page:
                if (note := pending.get(found.key)) and note.etag == found.etag:
                    sight.landed.append(pending.pop(found.key))
                    known[found.key] = note.known
            lessons = (_lesson_object(found, known.get(found.key)) for found in page)
            objects += [item for item in lessons if item]
        sight.not_landed = [*pending]
        with reading(self.data) as connection:
            usage = _usage(connection, language)
            standing = {item.key for item in objects}
            sight.vanished = [
                key
                for key in manifest.keys_of(connection, language)
                if key not in standing and keys.parse(key)
            ]
        sight.lessons = self._decide(sight.plan, objects, usage)
        return sight

    def _decide(
        self, plan: CleanupPlan, objects: Sequence[LessonObject], usage: Mapping[str, LessonUse]
    ) -> int:
        """Plan one language; the number of lessons of which something stays."""
        plan.total = len(objects)
        steps = plan_language(
            objects,
            usage,
            self.policy,
            self.now,
            can_be_made_again=self.rebuilder.can_make,
            archived_key=lambda item: keys.archived(
                keys.LessonKey(item.language, item.lesson, item.content_type), self.aside
            ),
        )
        staying = set()
        for step in steps:
            plan.add(step)
            if step.action is Action.KEEP:
                staying.add(step.lesson)
        return len(staying)


def _usage(connection: sa.Connection, language: str) -> dict[str, LessonUse]:
    """Usage by lesson in this language; where none was ever recorded, the application's own counts."""
    usage = {
        lesson: LessonUse(requests, last)
        for lesson, (requests, last) in lesson_requests(connection, language).items()
    }
    return usage or {lesson.id: LessonUse(lesson.usage_count, None) for lesson in lessons(connection)}


async def _plan_archive(
    store: ContentStore,
    result: CleanupSurvey,
    found: Iterable[StoredObject],
    tier: FrequentLanguages,
    policy: RetentionPolicy,
) -> None:
    archived = [item for item in map(_archived_object, found) if item]
    returning = {item.language for item in archived if tier.includes(item.language)}
    live: set[str] = set()
    for language in sorted(returning):
        live |= await _lesson_keys(store, language)
    result.plan.total += len(archived)
    for step in plan_archive(archived, returning, live, policy, result.made_at):
        result.plan.add(step)


async def _lesson_keys(store: ContentStore, language: str) -> set[str]:
    return {one.key async for one in store.list(keys.lessons_prefix(language)) if keys.parse(one.key)}


def _lesson_object(found: StoredObject, known: Known | None) -> LessonObject | None:
    lesson = keys.parse(found.key)
    if lesson is None:
        return None
    if known is None or known.adopted:
        bond = Bond.FOREIGN
    else:
        bond = Bond.OURS if known.etag == found.etag else Bond.EDITED
    return LessonObject(
        found.key,
        lesson.language,
        lesson.lesson,
        lesson.content_type,
        found.size,
        found.etag,
        found.updated_at,
        bond,
        known.source_hash if known else "",
    )


def _archived_object(found: StoredObject) -> ArchivedObject | None:
    parsed = keys.parse_archived(found.key)
    if parsed is None:
        return None
    lesson, archived_at = parsed
    return ArchivedObject(
        found.key,
        lesson.key,
        lesson.language,
        lesson.lesson,
        lesson.content_type,
        found.size,
        found.etag,
        archived_at,
    )
