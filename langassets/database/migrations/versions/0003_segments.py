"""Segments of stored objects, and what people changed in them.

What stands at each place is filled in for objects that memory makes again byte for byte, as their ETag tells:
nothing is read from storage, and no model asked. The next preload reads the others.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from langassets.database.content.lessons import content_data
from langassets.database.types import UtcDateTime
from langassets.errors import InputError
from langassets.locales import is_language_code, tag_of
from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import TranslatedDocument, structure_of
from langassets.translation.documents.stored import Said, State
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.recipes import text_hash

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite has no schemas; in a new table's name the engine translates it away, in a new column's it cannot.
    schema = "langassets" if op.get_bind().dialect.name == "postgresql" else None
    for table in ("stored_objects", "pending_writes"):
        op.add_column(
            table,
            sa.Column("structure", sa.String(length=16), nullable=False, server_default=""),
            schema=schema,
        )
    op.add_column(
        "stored_objects", sa.Column("segments_etag", sa.String(length=64), nullable=True), schema=schema
    )
    op.add_column("pending_writes", sa.Column("segments", sa.Text(), nullable=True), schema=schema)
    op.create_table(
        "segments",
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["key"], ["langassets.stored_objects.key"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", "place"),
        schema="langassets",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "edits",
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.Column("learnt_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("language", "lesson", "content_type", "place", "source"),
        schema="langassets",
    )
    _fill(op.get_bind())


# What is filled in while others wait for the migration: some seconds' worth. The preload sees to the rest.
_MOST_OBJECTS = 3000
_CONTENTS_AT_ONCE = 50


def _table(name: str, columns: str, *more: sa.Column[Any]) -> sa.Table:
    """As it is at this migration, whatever becomes of it later."""
    return sa.Table(name, _METADATA, *(sa.Column(column, sa.Text) for column in columns.split()), *more)


_METADATA = sa.MetaData(schema="langassets")
_OBJECTS = _table("stored_objects", "key language lesson content_type etag origin structure segments_etag")
_MEMORY = _table(
    "translation_memory",
    "target_language source_language text_hash recipe translation provider origin",
    sa.Column("created_at", UtcDateTime),
)
_SEGMENTS = _table("segments", "key source target state origin findings", sa.Column("place", sa.Integer))
_TOPICS = sa.table("topics", *map(sa.column, ("topic_id", "language")))


def _fill(connection: sa.Connection) -> None:
    objects = _OBJECTS.c
    query = (
        sa.select(objects.key, objects.language, objects.lesson, objects.content_type, objects.etag)
        .add_columns(objects.origin)
        .where(
            objects.origin.in_(["translated", "copied"]),
            objects.key.startswith(objects.language + "/lessons/"),
        )
        .order_by(objects.lesson, objects.content_type)
        .limit(_MOST_OBJECTS)
    )
    found = [row for row in connection.execute(query) if row.lesson.isdecimal()]
    by_content = {
        place: list(rows) for place, rows in groupby(found, lambda row: (row.lesson, row.content_type))
    }
    places = list(by_content)
    for start in range(0, len(places), _CONTENTS_AT_ONCE):
        for place, cut in _documents(connection, places[start : start + _CONTENTS_AT_ONCE]):
            for row in by_content[place]:
                _fill_object(connection, row, cut)


def _documents(
    connection: sa.Connection, places: list[tuple[str, str]]
) -> Iterator[tuple[tuple[str, str], Document]]:
    ids = [int(lesson) for lesson, _ in places]
    query = sa.select(_TOPICS.c.topic_id, sa.func.coalesce(_TOPICS.c.language, "en"))
    languages = {str(row[0]): row[1] for row in connection.execute(query.where(_TOPICS.c.topic_id.in_(ids)))}
    for lesson, content_type, data in content_data(connection, places):
        if isinstance(data, dict) and is_language_code(languages[lesson]):
            try:
                yield (
                    (lesson, content_type),
                    document(content_type, data, tag_of(languages[lesson]), Slugs.OFF),
                )
            except InputError:
                continue


def _fill_object(connection: sa.Connection, row: Any, cut: Document) -> None:
    said: Mapping[str, Said] = {}
    if row.origin == "copied":
        data, made = dict(cut.data), TranslatedDocument.copied(cut, {})
    else:
        translations, said, state = _remembered(connection, row.language, cut)
        try:
            data = cut.rebuild(translations, row.language)
        except InputError:
            return  # memory does not hold all of it any more
        made = TranslatedDocument(cut, translations, state=state)
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if hashlib.md5(written, usedforsecurity=False).hexdigest() != row.etag:
        return
    found = [
        {"key": row.key, "place": place, **one._asdict(), "findings": one.findings or None}
        for place, one in enumerate(made.segments(said))
    ]
    if found:
        connection.execute(_SEGMENTS.insert(), found)
    values = {"structure": structure_of(cut, data), "segments_etag": row.etag}
    connection.execute(_OBJECTS.update().where(_OBJECTS.c.key == row.key).values(**values))


def _remembered(
    connection: sa.Connection, language: str, cut: Document
) -> tuple[dict[str, str], dict[str, Said], State]:
    """The translations in memory, people's before the newest of a model; and which are people's."""
    memory = _MEMORY.c
    texts = {text_hash(text): text for text in cut.texts}
    query = (
        sa.select(memory.text_hash, memory.translation, memory.origin, memory.provider)
        .where(
            memory.target_language == tag_of(language),
            memory.source_language == cut.source_language,
            memory.text_hash.in_(list(texts)),
        )
        .order_by(memory.recipe != "", memory.created_at.desc())
    )
    translations: dict[str, str] = {}
    said: dict[str, Said] = {}
    state = State.TRANSLATED
    for hashed, translation, origin, provider in connection.execute(query):
        text = texts[hashed]
        if text not in translations:
            translations[text] = translation
            state = State.INITIAL if provider == "pseudo" else state
            if origin != "model":
                said[text] = Said(translation, origin == "approved")
    return translations, said, state
