"""Whether manifest and storage agree, and making the manifest agree with what stands."""

from collections.abc import Container
from dataclasses import dataclass, field

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.locks import alone_in_storage
from langassets.database.manifest import ManifestEntry, Origin
from langassets.jobs.evaluation.in_force import frequent_languages
from langassets.jobs.preload.plan import DesiredContent, load_desired
from langassets.services import Services
from langassets.storage import keys
from langassets.storage.store import ContentStore, StoredObject


@dataclass(slots=True, repr=False)  # asyncio.run makes a repr of what it returns: of every object
class Differences:
    """One language. Each list holds keys, in order."""

    language: str
    agree: int = 0
    missing: list[str] = field(default_factory=list)
    """In the manifest, not in storage."""

    foreign: list[str] = field(default_factory=list)
    """In storage, not in the manifest: someone else put them there since the last preload."""

    edited: list[str] = field(default_factory=list)
    """Changed by someone since they were stored."""

    orphaned: list[str] = field(default_factory=list)
    """Of a lesson or a content type that is no longer active."""

    landed: list[ManifestEntry] = field(default_factory=list)
    """Written by a preload that was killed before it could say so: the ETag tells. They agree."""

    @property
    def clean(self) -> bool:
        """Whether there is nothing to name."""
        return not (self.missing or self.foreign or self.edited or self.orphaned)


async def differences(services: Services) -> list[Differences]:
    """Compare manifest and storage language by language. One listing a language; nothing is changed."""
    desired, _ = load_desired(services.data)
    active = {(want.lesson, want.content_type) for want in desired}
    async with services.store() as store:
        return [
            _compare(services.data, language, await _objects(store, language), active)
            for language in _languages(services)
        ]


async def reconcile(services: Services) -> list[Differences]:
    """Make the manifest agree: forget what is missing, adopt what is foreign. What was edited stays known as
    edited, and nothing in storage is touched. Returns what was found. Waits for the end of cleanups and
    preloads: see `alone_in_storage`."""
    with alone_in_storage(services.data, who="reconcile"):
        return await _reconcile(services)


async def _reconcile(services: Services) -> list[Differences]:
    desired, _ = load_desired(services.data)
    by_place = {(want.lesson, want.content_type): want for want in desired}
    found = []
    async with services.store() as store:
        for language in _languages(services):
            objects = await _objects(store, language)
            one = _compare(services.data, language, objects, by_place.keys())
            adopted = [_adopt(objects[key], by_place, services) for key in one.foreign]
            with writing(services.data) as connection:
                manifest.confirm(connection, one.landed)
                manifest.forget(connection, one.missing)
                manifest.confirm(connection, [entry for entry in adopted if entry])
            found.append(one)
    return found


def _languages(services: Services) -> list[str]:
    with reading(services.data) as connection:
        known = manifest.languages(connection)
    frequent = frequent_languages(services.data, services.settings.predefined_languages)
    return [*frequent.codes, *frequent.others(known)]


async def _objects(store: ContentStore, language: str) -> dict[str, StoredObject]:
    return {one.key: one async for one in store.list(keys.lessons_prefix(language)) if keys.parse(one.key)}


def _compare(
    data: sa.Engine, language: str, objects: dict[str, StoredObject], active: Container[tuple[str, str]]
) -> Differences:
    with reading(data) as connection:
        entries = {key: e for key, e in manifest.entries(connection, language).items() if keys.parse(key)}
        pending = manifest.pending(connection, language)
    result = Differences(language)
    result.landed = [
        note for key, note in pending.items() if key in objects and note.etag == objects[key].etag
    ]
    entries |= {note.key: note for note in result.landed}
    result.missing = sorted(entries.keys() - objects.keys())
    for key, there in sorted(objects.items()):
        lesson = keys.parse(key)
        entry = entries.get(key)
        if lesson and (lesson.lesson, lesson.content_type) not in active:
            result.orphaned.append(key)
        elif entry is None:
            result.foreign.append(key)
        elif entry.etag != there.etag:
            result.edited.append(key)
        else:
            result.agree += 1
    return result


def _adopt(
    found: StoredObject, desired: dict[tuple[str, str], DesiredContent], services: Services
) -> ManifestEntry | None:
    lesson = keys.parse(found.key)
    want = desired.get((lesson.lesson, lesson.content_type)) if lesson else None
    if lesson is None or want is None:
        return None
    return ManifestEntry(
        found.key,
        lesson.language,
        lesson.lesson,
        lesson.content_type,
        want.source_hash,
        "",
        found.etag,
        found.size,
        Origin.ADOPTED,
        services.clock(),
    )
