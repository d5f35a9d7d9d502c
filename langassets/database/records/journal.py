"""The cleanup journal: every step of every plan, written before the first object goes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.schema import cleanup_journal
from langassets.database.upsert import CHUNK
from langassets.retention.plan import Step


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
    for start in range(0, len(steps), CHUNK):
        connection.execute(
            cleanup_journal.insert(),
            [
                {
                    "plan_id": plan_id,
                    "key": step.key,
                    "planned_at": at,
                    "run_id": run_id,
                    "language": step.language,
                    "action": step.action,
                    "target_key": step.target,
                    "reason": step.reason,
                    "size": step.size,
                    "etag": step.etag,
                    "status": status,
                }
                for step in steps[start : start + CHUNK]
            ],
        )


def mark(connection: sa.Connection, plan_id: str, keys: Iterable[str], status: Status, at: datetime) -> None:
    """Record what became of steps."""
    every = list(keys)
    for start in range(0, len(every), CHUNK):
        connection.execute(
            cleanup_journal.update()
            .where(
                cleanup_journal.c.plan_id == plan_id, cleanup_journal.c.key.in_(every[start : start + CHUNK])
            )
            .values(status=status, finished_at=at)
        )


class OpenStep(NamedTuple):
    """A step that a killed run left at planned."""

    plan_id: str
    key: str
    language: str
    target: str | None
    etag: str


def unfinished(connection: sa.Connection) -> list[OpenStep]:
    """Steps that killed runs left at planned."""
    table = cleanup_journal.c
    query = sa.select(table.plan_id, table.key, table.language, table.target_key, table.etag)
    return [OpenStep(*row) for row in connection.execute(query.where(table.status == Status.PLANNED))]
