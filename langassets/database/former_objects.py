"""What the manifest said of objects before they were replaced or removed: by it an older bucket is known."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import CHUNK, rows_among, upsert
from langassets.database.schema import former_objects as table
from langassets.database.schema import stored_objects

_OF_OBJECTS = [column for column in table.columns if column.name != "left_at"]


def replaced(connection: sa.Connection, etags: Mapping[str, str]) -> None:
    """Keep what is known of objects that others, with these ETags, are about to replace (by key)."""
    _keep(connection, [row for row in _known(connection, etags) if row["etag"] != etags[row["key"]]])


def removed(connection: sa.Connection, keys: Collection[str]) -> None:
    """Keep what is known of objects that are gone."""
    _keep(connection, _known(connection, keys))


def forget(connection: sa.Connection, before: datetime) -> None:
    """Forget what left the manifest before that time."""
    connection.execute(table.delete().where(table.c.left_at < before))


def rows_of(connection: sa.Connection, language: str) -> list[dict[str, Any]]:
    """What was kept of one language, as columns of the manifest; what left it last comes last."""
    query = sa.select(*_OF_OBJECTS).where(table.c.language == language).order_by(table.c.left_at)
    return [row._asdict() for row in connection.execute(query)]


def _known(connection: sa.Connection, keys: Collection[str]) -> list[dict[str, Any]]:
    query = sa.select(*(stored_objects.c[column.name] for column in _OF_OBJECTS))
    return [row._asdict() for row in rows_among(connection, query, stored_objects.c.key, keys, CHUNK)]


def _keep(connection: sa.Connection, rows: Collection[dict[str, Any]]) -> None:
    now = datetime.now(UTC)
    # An archived object is known by the place that it had as a lesson; the same may stand there as well.
    versions = {(lesson_key(row), row["etag"]): row for row in rows}
    upsert(connection, table, [{**row, "key": key, "left_at": now} for (key, _), row in versions.items()])


def lesson_key(row: Mapping[str, Any]) -> str:
    """The key that an object of the manifest stands under while it is not archived."""
    return f"{row['language']}/lessons/{row['lesson']}/{row['content_type']}.json"
