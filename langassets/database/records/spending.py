"""What a run has spent on models so far, over all its attempts."""

from dataclasses import dataclass

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.schema import model_usage as table

_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class Spending:
    """Dollars, as far as prices are known, and requests."""

    cost: float = 0.0
    requests: int = 0


NOTHING_SPENT = Spending()


def account_of(run_id: str, attempt: int) -> str:
    """Under what an attempt of a run stands in `model_usage`: the first one under the run's id itself."""
    return f"{run_id}{_BETWEEN}{attempt}" if attempt else run_id


def run_of(account: str) -> str:
    """The run that an account belongs to."""
    return account.partition(_BETWEEN)[0]


def spent_by(engine: sa.Engine, run_id: str) -> Spending:
    """What all attempts of a run together have spent by now."""
    query = sa.select(
        sa.func.coalesce(sa.func.sum(table.c.cost), 0.0), sa.func.coalesce(sa.func.sum(table.c.requests), 0)
    ).where(
        sa.or_(table.c.run_id == run_id, table.c.run_id.startswith(f"{run_id}{_BETWEEN}", autoescape=True))
    )
    with reading(engine) as connection:
        cost, requests = connection.execute(query).one()
    return Spending(float(cost), int(requests))
