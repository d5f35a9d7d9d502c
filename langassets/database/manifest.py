"""The manifest: what langassets knows of each lesson object in storage, and what it is about to write."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from langassets.database import former_objects
from langassets.database.application import topics
from langassets.database.content.lessons import LESSONS, has_status
from langassets.database.rows import CHUNK, among, change_among, rows_among, upsert
from langassets.database.schema import pending_writes, stored_objects
from langassets.database.translations import segments
from langassets.database.translations.edits import Content
from langassets.database.translations.edits import follow as follow_edits
from langassets.locales import tag_of
from langassets.translation.documents.stored import Stored, StoredSegment
from langassets.translation.edits.placing import Edit
from langassets.translation.freshness import Known


class Origin(StrEnum):
    """How an object came to be."""

    TRANSLATED = "translated"
    COPIED = "copied"  # the lesson is written in this language
    ADOPTED = "adopted"  # someone else put it there, and langassets left it alone
    EDITED = "edited"  # it stands as a person left it, and what they changed is learnt


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One object as it was stored: from which source (hash), by which recipe, its ETag and size in bytes.

    `segments` are what stands at each of its places, in order, None where that is not known; they are written
    with the entry, and not read with it. `structure` is a hash of the rest of it, '' where that is not known;
    `replaced` the stamp of the object of ours that it took the place of, '' where there was none.
    """

    key: str
    language: str
    lesson: str
    content_type: str
    source_hash: str
    recipe: str
    etag: str
    size: int
    origin: Origin
    stored_at: datetime
    structure: str = ""
    segments: tuple[StoredSegment, ...] | None = None
    replaced: str = ""

    @property
    def place(self) -> str:
        """The key that it stands under while it is not archived."""
        return former_objects.lesson_key(_row(self))

    @property
    def known(self) -> Known:
        """What decides on the object."""
        segmented = self.segments is not None
        made_by = (self.origin == Origin.ADOPTED, self.origin == Origin.EDITED)
        said = (self.etag, self.source_hash, self.recipe, *made_by, segmented, self.stored_at)
        return Known(*said, self.replaced)


_COLUMNS = tuple(one.name for one in fields(ManifestEntry) if one.name != "segments")


def entries(connection: sa.Connection, language: str) -> dict[str, ManifestEntry]:
    """The entries of one language by key, archived ones included."""
    return _entries(connection, stored_objects, language)


def entries_of(connection: sa.Connection, keys: Iterable[str]) -> Iterator[ManifestEntry]:
    """The entries of these objects, as far as there are some."""
    query = sa.select(*(stored_objects.c[name] for name in _COLUMNS))
    for row in rows_among(connection, query, stored_objects.c.key, keys, CHUNK):
        yield _entry(row._asdict())


def known(connection: sa.Connection, keys: Sequence[str]) -> dict[str, Known]:
    """What decides on objects, by key, for up to a thousand `keys`: those without an entry are left out."""
    table = stored_objects.c
    segmented = sa.func.coalesce(table.segments_etag == table.etag, sa.false())
    made_by = (table.origin == Origin.ADOPTED, table.origin == Origin.EDITED)
    said = (table.etag, table.source_hash, table.recipe, *made_by, segmented, table.stored_at, table.replaced)
    query = sa.select(table.key, *said).where(among(connection, table.key, keys))
    return {row[0]: Known._make(row[1:]) for row in connection.execute(query)}


def versions(connection: sa.Connection, language: str) -> dict[tuple[str, str], ManifestEntry]:
    """What is or was known of each version of the objects of one language, by the key that it stands under as
    a lesson and its ETag. Those that another came after are of no known source: they are to be made again."""
    # In order of key, those that stand come after those in the archive, and those by their time.
    current = sorted(entries(connection, language).values(), key=lambda one: (one.key == one.place, one.key))
    every = [*map(_entry, former_objects.rows_of(connection, language)), *current]
    newest = {one.place: one.etag for one in every}
    return {
        (one.place, one.etag): one if newest[one.place] == one.etag else replace(one, source_hash="")
        for one in every
    }


def keys_of(connection: sa.Connection, language: str) -> Iterator[str]:
    """The keys of one language, archived ones included, as they come; read to the end in one transaction."""
    query = sa.select(stored_objects.c.key).where(stored_objects.c.language == language)
    yield from connection.scalars(query, execution_options={"yield_per": CHUNK})


def pending(connection: sa.Connection, language: str) -> dict[str, ManifestEntry]:
    """What earlier runs were about to write in one language and never confirmed, by key."""
    return _entries(connection, pending_writes, language)


def languages(connection: sa.Connection) -> set[str]:
    """Languages that the manifest knows objects of."""
    return set(connection.scalars(sa.select(stored_objects.c.language).distinct()))


def object_counts(connection: sa.Connection) -> dict[str, int]:
    """How many objects stand (not in the archive) under each language code, by what the manifest knows."""
    table = stored_objects.c
    query = sa.select(table.language, sa.func.count()).where(segments.STANDING).group_by(table.language)
    return {row.language: row[1] for row in connection.execute(query)}


