"""Insert-or-update in bulk, the same on PostgreSQL and SQLite."""

from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

# Rows a statement: a compromise between round trips and SQLite's limit of 32,766 bound values.
CHUNK = 1000

Changes = Callable[[Any], Mapping[str, Any]]


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Iterable[Mapping[str, Any]],
    changes: Changes | None = None,
    where: Callable[[Any], sa.ColumnElement[bool]] | None = None,
) -> None:
    """Insert `rows`, or update those whose primary key is there.

    `changes` says what an update sets, given the row that was to be inserted; by default every column
    that is not part of the key. `where` limits which rows are updated.
    """
    keys = [column.name for column in table.primary_key]
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        statement = insert(table)
        new = statement.excluded
        set_ = changes(new) if changes else {c.name: new[c.name] for c in table.columns if c.name not in keys}
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=keys, set_=dict(set_), where=where(new) if where else None
            ),
            chunk,
        )
