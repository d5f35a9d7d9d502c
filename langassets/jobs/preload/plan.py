"""Preload, first half: what is wanted of each language, held against one listing and the manifest."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.lessons import contents, lessons
from langassets.database.manifest import ManifestEntry, Origin
from langassets.database.usage.lesson_usage import lesson_requests
from langassets.errors import InvalidKeyError
from langassets.locales import is_language_code, same_language
from langassets.storage import keys
from langassets.storage.listing import pages
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.freshness import TO_MAKE, Decision, Known, decide


@dataclass(frozen=True, slots=True)
class DesiredContent:
    """One content of one lesson that every frequent language is to have."""

    lesson: str
    title: str
    source_language: str
    content_type: str
    source_hash: str
    usage_count: int


COPY = "copy"
"""The recipe of a lesson that is stored in the language it is written in, and so as it is."""


def is_copy(desired: DesiredContent, language: str) -> bool:
    """Whether a lesson is written in `language` already; regions are ignored."""
    return same_language(desired.source_language, language)


@dataclass(frozen=True, slots=True)
class Problem:
    """A content that cannot be had in a language ('' where in none), and why."""

    language: str
    lesson: str
    content_type: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """One object to make, and what stands under its key today (None: nothing)."""

    language: str
    key: str
    desired: DesiredContent
    decision: Decision
    standing: StoredObject | None


@dataclass(slots=True)
class Standing:
    """What stands of a language's lessons, wanted or not; `size` in bytes."""

    lessons: int = 0
    objects: int = 0
    size: int = 0
    _last: str = ""

    def add(self, lesson: str, size: int) -> None:
        """Take up one object; those of a lesson come one after the other, as a listing has them."""
        self.lessons += lesson != self._last
        self._last = lesson
        self.objects += 1
        self.size += size


@dataclass(slots=True)
class LanguagePlan:
    """What there is to do for one language; `to_make` has the most requested lessons first."""

    language: str
    to_make: list[PlannedObject] = field(default_factory=list)
    adopted: list[ManifestEntry] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)
    """Keys that were edited by hand and are left alone."""

    edited_stale: list[str] = field(default_factory=list)
    """Those of them whose lesson has changed since."""

    fresh: list[DesiredContent] = field(default_factory=list)
    landed: list[ManifestEntry] = field(default_factory=list)
    """Written by a run that was killed before it could say so: the ETag tells."""

    not_landed: list[str] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)

    @property
    def missing(self) -> bool:
        """Whether something wanted does not stand at all."""
        return any(item.standing is None for item in self.to_make)


def load_desired(data: sa.Engine) -> tuple[list[DesiredContent], list[Problem]]:
    """Every content of every active lesson, and what cannot be stored under any key."""
    with reading(data) as connection:
        by_id = {lesson.id: lesson for lesson in lessons(connection)}
        found = list(contents(connection))
    desired, problems = [], []
    for content in found:
        lesson = by_id.get(content.lesson)
        if lesson is None:
            continue
        try:
            keys.LessonKey("en", content.lesson, content.content_type)
        except InvalidKeyError as error:
            problems.append(Problem("", content.lesson, content.content_type, str(error)))
            continue
        if not is_language_code(lesson.language):
            reason = f"the lesson's language is {lesson.language!r}, which is no language code"
            problems.append(Problem("", content.lesson, content.content_type, reason))
            continue
        desired.append(
            DesiredContent(
                lesson.id,
                lesson.title,
                lesson.language,
                content.content_type,
                content.source_hash,
                lesson.usage_count,
            )
        )
    return desired, problems


async def plan_language(
    data: sa.Engine,
    store: ContentStore,
    language: str,
    desired: Sequence[DesiredContent],
    recipe: str,
    now: datetime,
    *,
    overwrite_edited: bool = False,
) -> LanguagePlan:
    """Decide on every wanted content of one language. Costs one listing, and changes nothing.

    The listing goes by in pages, each held against the manifest and dropped: what is held throughout is what
    is wanted, and what is to be made.
    """
    prefix = keys.lessons_prefix(language)
    places = {f"{want.lesson}/{want.content_type}.json": want for want in desired}
    recipes = {want.source_language: recipe for want in desired}
    recipes |= {source: COPY for source in recipes if same_language(source, language)}
    plan = LanguagePlan(language)
    with reading(data) as connection:
        pending = manifest.pending(connection, language)

    def take_up(want: DesiredContent, key: str, there: StoredObject | None, known: Known | None) -> None:
        etag = there.etag if there else None
        decision = decide(
            want.source_hash,
            recipes[want.source_language],
            etag,
            known,
            overwrite_edited=overwrite_edited,
        )
        _take_up(plan, PlannedObject(language, key, want, decision, there), known, now)

    async for page in pages(store, prefix):
        with reading(data) as connection:
            known = manifest.known(connection, [found.key for found in page])
        for found in page:
            if (note := pending.get(found.key)) and note.etag == found.etag:
                plan.landed.append(pending.pop(found.key))
                known[found.key] = note.known
            if want := places.pop(found.key.removeprefix(prefix), None):
                plan.standing.add(want.lesson, found.size)
                take_up(want, found.key, found, known.get(found.key))
            elif lesson := keys.parse(found.key):
                plan.standing.add(lesson.lesson, found.size)
    for end, want in places.items():
        take_up(want, prefix + end, None, None)
    plan.not_landed = [*pending]
    if plan.to_make:
        _most_requested_first(data, plan, desired)
    return plan


async def standing(store: ContentStore, language: str) -> Standing:
    """What stands of a language's lessons. Costs one listing."""
    found = Standing()
    async for stored in store.list(keys.lessons_prefix(language)):
        if lesson := keys.parse(stored.key):
            found.add(lesson.lesson, stored.size)
    return found


def _most_requested_first(data: sa.Engine, plan: LanguagePlan, desired: Sequence[DesiredContent]) -> None:
    """Put what is to be made in order: by requests in the language, then by the application's own count, then
    as the lessons come."""
    with reading(data) as connection:
        used = lesson_requests(connection, plan.language)
    rank = {
        (want.lesson, want.content_type): (
            -used[want.lesson].requests if want.lesson in used else 0,
            -want.usage_count,
            number,
        )
        for number, want in enumerate(desired)
    }
    plan.to_make.sort(key=lambda item: rank[item.desired.lesson, item.desired.content_type])


def record_in_manifest(data: sa.Engine, plan: LanguagePlan) -> None:
    """Bring the manifest up to date with a plan: adopt what someone else put there, take over what a killed
    run wrote, and drop its notes of what it did not come to write."""
    with writing(data) as connection:
        manifest.confirm(connection, plan.landed)
        manifest.forget_pending(connection, plan.not_landed)
        manifest.confirm(connection, plan.adopted)


def _take_up(plan: LanguagePlan, item: PlannedObject, known: Known | None, now: datetime) -> None:
    if item.decision in TO_MAKE:
        plan.to_make.append(item)
    elif item.decision is Decision.ADOPT and item.standing:
        plan.adopted.append(
            ManifestEntry(
                item.key,
                item.language,
                item.desired.lesson,
                item.desired.content_type,
                item.desired.source_hash,
                recipe="",
                etag=item.standing.etag,
                size=item.standing.size,
                origin=Origin.ADOPTED,
                stored_at=now,
            )
        )
    elif item.decision is Decision.KEEP_EDITED:
        plan.edited.append(item.key)
        if known and known.source_hash != item.desired.source_hash:
            plan.edited_stale.append(item.key)
    else:
        plan.fresh.append(item.desired)
