"""Many rows at once, the same on PostgreSQL and SQLite."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from langassets import lazy

# Rows a statement: a compromise between round trips and SQLite's limit of 32,766 bound values.
CHUNK = 1000

T = TypeVar("T")


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in order, `size` at a time; no list is empty."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def inserting(connection: sa.Connection, table: sa.Table) -> Any:
    """`INSERT` into `table`, with the `ON CONFLICT` that the two databases share."""
    if connection.dialect.name == "postgresql":
        return lazy.sqlalchemy_dialects_postgresql.insert(table)
    return lazy.sqlalchemy_dialects_sqlite.insert(table)


def among(
    connection: sa.Connection, column: sa.ColumnElement[str], values: Sequence[str]
) -> sa.ColumnElement[bool]:
    """Whether a text is one of many: in PostgreSQL as one array, for a parameter each takes longer to write
    than the rows take to find."""
    if connection.dialect.name != "postgresql":
        return column.in_(values)
    return column == sa.func.any(sa.bindparam(None, list(values), type_=sa.ARRAY(sa.Text)))


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Iterable[Mapping[str, Any]],
    where: Callable[[Any], sa.ColumnElement[bool]] | None = None,
) -> None:
    """Insert `rows`, or update those whose primary key is there.

    `where` limits which rows are updated, given the row that was to be inserted.
    """
    statement = inserting(connection, table)
    new = statement.excluded
    values = {column.name: new[column.name] for column in table.columns if not column.primary_key}
    statement = statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=values, where=where(new) if where else None
    )
    for chunk in chunks(rows):
        connection.execute(statement, chunk)
