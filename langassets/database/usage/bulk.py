"""Very many rows of lesson usage at once, each database in its own way.

Through SQLAlchemy's executemany the same takes three times as long on SQLite, and fifteen times on
PostgreSQL, where each row with an ON CONFLICT travels alone.
"""

import csv
import io
from collections.abc import Sequence
from contextlib import closing
from datetime import date

import sqlalchemy as sa

from langassets.database.schema import SCHEMA

Added = tuple[str, date, str, int]
"""Language, day, lesson, requests: the order of the table's columns."""

_UPSERT = """
    INSERT INTO {table} AS present (language, day, lesson, requests) {rows}
    ON CONFLICT (language, day, lesson) DO UPDATE SET requests = present.requests + excluded.requests
"""


def add_many(connection: sa.Connection, rows: Sequence[Added]) -> None:
    """Add requests to `lesson_usage`; no two rows may have the same language, day and lesson."""
    if connection.dialect.name == "postgresql":
        _copy(connection, rows)
        return
    statement = _UPSERT.format(table="lesson_usage", rows="VALUES (?, ?, ?, ?)")
    values = [(language, day.isoformat(), lesson, requests) for language, day, lesson, requests in rows]
    connection.exec_driver_sql(statement, values)


def _copy(connection: sa.Connection, rows: Sequence[Added]) -> None:
    """By way of a temporary table, for COPY itself knows no ON CONFLICT."""
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE IF NOT EXISTS incoming_usage "
        "(language text, day date, lesson text, requests bigint) ON COMMIT DROP"
    )
    lines = io.StringIO()
    # Strings in quotes, always: an empty one without them would be read as null.
    csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
    lines.seek(0)
    driver = connection.connection.dbapi_connection
    assert driver is not None
    with closing(driver.cursor()) as cursor:
        try:
            cursor.copy_expert("COPY incoming_usage FROM STDIN WITH (FORMAT csv)", lines)
        except connection.dialect.loaded_dbapi.Error as error:
            raise sa.exc.OperationalError("COPY", None, error) from error
    chosen = "SELECT language, day, lesson, requests FROM incoming_usage"
    connection.exec_driver_sql(_UPSERT.format(table=f"{SCHEMA}.lesson_usage", rows=chosen))
    connection.exec_driver_sql("TRUNCATE incoming_usage")
