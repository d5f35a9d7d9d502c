"""What happened, for as long as the database is kept: Dagster forgets, this does not."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.records import history, job_runs
from langassets.database.records.job_runs import JobRun, Outcome

Subject = Literal["runs", "decisions", "plans", "cost"]
_LONGEST_PROBLEM = 2000


def begin(data: sa.Engine, started: tuple[str, str, datetime], under_way: Collection[str]) -> None:
    """Note that a run begins to work on an asset; `started` is run, asset and moment, `under_way` the ids of
    all runs that have not ended."""
    with writing(data) as connection:
        job_runs.begin(connection, *started, under_way)


def end(
    data: sa.Engine,
    started: tuple[str, str, datetime],
    outcome: Outcome,
    at: datetime,
    *,
    summary: Mapping[str, Any],
    problem: str | None,
    cpu_seconds: float,
    peak_memory: int,
) -> None:
    """Note how it ended; `started` is run, asset and moment of `begin`."""
    short = problem[:_LONGEST_PROBLEM] if problem else None
    with writing(data) as connection:
        job_runs.record(
            connection,
            JobRun(*started, at, outcome, summary, short, cpu_seconds, peak_memory),
        )


def rows_of(
    data: sa.Engine, subject: Subject, limit: int, *, changes_only: bool = False, language: str | None = None
) -> list[dict[str, Any]]:
    """The newest rows of a subject first, as plain values; moments are datetimes in UTC."""
    with reading(data) as connection:
        match subject:
            case "runs":
                return [asdict(row) for row in job_runs.newest(connection, limit)]
            case "decisions":
                return history.decisions(connection, limit, language=language, changes_only=changes_only)
            case "plans":
                return history.plans(connection, limit)
            case "cost":
                return history.costs(connection, limit)
