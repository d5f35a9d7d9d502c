"""What became of each asset in each run."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import upsert
from langassets.database.schema import job_runs as table


class Outcome(StrEnum):
    """How the work on an asset ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    RETRIED = "retried"  # by a passing fault; it is tried again in the same run
    CUT = "cut"  # its process ended without a word


@dataclass(frozen=True, slots=True)
class JobRun:
    """One row: `summary` are a few figures of what was done, `problem` says why it failed; CPU time is in
    seconds, `peak_memory` that of the run's process in bytes."""

    run_id: str
    asset: str
    started_at: datetime
    finished_at: datetime | None
    outcome: Outcome
    summary: Mapping[str, Any]
    problem: str | None
    cpu_seconds: float | None
    peak_memory: int | None


def begin(
    connection: sa.Connection, run_id: str, asset: str, at: datetime, under_way: Collection[str] = ()
) -> None:
    """Note that work on an asset begins. What is still noted as running for it then was cut off, but for the
    runs that are `under_way`."""
    connection.execute(
        table.update()
        .where(
            table.c.asset == asset,
            table.c.run_id.not_in([run_id, *under_way]),
            table.c.outcome == Outcome.RUNNING,
        )
        .values(outcome=Outcome.CUT)
    )
    record(connection, JobRun(run_id, asset, at, None, Outcome.RUNNING, {}, None, None, None))


def record(connection: sa.Connection, run: JobRun) -> None:
    """Write a row, over what was there for the same run and asset."""
    summary = json.dumps(dict(run.summary), ensure_ascii=False)
    upsert(connection, table, [asdict(run) | {"summary": summary}])


def last_before(connection: sa.Connection, moment: datetime) -> datetime | None:
    """When the last work before `moment` began; None where there was none."""
    query = sa.select(sa.func.max(table.c.started_at)).where(table.c.started_at < moment)
    found: datetime | None = connection.scalar(query)
    return found


def newest_runs(connection: sa.Connection, assets: Collection[str]) -> frozenset[str]:
    """The ids of the newest run of each of these assets by each outcome."""
    order = sa.func.row_number().over(
        partition_by=(table.c.asset, table.c.outcome), order_by=table.c.started_at.desc()
    )
    ranked = sa.select(table.c.run_id, order.label("place")).where(table.c.asset.in_(assets)).subquery()
    return frozenset(connection.scalars(sa.select(ranked.c.run_id).where(ranked.c.place == 1)))


def newest(connection: sa.Connection, limit: int) -> list[JobRun]:
    """The newest rows first."""
    query = sa.select(table).order_by(table.c.started_at.desc(), table.c.asset).limit(limit)
    return [
        JobRun(**{**row._asdict(), "outcome": Outcome(row.outcome), "summary": json.loads(row.summary)})
        for row in connection.execute(query)
    ]
