"""What runs were billed for, one row a run, language and model; and what a run has spent so far."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.rows import upsert
from langassets.database.schema import model_usage as table
from langassets.translation.cost.usage import ModelUsage

_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class Spending:
    """Dollars, as far as prices are known, and requests."""

    cost: Decimal = Decimal(0)
    requests: int = 0


NOTHING_SPENT = Spending()


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


def spent_by(engine: sa.Engine, run_id: str) -> Spending:
    """What all attempts of a run together have spent by now."""
    query = sa.select(
        sa.func.coalesce(sa.func.sum(table.c.cost), 0.0), sa.func.coalesce(sa.func.sum(table.c.requests), 0)
    ).where(
        sa.or_(table.c.run_id == run_id, table.c.run_id.startswith(f"{run_id}{_BETWEEN}", autoescape=True))
    )
    with reading(engine) as connection:
        cost, requests = connection.execute(query).one()
    return Spending(Decimal(str(cost)), int(requests))


def _row(account: str, row: ModelUsage, at: datetime) -> dict[str, object]:
    counts = asdict(row.spent)
    usage, cost = counts.pop("usage"), counts.pop("cost")
    return {
        "run_id": account,
        "language": row.language,
        "provider": row.provider,
        "model": row.model,
        "recorded_at": at,
        "cost": None if cost is None else float(cost),
        "input_tokens": usage["input_tokens"],
        "output_tokens": usage["output_tokens"],
        **counts,
    }
