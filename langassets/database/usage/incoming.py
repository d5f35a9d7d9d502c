"""Very many rows of usage at once: into a temporary table as they come, and from there added up."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import chunks
from langassets.database.schema import SCHEMA

Row = tuple[str, str, str, int]
"""Language, day (2026-03-01), lesson, requests: the order of the table's columns."""

UPSERT = """
    INSERT INTO {table} AS present (language, day, lesson, requests) {rows}
    ON CONFLICT (language, day, lesson) DO UPDATE SET requests = present.requests + excluded.requests
"""
_STAGED = "incoming_usage"
# In this order, which is Python's own too: writers that go in one order never lock each other out.
_SUMS = """
    SELECT language, day, lesson, CAST(sum(requests) AS bigint) FROM incoming_usage WHERE requests > 0
    GROUP BY language, day, lesson ORDER BY language{order}, day, lesson{order}
"""
# Through SQLite's executemany, a row at a time, it takes twice as long; more at once are no faster.
_A_STATEMENT = 50


def table_of(connection: sa.Connection) -> str:
    """The name of the table of usage, for SQL that goes to the driver as it is."""
    return f"{SCHEMA}.lesson_usage" if connection.dialect.name == "postgresql" else "lesson_usage"


def stage(connection: sa.Connection, rows: Iterable[Row]) -> None:
    """Put rows aside, until `take_in`, in the same transaction. Rows of no request are left out then."""
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {_STAGED} "
        "(language text, day date, lesson text, requests bigint)"
    )
    with _cursor(connection) as cursor:
        if connection.dialect.name == "postgresql":
            _copy(cursor, rows)
        else:
            for chunk in chunks(rows, _A_STATEMENT):
                values = ",".join(["(?,?,?,?)"] * len(chunk))
                cursor.execute(f"INSERT INTO {_STAGED} VALUES {values}", [*chain.from_iterable(chunk)])


def take_in(connection: sa.Connection) -> None:
    """Add what was put aside to what is recorded. Nothing is left of it in the session."""
    order = ' COLLATE "C"' if connection.dialect.name == "postgresql" else ""
    rows = _SUMS.format(order=order)
    connection.exec_driver_sql(UPSERT.format(table=table_of(connection), rows=rows))
    connection.exec_driver_sql(f"DROP TABLE {_STAGED}")


def _copy(cursor: Any, rows: Iterable[Row]) -> None:
    lines = io.StringIO()
    # Strings in quotes, always: an empty one without them would be read as null.
    csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    lines.seek(0)
    cursor.copy_expert(f"COPY {_STAGED} FROM STDIN WITH (FORMAT csv)", lines)


@contextmanager
def _cursor(connection: sa.Connection) -> Iterator[Any]:
    """The driver's own: by way of SQLAlchemy each statement costs as much as fifty rows."""
    driver = connection.connection.dbapi_connection
    assert driver is not None
    with closing(driver.cursor()) as cursor:
        try:
            yield cursor
        except connection.dialect.loaded_dbapi.Error as error:
            raise sa.exc.OperationalError(f"rows for {_STAGED}", None, error) from error
