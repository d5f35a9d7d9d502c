"""The account of a run over its attempts."""

from datetime import UTC, datetime
from decimal import Decimal

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.records import history
from langassets.database.records.model_usage import Spending, account_of, record_usage, spent_by
from langassets.translation.cost.usage import ModelUsage, Spent


def _row(requests: int, cost: str | None) -> ModelUsage:
    return ModelUsage(
        "he", "openai", "gpt-6", Spent(requests=requests, cost=None if cost is None else Decimal(cost))
    )


def test_attempts_add_up_and_other_runs_do_not(engine: sa.Engine) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for account, row in (
        (account_of("run", 0), _row(3, "0.25")),
        (account_of("run", 1), _row(2, "0.5")),
        (account_of("run2", 0), _row(100, "9")),
        (account_of("r%n", 1), _row(100, None)),
    ):
        record_usage(engine, account, [row], now)
    assert spent_by(engine, "run") == Spending(Decimal("0.75"), 5)
    assert spent_by(engine, "r%n") == Spending(Decimal(0), 100)
    assert spent_by(engine, "nobody") == Spending()
    with reading(engine) as connection:
        assert sorted(row.run_id for row in history.costs(connection, 10)) == ["r%n", "run", "run", "run2"]
