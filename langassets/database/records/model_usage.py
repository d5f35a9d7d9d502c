"""What runs were billed for, one row a run, language and model."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import writing
from langassets.database.rows import upsert
from langassets.database.schema import model_usage as table
from langassets.translation.cost.usage import ModelUsage

_BETWEEN = ":"


def account_of(run_id: str, attempt: int) -> str:
    """Under what an attempt of a run stands in `model_usage`: the first one under the run's id itself."""
    return f"{run_id}{_BETWEEN}{attempt}" if attempt else run_id


def run_of(account: str) -> str:
    """The run that an account belongs to."""
    return account.partition(_BETWEEN)[0]


def record_usage(engine: sa.Engine, account: str, rows: Iterable[ModelUsage], at: datetime) -> None:
    """Write an account; what it held before is replaced, so that it may be written as the run goes."""
    with writing(engine) as connection:
        upsert(connection, table, [_row(account, row, at) for row in rows])


def _row(account: str, row: ModelUsage, at: datetime) -> dict[str, object]:
    counts = asdict(row.spent)
    usage, cost, likely = counts.pop("usage"), counts.pop("cost"), counts.pop("likely")
    return {
        "run_id": account,
        "language": row.language,
        "provider": row.provider,
        "model": row.model,
        "recorded_at": at,
        "cost": None if cost is None else float(cost),
        "input_tokens": usage["input_tokens"],
        "output_tokens": usage["output_tokens"],
        "likely_input_tokens": likely["input_tokens"],
        "likely_output_tokens": likely["output_tokens"],
        **counts,
    }
