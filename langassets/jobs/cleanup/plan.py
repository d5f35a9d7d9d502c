"""Cleanup, first half: the plan, from one listing a language and what the database knows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.lessons import lessons
from langassets.database.usage import statistics
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.jobs.cleanup.memory_check import MemoryCheck
from langassets.jobs.evaluation.frequent_languages import FrequentLanguages
from langassets.jobs.listing import PendingWrites, listed, vanished
from langassets.retention.plan import (
    Action,
    ArchivedObject,
    CleanupPlan,
    LessonObject,
    LessonUse,
    Ownership,
    RetentionPolicy,
    Step,
    plan_archive,
    plan_language,
    refusal,
)
from langassets.storage import keys
from langassets.storage.keys import LessonKey
from langassets.storage.listing import each_language
from langassets.storage.store import ContentStore, StoredObject
from langassets.tiering.language_keys import LanguageKeys
from langassets.translation.freshness import Known

_Decide = Callable[[Iterable[LessonObject], Mapping[str, LessonUse]], Iterable[Step]]


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class CleanupSurvey:
    """A plan, and what was seen on the way that the records have to follow."""

    plan: CleanupPlan
    made_at: datetime
    vanished: list[str] = field(default_factory=list)
    """Keys in the manifest that no longer stand in storage."""

    pending: PendingWrites = field(default_factory=PendingWrites)
    lessons: dict[str, int] = field(default_factory=dict)
    """By language that is not frequent: lessons that stand once the plan is carried out."""

    def include(self, other: "CleanupSurvey") -> None:
        """Take up the survey of other languages."""
        self.plan.include(other.plan)
        self.vanished += other.vanished
        self.pending.written += other.pending.written
        self.pending.not_written += other.pending.not_written
        self.lessons |= other.lessons


async def survey(
    data: sa.Engine,
    store: ContentStore,
    tier: FrequentLanguages,
    policy: RetentionPolicy,
    memory: MemoryCheck,
    now: datetime,
) -> CleanupSurvey:
    """Plan a cleanup without changing anything.

    It costs one listing for each language that is not frequent, one of the archive, and one for each
    language that something goes back to. Raises what the store raises.
    """
    with reading(data) as connection:
        known = manifest.languages(connection)
        last_read = statistics.last_read(connection)
    # A clock that was set back would have what is archived now purged too early.
    archived_at = max(now, last_read or now)
    decide = partial(
        plan_language,
        policy=policy,
        now=now,
        can_be_made_again=memory.can_be_made_again,
        archived_key=lambda item: keys.archived(
            LessonKey(item.language, item.lesson, item.content_type), archived_at
        ),
    )

    async def look(language: str) -> CleanupSurvey:
        return await _survey_language(data, store, language, decide, now)

    result = CleanupSurvey(CleanupPlan(), now)
    for one in (await each_language(tier.others(known), look)).values():
        result.include(one)
    await _plan_archive(store, result, tier, policy)
    if refusal(result.plan, policy):
        # Only now does it matter how much stands in the frequent languages.
        for language in tier.codes:
            result.plan.total += len(await _lesson_keys(store, language))
    return result


async def survey_restores(
    store: ContentStore, languages: Iterable[str], keys_of: LanguageKeys, now: datetime
) -> CleanupSurvey:
    """Plan only what goes back from the archive to these languages: one listing where there is nothing.

    What was archived under another code of a language goes back under the one that it is kept under.
    """
    result = CleanupSurvey(CleanupPlan(), now)
    tier = FrequentLanguages(tuple(map(keys_of.kept_as, languages)), (), keys_of)
    await _plan_archive(store, result, tier, RetentionPolicy(archive_days=float("inf")))
    return result


async def _survey_language(
    data: sa.Engine, store: ContentStore, language: str, decide: _Decide, now: datetime
) -> CleanupSurvey:
    """One language that is not frequent."""
    result = CleanupSurvey(CleanupPlan(), now)
    objects = [
        lesson_object(found, lesson, known)
        async for found, lesson, known in listed(data, store, language, result.pending)
    ]
    result.vanished = vanished(data, language, {item.key for item in objects})
    with reading(data) as connection:
        usage = _usage(connection, language)
    result.plan.total = len(objects)
    kept = set()
    for step in decide(objects, usage):
        result.plan.add(step)
        if step.action is Action.KEEP:
            kept.add(step.lesson)
    result.lessons[language] = len(kept)
    return result


def _usage(connection: sa.Connection, language: str) -> dict[str, LessonUse]:
    """Usage by lesson in this language; where none was ever recorded, the application's own counts."""
    usage = {
        lesson: LessonUse(requests, last)
        for lesson, (requests, last) in lesson_requests(connection, language).items()
    }
    return usage or {lesson.id: LessonUse(lesson.usage_count, None) for lesson in lessons(connection)}


async def _plan_archive(
    store: ContentStore, result: CleanupSurvey, tier: FrequentLanguages, policy: RetentionPolicy
) -> None:
    found = [_archived_object(one, tier.keys) async for one in store.list(keys.ARCHIVE_PREFIX)]
    archived = [item for item in found if item]
    returning = {item.language for item in archived if item.language in tier.codes}
    live: set[str] = set()
    for language in sorted(returning):
        live |= await _lesson_keys(store, language)
    result.plan.total += len(archived)
    for step in plan_archive(archived, returning, live, policy, result.made_at):
        result.plan.add(step)


async def _lesson_keys(store: ContentStore, language: str) -> set[str]:
    return {one.key async for one in store.list(keys.lessons_prefix(language)) if keys.parse(one.key)}


def lesson_object(found: StoredObject, lesson: LessonKey, known: Known | None) -> LessonObject:
    """A listed object beside what the manifest knows of it."""
    if known is None or known.adopted:
        ownership = Ownership.FOREIGN
    else:
        ownership = Ownership.OURS if known.etag == found.etag else Ownership.EDITED
    return LessonObject(
        found.key,
        lesson.language,
        lesson.lesson,
        lesson.content_type,
        found.size,
        found.etag,
        found.updated_at,
        ownership,
        known.source_hash if known else "",
    )


def _archived_object(found: StoredObject, keys_of: LanguageKeys) -> ArchivedObject | None:
    parsed = keys.parse_archived(found.key)
    if parsed is None:
        return None
    lesson, archived_at = parsed
    lesson = replace(lesson, language=keys_of.kept_as(lesson.language))
    return ArchivedObject(
        found.key, lesson.key, lesson.language, lesson.lesson, found.size, found.etag, archived_at
    )
