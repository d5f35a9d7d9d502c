"""Rows of the memory as they are kept: what tells one from the others, and when it was written."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.rows import rows_among
from langassets.database.schema import translation_memory as table
from langassets.database.translations.stored import of_pair

_SHOWN = 16


class MemoryRow(NamedTuple):
    """One row: by what it is found, when it was written, and a hash of its translation (`said_hash`).

    It holds no text, for it is told to people and logs."""

    target_language: str
    text_hash: str
    source_language: str
    recipe: str
    created_at: datetime
    said: str

    @property
    def id(self) -> str:
        """The row for people; `person` stands for a recipe of none."""
        short = self.text_hash[:_SHOWN]
        return f"{self.source_language}>{self.target_language} {short} {self.recipe or 'person'}"


def rows_of(
    connection: sa.Connection, source: str, target: str, hashes: Iterable[str]
) -> dict[tuple[str, str], MemoryRow]:
    """The rows of texts, by their hashes, from one language into another (tags), by hash and recipe."""
    columns = [table.c[name] for name in MemoryRow._fields[:-1]]
    query = sa.select(*columns, sa.func.md5(table.c.translation)).where(of_pair(table, source, target))
    return {
        (row.text_hash, row.recipe): MemoryRow(*row)
        for row in rows_among(connection, query, table.c.text_hash, sorted(set(hashes)))
    }


def models(connection: sa.Connection) -> list[tuple[str, str]]:
    """Provider and model of all that models made. Reads the whole memory once."""
    query = sa.select(table.c.provider, table.c.model).where(table.c.recipe != "").distinct()
    return sorted((provider, model) for provider, model in connection.execute(query))
