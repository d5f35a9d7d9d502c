"""Reading lessons and their content, however the existing application spells its types.

Content is hashed in the database and fetched only where it is needed, so that 100,000 rows cost no
memory here.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from langassets.database.application import content, content_types, topics
from langassets.database.rows import chunks, rows_among
from langassets.database.schema import imported_lessons

LESSONS = ("active",)
"""The status of a topic that is a lesson."""

RETIRED = ("archived", "deleted")
"""The statuses of a topic that was a lesson."""

# Rows fetched at once: of a listing, and of contents, each of which may weigh a megabyte.
_LISTED, _FETCHED = 1000, 50


@dataclass(frozen=True, slots=True)
class Lesson:
    """One topic. `language` is the application's code of the language that it is written in; `path` that of
    the file that it was imported from, '' where it was not."""

    id: str
    title: str
    language: str
    usage_count: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class LessonContent:
    """One content of a lesson. `source_hash` changes when the data does; `updated_at` None means unknown."""

    lesson: str
    content_type: str
    source_hash: str
    updated_at: datetime | None


def lessons(connection: sa.Connection, statuses: Collection[str] = LESSONS) -> Iterator[Lesson]:
    """Every lesson with one of these statuses, in order of id. Read to the end within the connection's
    transaction."""
    files = _paths().subquery()
    query = (
        sa.select(
            topics.c.topic_id,
            sa.func.coalesce(topics.c.topic_name, ""),
            sa.func.coalesce(topics.c.language, "en"),
            sa.func.coalesce(topics.c.usage_count, 0),
            sa.func.coalesce(files.c.path, ""),
        )
        .outerjoin(files, files.c.topic_id == topics.c.topic_id)
        .where(has_status(statuses))
        .order_by(topics.c.topic_id)
    )
    for topic, *rest in _listed(connection, query):
        yield Lesson(str(topic), *rest)


def lesson_paths(connection: sa.Connection) -> dict[str, str]:
    """By id, the path of every lesson that was imported from a file, whatever its status."""
    return {str(topic): path for topic, path in connection.execute(_paths())}


def contents(connection: sa.Connection, statuses: Collection[str] = LESSONS) -> Iterator[LessonContent]:
    """What there is of every lesson with one of these statuses, without the content itself, in order of
    lesson and type.

    Of several rows of one type, the newest counts.
    """
    rows = _newest(statuses).subquery()
    query = (
        sa.select(
            rows.c.topic_id,
            rows.c.type_name,
            sa.func.md5(sa.cast(content.c.content_data, sa.Text)),
            sa.func.coalesce(content.c.updated_at, content.c.created_at),
        )
        .join(content, content.c.content_id == rows.c.content_id)
        .where(rows.c.rank == 1)
        .order_by(rows.c.topic_id, rows.c.type_name)
    )
    for topic, content_type, source_hash, updated_at in _listed(connection, query):
        yield LessonContent(str(topic), content_type, source_hash, updated_at)


def content_types_of(connection: sa.Connection, lesson: str) -> list[str]:
    """The types of what there is of an active lesson."""
    rows = _newest(LESSONS).where(topics.c.topic_id == int(lesson)).subquery()
    return sorted(connection.scalars(sa.select(rows.c.type_name).distinct()))


def content_data(
    connection: sa.Connection, wanted: Iterable[tuple[str, str]], statuses: Collection[str] = LESSONS
) -> Iterator[tuple[str, str, Any]]:
    """The data of contents by (lesson, content type), a few rows at a time, in no particular order.

    Data is whatever JSON stands there, an object or not; text that is no JSON at all comes as a str.
    What is no longer there is left out.
    """
    for chunk in chunks(wanted, _FETCHED):
        keys = [(int(lesson), content_type) for lesson, content_type in chunk]
        # The ids once more for either table: neither database finds its way to the indexes from pairs alone.
        ids = {lesson for lesson, _ in keys}
        pairs_only = sa.tuple_(content.c.topic_id, content_types.c.type_name).in_(keys)
        named = topics.c.topic_id.in_(ids) & content.c.topic_id.in_(ids) & pairs_only
        rows = _newest(statuses).where(named).subquery()
        query = (
            sa.select(rows.c.topic_id, rows.c.type_name, sa.cast(content.c.content_data, sa.Text))
            .join(content, content.c.content_id == rows.c.content_id)
            .where(rows.c.rank == 1)
        )
        for topic, content_type, text in connection.execute(query):
            yield str(topic), content_type, _parsed(text)


def texts_of(connection: sa.Connection, topic_ids: Iterable[int]) -> dict[int, str]:
    """The newest `text` of each of these lessons that has one, active or not."""
    query = (
        sa.select(content.c.topic_id, sa.cast(content.c.content_data, sa.Text))
        .join(content_types, content_types.c.type_id == content.c.content_type_id)
        .where(content_types.c.type_name == "text")
        .order_by(content.c.content_id)
    )
    texts: dict[int, str] = {}
    for topic, data in rows_among(connection, query, content.c.topic_id, topic_ids, _FETCHED):
        parsed = _parsed(data)
        if isinstance(parsed, dict) and isinstance(parsed.get("text"), str):
            texts[topic] = parsed["text"]
    return texts


def status() -> sa.ColumnElement[str]:
    """A topic's status as text, for the application's column is an enum of its own in PostgreSQL."""
    return sa.cast(topics.c.status, sa.Text)


def has_status(statuses: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether a topic has one of these statuses."""
    return status().in_(statuses)


def _paths() -> sa.Select[tuple[int, str]]:
    files = imported_lessons.c
    return sa.select(files.topic_id, sa.func.min(files.path).label("path")).group_by(files.topic_id)


def _newest(statuses: Collection[str]) -> sa.Select[Any]:
    """Ids of the contents of lessons, each with its rank among those of its type: 1 is the newest."""
    rank = sa.func.row_number().over(
        partition_by=(content.c.topic_id, content.c.content_type_id),
        order_by=(content.c.created_at.desc().nulls_last(), content.c.content_id.desc()),
    )
    return (
        sa.select(content.c.content_id, content.c.topic_id, content_types.c.type_name, rank.label("rank"))
        .join(topics, topics.c.topic_id == content.c.topic_id)
        .join(content_types, content_types.c.type_id == content.c.content_type_id)
        .where(has_status(statuses))
    )


def _listed(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[Any]:
    """Rows as they come, never all at once: in PostgreSQL through a cursor on the server."""
    yield from connection.execute(query, execution_options={"yield_per": _LISTED})


def _parsed(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text
