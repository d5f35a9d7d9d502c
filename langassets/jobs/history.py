"""What happened, for as long as the database is kept: Dagster forgets, this does not."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.records import history, job_runs
from langassets.database.records.job_runs import JobRun

Subject = Literal["runs", "decisions", "plans", "cost"]
_LONGEST_PROBLEM = 2000


def begin(data: sa.Engine, started: tuple[str, str, datetime], under_way: Collection[str]) -> None:
    """Note that a run begins to work on an asset; `started` is run, asset and moment, `under_way` the ids of
    all runs that have not ended."""
    with writing(data) as connection:
        job_runs.begin(connection, *started, under_way)


def end(data: sa.Engine, run: JobRun) -> None:
    """Note how it ended."""
    problem = run.problem[:_LONGEST_PROBLEM] if run.problem else None
    with writing(data) as connection:
        job_runs.record(connection, replace(run, problem=problem))


def rows_of(
    data: sa.Engine, subject: Subject, limit: int, *, changes_only: bool = False, language: str | None = None
) -> list[dict[str, Any]]:
    """The newest rows of a subject first, as plain values; moments are datetimes in UTC."""
    with reading(data) as connection:
        if subject == "runs":
            return [asdict(row) for row in job_runs.newest(connection, limit)]
        if subject == "decisions":
            return history.decisions(connection, limit, language=language, changes_only=changes_only)
        return history.plans(connection, limit) if subject == "plans" else history.costs(connection, limit)
