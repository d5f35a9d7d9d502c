"""Writing lesson objects so that a process killed at any point leaves nothing that the next run misreads."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import writing
from langassets.database.manifest import ManifestEntry, Origin
from langassets.errors import InputError, StoreError
from langassets.jobs.preload.plan import PlannedObject
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object that is ready to be stored."""

    planned: PlannedObject
    body: bytes
    recipe: str
    origin: Origin


def body_of(data: Mapping[str, object]) -> bytes:
    """A lesson's JSON as the application reads it: UTF-8, in the order of its source, without spaces.

    Raises `InputError` where it holds half a character (a lone surrogate), which UTF-8 cannot say.
    """
    try:
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise InputError(
            "the content holds half a character (a lone surrogate): correct it where it was written"
        ) from None


async def store_all(
    data: sa.Engine, store: ContentStore, made: Sequence[NewObject], clock: Callable[[], datetime]
) -> list[tuple[NewObject, str | None]]:
    """Write objects and record them; the answer says for each why it could not be, or None.

    What would be written is noted first, with the ETag that it will have, and what stands already byte
    for byte is not written again. Raises `StoreUnavailableError` after what did succeed was recorded.
    """
    entries = {item.planned.key: _entry(item, clock()) for item in made}
    await asyncio.to_thread(_intend, data, list(entries.values()))
    results = await asyncio.gather(*(_write(store, item) for item in made), return_exceptions=True)
    outcomes: list[tuple[NewObject, str | None]] = []
    stored: list[ManifestEntry] = []
    raised: list[BaseException] = []
    for item, result in zip(made, results, strict=True):
        if isinstance(result, StoreError):
            outcomes.append((item, str(result)))
        elif isinstance(result, BaseException):
            raised.append(result)
        else:
            stored.append(replace(entries[item.planned.key], etag=result))
            outcomes.append((item, None))
    await asyncio.to_thread(_confirm, data, stored)
    if raised:
        raise raised[0]
    return outcomes


async def _write(store: ContentStore, item: NewObject) -> str:
    """Write one object; its ETag."""
    standing = item.planned.standing
    if standing and standing.etag == etag_of(item.body):
        return standing.etag
    return (await store.write(item.planned.key, item.body)).etag


def _entry(item: NewObject, at: datetime) -> ManifestEntry:
    planned = item.planned
    return ManifestEntry(
        planned.key,
        planned.language,
        planned.desired.lesson,
        planned.desired.content_type,
        planned.desired.source_hash,
        item.recipe,
        etag_of(item.body),
        len(item.body),
        item.origin,
        at,
    )


def _intend(data: sa.Engine, entries: Sequence[ManifestEntry]) -> None:
    with writing(data) as connection:
        manifest.add_pending(connection, entries)


def _confirm(data: sa.Engine, entries: Sequence[ManifestEntry]) -> None:
    with writing(data) as connection:
        manifest.confirm(connection, entries)
