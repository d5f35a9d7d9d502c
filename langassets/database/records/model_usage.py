"""What runs were billed for, one row a run, language and model."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import writing
from langassets.database.schema import model_usage as table
from langassets.database.upsert import upsert
from langassets.translation.cost.usage import ModelUsage


def record_usage(engine: sa.Engine, run_id: str, rows: Iterable[ModelUsage], at: datetime) -> None:
    """Write a run's account; what it wrote before is replaced, so that it may be written as the run goes."""
    with writing(engine) as connection:
        upsert(connection, table, [_row(run_id, row, at) for row in rows])


def _row(run_id: str, row: ModelUsage, at: datetime) -> dict[str, object]:
    return {
        "run_id": run_id,
        "language": row.language,
        "provider": row.provider,
        "model": row.model,
        "recorded_at": at,
        "requests": row.spent.requests,
        "segments": row.spent.segments,
        "input_tokens": row.spent.usage.input_tokens,
        "output_tokens": row.spent.usage.output_tokens,
        "cost": row.cost,
        "seconds": row.spent.seconds,
        "rejected": row.spent.rejected,
        "refused": row.spent.refused,
        "failed": row.spent.failed,
        "retries": row.spent.retries,
    }
