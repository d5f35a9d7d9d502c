"""How texts and their keys go into tables."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa


def storable(text: str) -> str:
    """PostgreSQL takes no NUL, and no database half of a surrogate pair; a hash is of the text itself."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def identity_of(table: sa.Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The primary key of a row."""
    return tuple(row[column.name] for column in table.primary_key)
