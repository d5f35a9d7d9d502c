"""How texts and their keys go into tables, and are found there."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import rows_among
from langassets.translation.recipes import text_hash
from langassets.translation.types import LanguagePair, MemoryKey

APPROVED = "approved"
"""The origin of what a person approved."""


def storable(text: str) -> str:
    """PostgreSQL takes no NUL, and no database half of a surrogate pair; a hash is of the text itself."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def by_text_hash(keys: Iterable[MemoryKey]) -> dict[str, list[MemoryKey]]:
    """Keys by the hash of their text, each text hashed once."""
    by_text = defaultdict[str, list[MemoryKey]](list)
    for key in keys:
        by_text[key.text].append(key)
    return {text_hash(text): found for text, found in by_text.items()}


def of_pair(table: sa.Table, source: str, target: str) -> sa.ColumnElement[bool]:
    """Whether a row is from one language into another (tags)."""
    return sa.and_(table.c.target_language == target, table.c.source_language == source)


def of_text(table: sa.Table, source: str, target: str, text: str) -> sa.ColumnElement[bool]:
    """Whether a row is of this text, from one language into another (tags)."""
    return sa.and_(of_pair(table, source, target), table.c.text_hash == text_hash(text))


def same_text(one: sa.FromClause, other: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether rows of two tables are of the same text and languages."""
    return sa.and_(
        *(one.c[name] == other.c[name] for name in ("target_language", "text_hash", "source_language"))
    )


def of_pairs(table: sa.Table, pairs: Collection[LanguagePair]) -> sa.ColumnElement[bool]:
    """Whether a row is from and into languages of these pairs (source and target, as tags). Contents have the
    same texts in all of their languages: one look for them all finds little that is not wanted."""
    sources = sorted({source for source, _ in pairs})
    targets = sorted({target for _, target in pairs})
    return sa.and_(table.c.target_language.in_(targets), table.c.source_language.in_(sources))


def rows_of_texts(
    connection: sa.Connection,
    query: sa.Select[Any],
    table: sa.Table,
    texts: Mapping[LanguagePair, Iterable[str]],
) -> Iterator[tuple[LanguagePair, str, sa.Row[Any]]]:
    """Pair, text and row of each row of a query that is of any of these texts and of one of the pairs. The
    query begins with source language, target language and hash."""
    by_hash = {text_hash(text): text for text in set().union(*texts.values())}
    chosen = query.where(of_pairs(table, texts.keys()))
    for row in rows_among(connection, chosen, table.c.text_hash, sorted(by_hash)):
        if (pair := (row[0], row[1])) in texts:
            yield pair, by_hash[row[2]], row


def in_order(table: sa.Table, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in order of their primary key, of each the last: two who write the same texts, a preload and an
    import, then wait in turn and never in a circle."""
    identity = identity_of(table)
    by_identity = {identity(row): row for row in rows}
    return [by_identity[identity] for identity in sorted(by_identity)]


@cache
def identity_of(table: sa.Table) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    """What takes a row's primary key out of it."""
    return itemgetter(*(column.name for column in table.primary_key))
