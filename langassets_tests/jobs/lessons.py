"""Lessons, usage and objects to start a test from."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.application import content, content_types, topics
from langassets.database.connection import reading, writing
from langassets.database.content.lessons import contents
from langassets.database.manifest import ManifestEntry, Origin
from langassets.database.usage.lesson_usage import UsageRow, add_requests
from langassets.storage.keys import LessonKey
from langassets.storage.store import ContentStore
from langassets.translation.documents.document import body_of

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)


def add_lesson(data: sa.Engine, title: str, contents_by_type: Mapping[str, Any], language: str = "en") -> str:
    """An active lesson with these contents; its id."""
    with writing(data) as connection:
        types = {row.type_name: row.type_id for row in connection.execute(sa.select(content_types))}
        for name in contents_by_type:
            if name not in types:
                added = connection.execute(content_types.insert().values(type_name=name))
                types[name] = added.inserted_primary_key[0]  # type: ignore[index]
        topic = connection.execute(
            topics.insert().values(topic_name=title, language=language, status="active", trainer_id="t")
        ).inserted_primary_key[0]  # type: ignore[index]
        for name, value in contents_by_type.items():
            connection.execute(
                content.insert().values(
                    topic_id=topic, content_type_id=types[name], content_data=value, generation_method_id="m"
                )
            )
    return str(topic)


def change_lesson(data: sa.Engine, lesson: str, value: Any) -> None:
    """Give every content of a lesson new data."""
    with writing(data) as connection:
        connection.execute(
            content.update().where(content.c.topic_id == int(lesson)).values(content_data=value)
        )


def request(data: sa.Engine, language: str, lesson: str, requests: int, day: date | None = None) -> None:
    """Usage of a lesson, by default yesterday."""
    add_requests(data, [UsageRow(language, lesson, day or (NOW - timedelta(days=1)).date(), requests)])


async def put(
    data: sa.Engine, store: ContentStore, language: str, lesson: str, value: Any, *, ours: bool
) -> str:
    """An object of type text in storage, in the manifest too where it is `ours`; its key."""
    key = LessonKey(language, lesson, "text").key
    stored = await store.write(key, body_of(value))
    if ours:
        with reading(data) as connection:
            hashes = {(c.lesson, c.content_type): c.source_hash for c in contents(connection)}
        entry = ManifestEntry(
            key,
            language,
            lesson,
            "text",
            hashes.get((lesson, "text"), hashlib.md5(b"gone", usedforsecurity=False).hexdigest()),
            "recipe",
            stored.etag,
            stored.size,
            Origin.TRANSLATED,
            NOW - timedelta(days=100),
        )
        with writing(data) as connection:
            manifest.confirm(connection, [entry])
    return key
