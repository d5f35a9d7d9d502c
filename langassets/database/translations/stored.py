"""How texts and their keys go into tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from langassets.translation.recipes import text_hash
from langassets.translation.types import MemoryKey


def storable(text: str) -> str:
    """PostgreSQL takes no NUL, and no database half of a surrogate pair; a hash is of the text itself."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def by_text_hash(keys: Iterable[MemoryKey]) -> dict[str, list[MemoryKey]]:
    """Keys by the hash of their text, each text hashed once."""
    by_text = defaultdict[str, list[MemoryKey]](list)
    for key in keys:
        by_text[key.text].append(key)
    return {text_hash(text): found for text, found in by_text.items()}


def of_pairs(table: sa.Table, pairs: Iterable[tuple[str, str]]) -> sa.ColumnElement[bool]:
    """Whether a row is from and into languages of these pairs (source and target, as tags). Contents have the
    same texts in all of their languages: one look for them all finds little that is not wanted."""
    sources, targets = (sorted(set(each)) for each in zip(*pairs, strict=True))
    return sa.and_(table.c.target_language.in_(targets), table.c.source_language.in_(sources))


def identity_of(table: sa.Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary key of a row."""
    return _identity(table)(row)


@cache
def _identity(table: sa.Table) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    return itemgetter(*(column.name for column in table.primary_key))
