"""What runs took of models, one row a run, language and model; and what plans learn of it."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.rows import upsert
from langassets.database.schema import model_usage as table
from langassets.translation.cost.learning import Corrections, Experience
from langassets.translation.cost.usage import ModelUsage

_BETWEEN = ":"

LATELY = timedelta(days=90)
"""How long runs are learnt from: models, prompts and lessons change."""


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


def corrections(engine: sa.Engine, model: str, now: datetime) -> Corrections:
    """What was learnt lately of a model, beside what a plan would have said; accounts of earlier versions,
    which held nothing against it, teach nothing."""
    tokens = ("likely_input_tokens", "input_tokens", "likely_output_tokens", "output_tokens")
    sums = (sa.func.sum(table.c[name]) for name in ("planned", "requests", *tokens))
    query = (
        sa.select(table.c.language, *sums)
        .where(table.c.model == model, table.c.recorded_at >= now - LATELY, table.c.planned > 0)
        .group_by(table.c.language)
    )
    with reading(engine) as connection:
        return Corrections(
            {language: Experience(*map(int, sums)) for language, *sums in connection.execute(query)}
        )


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
