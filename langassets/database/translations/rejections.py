"""What people rejected, as the memory is to know it: it is never used again."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import chunks
from langassets.database.schema import reviews as table
from langassets.database.schema import translation_memory as memory
from langassets.translation.recipes import text_hash
from langassets.translation.types import Rejection

REJECTED = "rejected"

# Hashes asked for at once: as in `memory`.
_LOOKUP = 500


def rejections(
    connection: sa.Connection, source: str, target: str, texts: Iterable[str]
) -> dict[str, list[Rejection]]:
    """What was rejected of these texts, from one language into another (tags), the newest last, by text."""
    by_hash = {text_hash(text): text for text in texts}
    query = _rejected(target, table.c.text_hash, table.c.translation, table.c.reason)
    query = query.where(table.c.source_language == source).order_by(table.c.reviewed_at, table.c.said)
    found: dict[str, list[Rejection]] = {}
    for chunk in chunks(sorted(by_hash), _LOOKUP):
        for hashed, translation, reason in connection.execute(query.where(table.c.text_hash.in_(chunk))):
            found.setdefault(by_hash[hashed], []).append(Rejection(translation, reason))
    return found


def digests(
    connection: sa.Connection, target: str, hashes: Iterable[str] | None = None
) -> dict[tuple[str, str], str]:
    """A short text for all that was rejected of each text, by source language and hash of the text; of some
    alone where `hashes` are given."""
    query = _rejected(target, table.c.source_language, table.c.text_hash, table.c.said)
    some = [None] if hashes is None else chunks(sorted(hashes), _LOOKUP)
    found: dict[tuple[str, str], list[str]] = {}
    for chunk in some:
        chosen = query if chunk is None else query.where(table.c.text_hash.in_(chunk))
        for source, hashed, said in connection.execute(chosen.order_by(table.c.said)):
            found.setdefault((source, hashed), []).append(said)
    return {text: f"{REJECTED} {said_hash(' '.join(said))}" for text, said in found.items()}


def state(connection: sa.Connection, target: str) -> str:
    """A short text that changes with what is rejected in a language; '' for nothing."""
    query = _rejected(target, sa.func.count(), sa.func.max(table.c.reviewed_at))
    count, newest = connection.execute(query).one()
    return f" rejected {count} {newest.isoformat()}" if count else ""


def is_rejected() -> sa.ColumnElement[bool]:
    """Whether a row of the memory is what a person rejected."""
    return sa.exists().where(
        table.c.target_language == memory.c.target_language,
        table.c.text_hash == memory.c.text_hash,
        table.c.source_language == memory.c.source_language,
        table.c.said == sa.func.md5(memory.c.translation),
        table.c.verdict == REJECTED,
    )


def without_rejected(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Rows for the memory but for those that a person rejected."""
    anything = sa.select(table.c.said).where(table.c.verdict == REJECTED).limit(1)
    if connection.execute(anything).first() is None:
        return list(rows)
    own = (table.c.target_language, table.c.text_hash, table.c.source_language, table.c.said)
    rejected: set[tuple[str, ...]] = set()
    for chunk in chunks({row["text_hash"] for row in rows}, _LOOKUP):
        query = sa.select(*own).where(table.c.verdict == REJECTED, table.c.text_hash.in_(chunk))
        rejected |= {tuple(row) for row in connection.execute(query)}
    names = [column.name for column in own[:3]]
    return [
        row for row in rows if (*(row[name] for name in names), said_hash(row["translation"])) not in rejected
    ]


def said_hash(translation: str) -> str:
    """What tells a translation from others of the same text: its MD5, as databases can work it out too."""
    return hashlib.md5(translation.encode(), usedforsecurity=False).hexdigest()


def _rejected(target: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(*columns).where(table.c.target_language == target, table.c.verdict == REJECTED)
