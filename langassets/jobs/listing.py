"""One language in storage: each of its lesson objects beside what the manifest knows of it."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Container
from contextlib import aclosing
from dataclasses import dataclass, field

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.manifest import ManifestEntry
from langassets.storage import keys
from langassets.storage.keys import LessonKey
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.freshness import Known

_log = logging.getLogger("langassets.storage")


@dataclass(slots=True)
class PendingWrites:
    """What became of writes that killed runs had noted and did not come to confirm."""

    written: list[ManifestEntry] = field(default_factory=list)
    """They stand in storage: the ETag tells."""

    not_written: list[str] = field(default_factory=list)

    def record(self, connection: sa.Connection) -> None:
        """Have the manifest follow."""
        manifest.confirm(connection, self.written)
        manifest.forget_pending(connection, self.not_written)


@dataclass(slots=True)
class StoredTotals:
    """What stands of a language's `active` lessons, and apart from it of others; sizes in bytes."""

    active: Collection[str]
    lessons: int = 0
    objects: int = 0
    size: int = 0
    inactive_objects: int = 0
    inactive_size: int = 0
    _last: str = ""

    def add(self, stored: StoredObject) -> None:
        """Count an object, if it is a lesson's; those of a lesson come one after the other, as a listing has
        them."""
        found = keys.parse(stored.key)
        if found is None:
            return
        if found.lesson not in self.active:
            self.inactive_objects += 1
            self.inactive_size += stored.size
            return
        self.lessons += found.lesson != self._last
        self._last = found.lesson
        self.objects += 1
        self.size += stored.size


async def listed(
    data: sa.Engine, store: ContentStore, language: str, pending: PendingWrites
) -> AsyncIterator[tuple[StoredObject, LessonKey, Known | None]]:
    """Every lesson object of a language, as `pages` has them, and of which lesson it is."""
    async with aclosing(pages(data, store, language, pending)) as every:
        async for page in every:
            for found, known in page:
                if lesson := keys.parse(found.key):
                    yield found, lesson, known


async def pages(
    data: sa.Engine, store: ContentStore, language: str, pending: PendingWrites
) -> AsyncGenerator[list[tuple[StoredObject, Known | None]]]:
    """What lies where a language's lessons do, in order of key; `pending` is filled by the end.

    The listing goes by in pages, each held against the manifest and dropped. Raises what the store raises.
    """
    with reading(data) as connection:
        notes = manifest.pending(connection, language)
    async with aclosing(store.pages(keys.lessons_prefix(language))) as listing:
        async for page in listing:
            with reading(data) as connection:
                known = manifest.known(connection, [found.key for found in page])
            for found in page:
                if (note := notes.get(found.key)) and note.etag == found.etag:
                    pending.written.append(notes.pop(found.key))
                    known[found.key] = note.known
                if (entry := known.get(found.key)) and entry.replaced and entry.replaced == found.stamp:
                    _log.warning("%s: storage said that it was replaced, and it was not.", found.key)
                    known[found.key] = entry.not_written(found.etag)
            yield [(found, known.get(found.key)) for found in page]
    pending.not_written += notes


def vanished(data: sa.Engine, language: str, listed_keys: Container[str]) -> list[str]:
    """Keys of lesson objects that the manifest knows and a listing did not have."""
    with reading(data) as connection:
        return [
            key
            for key in manifest.keys_of(connection, language)
            if key not in listed_keys and keys.parse(key)
        ]
