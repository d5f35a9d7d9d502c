"""What people rejected, as the memory is to know it: it is never used again."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import rows_among
from langassets.database.schema import reviews as table
from langassets.database.schema import translation_memory as memory
from langassets.database.translations.stored import APPROVED, rows_of_texts, same_text
from langassets.translation.types import LanguagePair, Rejection

REJECTED = "rejected"

ANY_REJECTED = sa.exists().where(table.c.verdict == REJECTED)
"""Whether anything was rejected at all, to be asked together with others."""


def rejections(
    connection: sa.Connection, texts: Mapping[LanguagePair, Collection[str]]
) -> dict[tuple[str, str, str], list[Rejection]]:
    """What was rejected of these texts, the newest last, by source language, target language (tags) and
    text."""
    columns = (table.c.source_language, table.c.target_language, table.c.text_hash)
    query = sa.select(*columns, table.c.translation, table.c.reason).where(table.c.verdict == REJECTED)
    query = query.order_by(table.c.reviewed_at, table.c.said)
    found: dict[tuple[str, str, str], list[Rejection]] = {}
    for pair, text, row in rows_of_texts(connection, query, table, texts):
        if text in texts[pair]:
            found.setdefault((*pair, text), []).append(Rejection(row.translation, row.reason))
    return found


def digests(
    connection: sa.Connection, targets: Collection[str], hashes: Iterable[str] | None = None
) -> dict[tuple[str, str, str], str]:
    """A short text for all that was rejected of each text, by source language, target language and hash of
    the text; of some alone where `hashes` are given."""
    columns = (table.c.source_language, table.c.target_language, table.c.text_hash, table.c.said)
    query = sa.select(*columns).where(table.c.target_language.in_(targets), table.c.verdict == REJECTED)
    query = query.order_by(table.c.said)
    found: dict[tuple[str, str, str], list[str]] = {}
    for source, target, hashed, said in rows_among(connection, query, table.c.text_hash, hashes):
        found.setdefault((source, target, hashed), []).append(said)
    return {text: f"{REJECTED} {said_hash(' '.join(said))}" for text, said in found.items()}


def state(connection: sa.Connection, target: str) -> str:
    """A short text that changes with what is rejected in a language; '' for nothing."""
    query = sa.select(sa.func.count(), sa.func.max(table.c.reviewed_at))
    query = query.where(table.c.target_language == target, table.c.verdict == REJECTED)
    count, newest = connection.execute(query).one()
    return f" rejected {count} {newest.isoformat()}" if count else ""


def is_rejected() -> sa.ColumnElement[bool]:
    """Whether a row of the memory is what a person rejected."""
    said = table.c.said == sa.func.md5(memory.c.translation)
    return sa.exists().where(same_text(table, memory), said, table.c.verdict == REJECTED)


def without_rejected(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for the memory but for those that a person rejected, and nobody approved after all."""
    query = sa.select(*table.primary_key).where(table.c.verdict == REJECTED)
    hashes = {row["text_hash"] for row in rows if row["origin"] != APPROVED}
    rejected = {tuple(row) for row in rows_among(connection, query, table.c.text_hash, hashes)}
    return [
        row
        for row in rows
        if row["origin"] == APPROVED
        or (row["target_language"], row["text_hash"], row["source_language"], said_hash(row["translation"]))
        not in rejected
    ]


def said_hash(translation: str) -> str:
    """What tells a translation from others of the same text: its MD5, as databases can work it out too."""
    return hashlib.md5(translation.encode(), usedforsecurity=False).hexdigest()
