"""Many rows at once, the same on PostgreSQL and SQLite."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from langassets import lazy
from langassets.database.schema.metadata import SCHEMA

# Rows a statement: a compromise between round trips and SQLite's limit of 32,766 bound values.
CHUNK = 1000
# Values looked up at once: SQLite plans long lists slowly.
LOOKUP = 500

T = TypeVar("T")

_Where = Callable[[Any], sa.ColumnElement[bool]]


def chunks(items: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The items in order, `size` at a time; no list is empty."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def rows_among(
    connection: sa.Connection,
    query: sa.Select[Any],
    column: sa.ColumnElement[Any],
    values: Iterable[Any] | None,
    size: int = LOOKUP,
) -> Iterator[sa.Row[Any]]:
    """The rows of a query whose `column` is one of `values`, `size` of which are asked for at a time; where
    they are None, every row."""
    if values is None:
        yield from connection.execute(query)
        return
    for chunk in chunks(values, size):
        yield from connection.execute(query.where(column.in_(chunk)))


def change_among(
    connection: sa.Connection,
    statement: sa.Update | sa.Delete,
    column: sa.ColumnElement[Any],
    values: Iterable[Any],
) -> None:
    """Update or delete the rows whose `column` is one of `values`, many of them at a time."""
    for chunk in chunks(values):
        connection.execute(statement.where(column.in_(chunk)))


def inserting(connection: sa.Connection, table: sa.Table) -> Any:
    """`INSERT` into `table`, with the `ON CONFLICT` that the two databases share."""
    return _insert_of(connection.dialect.name, table)


def _insert_of(dialect: str, table: sa.Table) -> Any:
    if dialect == "postgresql":
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
    where: _Where | None = None,
) -> None:
    """Insert `rows`, or update those whose primary key is there.

    `where` limits which rows are updated, given the row that was to be inserted.
    """
    _execute(connection, _upserting(connection.dialect.name, table, where), rows)


def insert(connection: sa.Connection, table: sa.Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert `rows`."""
    _execute(connection, _inserting(table), rows)


def _execute(connection: sa.Connection, statement: sa.Insert, rows: Iterable[Mapping[str, Any]]) -> None:
    for chunk in chunks(rows):
        if connection.dialect.name == "postgresql":
            connection.execute(statement, chunk)
        else:
            # SQLAlchemy takes three times as long to look at a row's values as SQLite to store them.
            sql, places = _compiled(connection.dialect, statement, tuple(chunk[0]))
            columns = [_bound(convert, [row[name] for row in chunk]) for name, convert in places]
            connection.exec_driver_sql(sql, [*zip(*columns, strict=True)])


# A statement takes as long to make as to execute, and there are few of them.
@cache
def _inserting(table: sa.Table) -> sa.Insert:
    return table.insert()


@cache
def _upserting(dialect: str, table: sa.Table, where: _Where | None) -> Any:
    statement = _insert_of(dialect, table)
    new = statement.excluded
    values = {column.name: new[column.name] for column in table.columns if not column.primary_key}
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=values, where=where(new) if where else None
    )


@lru_cache(maxsize=64)
def _compiled(
    dialect: sa.Dialect, statement: sa.Insert, names: tuple[str, ...]
) -> tuple[str, Sequence[tuple[str, Callable[[Any], Any] | None]]]:
    """The driver's SQL, and the column of each of its places, with how a value is handed to the driver."""
    compiled: Any = statement.compile(
        dialect=dialect,
        column_keys=[*names],
        schema_translate_map={SCHEMA: None},
        render_schema_translate=True,
    )
    types = {column.name: column.type.dialect_impl(dialect) for column in statement.table.columns}
    return str(compiled), [(name, types[name].bind_processor(dialect)) for name in compiled.positiontup]


def _bound(convert: Callable[[Any], Any] | None, values: list[Any]) -> list[Any]:
    """Values as the driver wants them; often all of them are one, as the time of writing."""
    if convert is None:
        return values
    first = values[0]
    if all(value is first for value in values):
        return [convert(first)] * len(values)
    return [*map(convert, values)]
