"""The cleanup journal: every step of every plan, written before the first object goes."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.rows import CHUNK, change_among, insert, rows_among
from langassets.database.schema import cleanup_journal as table
from langassets.retention.plan import Action, Step


class Status(StrEnum):
    """What became of a step."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    ABANDONED = "abandoned"  # its run was cut off before it came to it; the next plan decides anew


def write_plan(
    connection: sa.Connection,
    plan_id: str,
    run_id: str,
    steps: Sequence[Step],
    at: datetime,
    status: Status = Status.PLANNED,
) -> None:
    """Write a plan down, whole."""
    common = {"plan_id": plan_id, "run_id": run_id, "planned_at": at, "status": status}
    insert(connection, table, (common | _row(step) for step in steps))


def mark(connection: sa.Connection, plan_id: str, keys: Iterable[str], status: Status, at: datetime) -> None:
    """Record what became of steps."""
    update = table.update().where(table.c.plan_id == plan_id).values(status=status, finished_at=at)
    change_among(connection, update, table.c.key, keys)


class Removed(NamedTuple):
    """An object that a cleanup removed, and storage confirmed."""

    key: str
    etag: str
    at: datetime


def removed(connection: sa.Connection) -> list[Removed]:
    """What cleanups deleted or purged, the oldest first."""
    query = (
        sa.select(table.c.key, table.c.etag, table.c.finished_at)
        .where(table.c.status == Status.DONE, table.c.action.in_([Action.DELETE, Action.PURGE]))
        .order_by(table.c.finished_at)
    )
    return [Removed(*row) for row in connection.execute(query)]


class OpenStep(NamedTuple):
    """A step that a killed run left at planned."""

    plan_id: str
    key: str
    language: str
    target: str | None
    etag: str


def unfinished(connection: sa.Connection) -> list[OpenStep]:
    """Steps that killed runs left at planned."""
    columns = (table.c.plan_id, table.c.key, table.c.language, table.c.target_key, table.c.etag)
    query = sa.select(*columns).where(table.c.status == Status.PLANNED)
    return [OpenStep(*row) for row in connection.execute(query)]


class Archived(NamedTuple):
    """What was put into the archive: its ETag and size in bytes."""

    etag: str
    size: int


def archived(connection: sa.Connection, keys: Iterable[str]) -> dict[str, Archived]:
    """What was archived under these keys, by key, as far as it was."""
    query = sa.select(table.c.target_key, table.c.etag, table.c.size).where(table.c.action == Action.ARCHIVE)
    rows = rows_among(connection, query, table.c.target_key, keys, CHUNK)
    return {key: Archived(etag, size) for key, etag, size in rows}


def _row(step: Step) -> dict[str, object]:
    row = asdict(step)
    row["target_key"] = row.pop("target")
    del row["lesson"]
    return row