def lesson_counts(connection: sa.Connection, languages: Iterable[str]) -> dict[str, int]:
    """How many active lessons have an object that stands (not in the archive), by language."""
    table = stored_objects.c
    active = sa.select(sa.cast(topics.c.topic_id, sa.String)).where(has_status(LESSONS))
    # Made distinct by hashes: count(DISTINCT) sorts, which takes PostgreSQL several times as long.
    found = (
        sa.select(table.language, table.lesson)
        .where(table.language.in_(list(languages)), segments.STANDING, table.lesson.in_(active))
        .distinct()
        .subquery()
    )
    rows = connection.execute(sa.select(found.c.language, sa.func.count()).group_by(found.c.language))
    return dict.fromkeys(languages, 0) | {row.language: row[1] for row in rows}


def add_pending(connection: sa.Connection, planned: Iterable[ManifestEntry]) -> None:
    """Note objects before they are written."""
    upsert(
        connection,
        pending_writes,
        (_row(entry) | {"segments": segments.written(entry.segments)} for entry in planned),
    )


def confirm(connection: sa.Connection, stored: Iterable[ManifestEntry]) -> dict[Content, list[Edit]]:
    """Record objects that stand in storage, and their segments; forget that they were pending. Returns what
    people changed in their contents."""
    entries = list(stored)
    former_objects.replaced(connection, {one.key: one.etag for one in entries})
    upsert(
        connection,
        stored_objects,
        (_row(one) | {"segments_etag": None if one.segments is None else one.etag} for one in entries),
    )
    segments.replace(connection, {one.key: one.segments or () for one in entries})
    edits = follow_edits(
        connection,
        {
            Content(tag_of(one.language), one.lesson, one.content_type): [s.source for s in one.segments]
            if one.segments
            else None
            for one in entries
        },
    )
    forget_pending(connection, [one.key for one in entries])
    return edits


def stored_of(connection: sa.Connection, keys: Sequence[str]) -> dict[str, Stored]:
    """What was stored under these keys, by key, where that is known of the object as it was stored."""
    found = segments.segments_of(connection, keys)
    query = sa.select(stored_objects.c.key, stored_objects.c.structure)
    rows = rows_among(connection, query, stored_objects.c.key, found)
    return {key: Stored(found[key], structure) for key, structure in rows}


class Segmented(NamedTuple):
    """What was found to stand in an object with this ETag."""

    key: str
    etag: str
    structure: str
    segments: Sequence[StoredSegment]


def keep_segments(connection: sa.Connection, found: Sequence[Segmented]) -> None:
    """Record the segments of objects that stand as they were stored."""
    table = stored_objects.c
    if not found:
        return
    connection.execute(
        stored_objects.update()
        .where(table.key == sa.bindparam("of"), table.etag == sa.bindparam("tag"))
        .values(structure=sa.bindparam("around"), segments_etag=sa.bindparam("tag")),
        [{"of": one.key, "tag": one.etag, "around": one.structure} for one in found],
    )
    segments.replace(connection, {one.key: one.segments for one in found})


def change_recipe(connection: sa.Connection, recipe: str, keys: Iterable[str]) -> None:
    """Say of objects that stand as they were stored that this recipe would make the same."""
    change_among(connection, stored_objects.update().values(recipe=recipe), stored_objects.c.key, keys)


def forget(connection: sa.Connection, keys: Iterable[str]) -> None:
    """Remove entries of objects that are gone."""
    gone = list(keys)
    former_objects.removed(connection, gone)
    change_among(connection, stored_objects.delete(), stored_objects.c.key, gone)


def forget_pending(connection: sa.Connection, keys: Iterable[str]) -> None:
    """Drop notes of writes that happened, or never will."""
    change_among(connection, pending_writes.delete(), pending_writes.c.key, keys)


class Move(NamedTuple):
    """An object that was moved from one key to another, and the language code that it lies under now."""

    key: str
    target: str
    language: str


def rename(connection: sa.Connection, moves: Sequence[Move]) -> None:
    """Follow objects that were moved; those without an entry are passed over."""
    if not moves:
        return
    forget(connection, [move.target for move in moves])
    connection.execute(
        stored_objects.update()
        .where(stored_objects.c.key == sa.bindparam("old"))
        .values(key=sa.bindparam("new"), language=sa.bindparam("code")),
        [{"old": move.key, "new": move.target, "code": move.language} for move in moves],
    )


def _entries(connection: sa.Connection, table: sa.Table, language: str) -> dict[str, ManifestEntry]:
    names = [*_COLUMNS, *(["segments"] if "segments" in table.c else [])]
    rows = connection.execute(
        sa.select(*(table.c[name] for name in names)).where(table.c.language == language)
    )
    return {row.key: _entry(row._asdict()) for row in rows}


def _entry(row: dict[str, Any]) -> ManifestEntry:
    found = segments.read(row.pop("segments", None))
    return ManifestEntry(**{**row, "origin": Origin(row["origin"])}, segments=found)


def _row(entry: ManifestEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _COLUMNS}
