"""What people rejected, as the memory is to know it: it is never used again."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import chunks
from langassets.database.schema import reviews as table
from langassets.database.schema import translation_memory as memory
from langassets.database.translations.stored import of_pairs
from langassets.translation.recipes import text_hash
from langassets.translation.types import LanguagePair, Rejection

REJECTED = "rejected"

ANY_REJECTED = sa.exists().where(table.c.verdict == REJECTED)
"""Whether anything was rejected at all, to be asked together with others."""

# Hashes asked for at once: as in `memory`.
_LOOKUP = 500


def rejections(
    connection: sa.Connection, texts: Mapping[LanguagePair, Collection[str]]
) -> dict[tuple[str, str, str], list[Rejection]]:
    """What was rejected of these texts, the newest last, by source language, target language (tags) and
    text."""
    by_hash = {text_hash(text): text for text in set().union(*texts.values())}
    columns = (table.c.source_language, table.c.target_language, table.c.text_hash)
    query = sa.select(*columns, table.c.translation, table.c.reason).where(table.c.verdict == REJECTED)
    query = query.order_by(table.c.reviewed_at, table.c.said)
    found: dict[tuple[str, str, str], list[Rejection]] = {}
    for chunk in chunks(sorted(by_hash), _LOOKUP):
        chosen = query.where(of_pairs(table, texts), table.c.text_hash.in_(chunk))
        for source, target, hashed, translation, reason in connection.execute(chosen):
            if by_hash[hashed] in texts.get((source, target), ()):
                key = (source, target, by_hash[hashed])
                found.setdefault(key, []).append(Rejection(translation, reason))
    return found


def digests(
    connection: sa.Connection, targets: Collection[str], hashes: Iterable[str] | None = None
) -> dict[tuple[str, str, str], str]:
    """A short text for all that was rejected of each text, by source language, target language and hash of
    the text; of some alone where `hashes` are given."""
    columns = (table.c.source_language, table.c.target_language, table.c.text_hash, table.c.said)
    query = sa.select(*columns).where(table.c.target_language.in_(targets), table.c.verdict == REJECTED)
    some = [None] if hashes is None else chunks(sorted(hashes), _LOOKUP)
    found: dict[tuple[str, str, str], list[str]] = {}
    for chunk in some:
        chosen = query if chunk is None else query.where(table.c.text_hash.in_(chunk))
        for *text, said in connection.execute(chosen.order_by(table.c.said)):
            found.setdefault((text[0], text[1], text[2]), []).append(said)
    return {text: f"{REJECTED} {said_hash(' '.join(said))}" for text, said in found.items()}


def state(connection: sa.Connection, target: str) -> str:
    """A short text that changes with what is rejected in a language; '' for nothing."""
    query = sa.select(sa.func.count(), sa.func.max(table.c.reviewed_at))
    query = query.where(table.c.target_language == target, table.c.verdict == REJECTED)
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


def without_rejected(connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for the memory but for those that a person rejected."""
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
