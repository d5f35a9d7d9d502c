"""How texts and their keys go into tables."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa


def storable(text: str) -> str:
    """PostgreSQL takes no NUL, and no database half of a surrogate pair; a hash is of the text itself."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def identity_of(table: sa.Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary key of a row."""
    return _identity(table)(row)


@cache
def _identity(table: sa.Table) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    return itemgetter(*(column.name for column in table.primary_key))
