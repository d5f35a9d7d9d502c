"""Cleanup, first half: the plan, from one listing a language and what the database knows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.content.known_lessons import known_lessons
from langassets.database.content.lessons import lessons
from langassets.database.usage import statistics
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.jobs.cleanup.drill.drill import DrillReport
from langassets.jobs.cleanup.memory_check import MemoryCheck
from langassets.jobs.evaluation.frequent_languages import FrequentLanguages
from langassets.jobs.listing import PendingWrites, listed, vanished
from langassets.retention.decisions import Retention, plan_archive, plan_language, plan_retired
from langassets.retention.lessons import KnownLessons, LessonUse, UsageMatch, match_usage
from langassets.retention.plan import (
    Action,
    ArchivedObject,
    CleanupPlan,
    LessonObject,
    Ownership,
    RetentionPolicy,
)
from langassets.retention.refusals import doubts, too_much
from langassets.storage import keys
from langassets.storage.keys import LessonKey
from langassets.storage.listing import each_language
from langassets.storage.store import ContentStore, StoredObject
from langassets.tiering.language_keys import LanguageKeys
from langassets.translation.freshness import Known


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class CleanupSurvey:
    """A plan, and what was seen on the way that the records have to follow."""

    plan: CleanupPlan
    made_at: datetime
    vanished: list[str] = field(default_factory=list)
    """Keys in the manifest that no longer stand in storage."""

    pending: PendingWrites = field(default_factory=PendingWrites)
    lessons: dict[str, int] = field(default_factory=dict)
    """By language that is not frequent: active lessons that stand once the plan is carried out."""

    usage: list[UsageMatch] = field(default_factory=list)
    """How much of each language's usage names a lesson that there is."""

    known: KnownLessons = field(default_factory=KnownLessons)
    drill: DrillReport = field(default_factory=DrillReport)
    """What came of making again what is to be deleted."""

    def include(self, other: "CleanupSurvey") -> None:
        """Take up the survey of other languages."""
        self.plan.include(other.plan)
        self.vanished += other.vanished
        self.pending.written += other.pending.written
        self.pending.not_written += other.pending.not_written
        self.lessons |= other.lessons
        self.usage += other.usage


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
    language that something goes back to; where a lesson is not active any more, one for every language.
    Raises what the store raises.
    """
    with reading(data) as connection:
        others = tier.others(manifest.languages(connection))
        last_read = statistics.last_read(connection)
        known = known_lessons(connection, now)
    # A clock that was set back would have what is archived now purged too early.
    archived_at = max(now, last_read or now)
    rules = Retention(
        policy,
        now,
        known,
        can_be_made_again=memory.can_be_made_again,
        archived_key=partial(archived_key, archived_at),
    )

    async def look(language: str) -> CleanupSurvey:
        return await _survey_language(data, store, language, rules, frequent=language not in others)

    result = CleanupSurvey(CleanupPlan(), now, known=known)
    seen = (*others, *tier.codes) if known.retired else others
    for one in (await each_language(seen, look)).values():
        result.include(one)
    await _plan_archive(store, result, tier, policy)
    if seen is others and too_much(result.plan, policy):
        # Only now does it matter how much stands in the frequent languages.
        for language in tier.codes:
            result.plan.total += len(await _lesson_keys(store, language))
    result.plan.doubts = doubts(result.plan, known, result.usage)
    return result


async def survey_restores(
    store: ContentStore,
    languages: Iterable[str],
    keys_of: LanguageKeys,
    now: datetime,
    known: KnownLessons | None = None,
) -> CleanupSurvey:
    """Plan only what goes back from the archive to these languages, but for lessons that are retired by
    what is `known`: one listing where there is nothing.

    What was archived under another code of a language goes back under the one that it is kept under.
    """
    result = CleanupSurvey(CleanupPlan(), now, known=known or KnownLessons())
    tier = FrequentLanguages(tuple(map(keys_of.kept_as, languages)), (), keys_of)
    await _plan_archive(store, result, tier, RetentionPolicy(archive_days=float("inf")))
    return result


async def _survey_language(
    data: sa.Engine, store: ContentStore, language: str, rules: Retention, *, frequent: bool
) -> CleanupSurvey:
    """One language; of a frequent one, only what belongs to lessons that are retired is held."""
    result = CleanupSurvey(CleanupPlan(), rules.now)
    objects, standing = [], set()
    async for found, lesson, known in listed(data, store, language, result.pending):
        result.plan.total += 1
        standing.add(lesson.lesson)
        if not frequent or lesson.lesson in rules.lessons.retired:
            objects.append(lesson_object(found, lesson, known))
    if not frequent:
        result.vanished = vanished(data, language, {item.key for item in objects})
    elif not objects:
        return result
    usage = _usage(data, result, language, standing, rules.lessons)
    kept = set()
    for step in (plan_retired if frequent else plan_language)(objects, usage, rules):
        result.plan.add(step)
        if step.action is Action.KEEP and step.lesson in rules.lessons.active:
            kept.add(step.lesson)
    if not frequent:
        result.lessons[language] = len(kept)
    return result


def archived_key(at: datetime, item: LessonObject) -> str:
    """Where an object goes that is archived then."""
    return keys.archived(LessonKey(item.language, item.lesson, item.content_type), at)


def lesson_object(found: StoredObject, lesson: LessonKey, known: Known | None) -> LessonObject:
    """An object as a plan takes it, and whose it is by what the manifest knows of it."""
    if known is None or known.adopted:
        ownership = Ownership.FOREIGN
    else:
        ours = known.etag == found.etag and not known.edited
        ownership = Ownership.OURS if ours else Ownership.EDITED
    # What a backup brought back is as old as it was, though storage dates it by that day.
    as_stored = known.stored_at if known and known.etag == found.etag else None
    return LessonObject(
        found.key,
        lesson.language,
        lesson.lesson,
        lesson.content_type,
        found.size,
        found.etag,
        min(found.updated_at, as_stored or found.updated_at),
        ownership,
        known.source_hash if known else "",
    )


def _usage(
    data: sa.Engine, result: CleanupSurvey, language: str, standing: Collection[str], known: KnownLessons
) -> dict[str, LessonUse]:
    """Usage by lesson in this language, of lessons that there are; where none was ever recorded, the
    application's own counts. How much of it there is goes into the result."""
    with reading(data) as connection:
        recorded = {
            lesson: LessonUse(requests, last)
            for lesson, (requests, last) in lesson_requests(connection, language).items()
        }
        there = {lesson for lesson in recorded if lesson in known or lesson in standing}
        usage, match = match_usage(language, recorded, there)
        result.usage.append(match)
        return usage or {lesson.id: LessonUse(lesson.usage_count, None) for lesson in lessons(connection)}


async def _plan_archive(
    store: ContentStore, result: CleanupSurvey, tier: FrequentLanguages, policy: RetentionPolicy
) -> None:
    """Each archived object counts as one of the code that its language is kept under."""
    archived = []
    async for one in store.list(keys.ARCHIVE_PREFIX):
        if parsed := keys.parse_archived(one.key):
            lesson = replace(parsed[0], language=tier.keys.kept_as(parsed[0].language))
            what = (lesson.key, lesson.language, lesson.lesson)
            archived.append(ArchivedObject(one.key, *what, one.size, one.etag, parsed[1]))
    returning = {
        item.language
        for item in archived
        if item.language in tier.codes and item.lesson not in result.known.retired
    }
    live: set[str] = set()
    for language in sorted(returning):
        live |= await _lesson_keys(store, language)
    result.plan.total += len(archived)
    for step in plan_archive(archived, returning, live, result.known, policy, result.made_at):
        result.plan.add(step)


async def _lesson_keys(store: ContentStore, language: str) -> set[str]:
    return {one.key async for one in store.list(keys.lessons_prefix(language)) if keys.parse(one.key)}
