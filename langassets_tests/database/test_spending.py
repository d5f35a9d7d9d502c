"""The bill: reserved before a request goes out, settled when it is over, and exact on either database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from langassets.batch_mode.records import BatchRecords
from langassets.batch_mode.requests import DeferredRequest, OpenBatch
from langassets.database.connection import reading
from langassets.database.migrate import migrate
from langassets.database.records.bill import DatabaseBill, Spending, spent_by, spent_in
from langassets.database.records.bill_totals import By, named_totals
from langassets.database.records.model_usage import record_usage
from langassets.database.schema import model_requests, month_spending
from langassets.translation.cost.bill import Billed, Planned, affordable, shared_out
from langassets.translation.cost.rates import Mode, Rates
from langassets.translation.cost.usage import MEMORY, ModelUsage, Spent
from langassets.translation.types import Batch, MemoryKey, Segment, TokenUsage
from langassets_tests.database.earlier import take_back

NOW = datetime(2026, 11, 29, 23, 59, tzinfo=UTC)
RATES = Rates(Decimal("0.1"), Decimal("0.5"), Decimal("0.0125"), Decimal("0.125"))
CENT = Decimal("0.01")


def bill(engine: sa.Engine, run_id: str = "run", limit: str | None = None) -> DatabaseBill:
    most = None if limit is None else Decimal(limit)
    return DatabaseBill(engine, run_id, "preloaded_translations", lambda: NOW, most)


def planned(name: str, expected: Decimal | None = CENT, at: datetime = NOW) -> Planned:
    return Planned(name, "he", "openai", "gpt-6-luna", Mode.DIRECT, at, expected, {"1": 10})


def counted(engine: sa.Engine) -> dict[str, Decimal]:
    """What each month's requests come to by their rows, which is to be what the month's row says."""
    with reading(engine) as connection:
        rows = connection.execute(sa.select(model_requests.c.sent_at, model_requests.c.dollars)).all()
        months = {row.month: row.dollars for row in connection.execute(sa.select(month_spending))}
    added: dict[str, Decimal] = {month: Decimal(0) for month in months}
    for at, dollars in rows:
        added[f"{at:%Y-%m}"] += dollars
    assert added == months
    return added


def test_what_is_reserved_counts_until_it_is_settled_and_the_same_again_changes_nothing(
    engine: sa.Engine,
) -> None:
    ours = bill(engine)
    assert ours.reserve([planned(name) for name in "abcd"]) == (4, None)
    assert counted(engine) == {"2026-11": 4 * CENT}
    usage = TokenUsage(1001, 301, cached_tokens=777, written_tokens=1, reasoning_tokens=3)
    for _ in range(2):
        ours.settle(
            [Billed("a", usage, RATES, "req_1"), Billed("b", None), Billed("c", usage), Billed("x", usage)]
        )
    cost = Decimal("0.0001826375")
    assert RATES.cost(usage) == cost
    assert counted(engine) == {"2026-11": cost + CENT}
    assert spent_by(engine, "run") == Spending(cost + CENT, 4)
    assert spent_by(engine, "another") == Spending()
    with reading(engine) as connection:
        rows = {row.id: row for row in connection.execute(sa.select(model_requests))}
    first = rows["a"]
    assert (first.input_tokens, first.cached_tokens, first.written_tokens) == (1001, 777, 1)
    assert (first.output_tokens, first.reasoning_tokens, first.request_id) == (301, 3, "req_1")
    assert (first.cached_price, first.output_price) == (RATES.cached, RATES.output)
    assert [(rows[name].state, rows[name].priced) for name in "abcd"] == [
        ("billed", True),
        ("free", True),
        ("billed", False),
        ("open", True),
    ]
    assert rows["d"].input_tokens is None, "what is unknown is not zero"


def test_a_month_ends_where_the_next_begins(engine: sa.Engine) -> None:
    december = datetime(2026, 12, 1, tzinfo=UTC)
    ours = bill(engine, limit="0.02")
    assert ours.reserve([planned(name) for name in "abc"])[0] == 2
    stopped = ours.reserve([planned("c")]).stopped
    assert stopped is not None
    assert "MAX_COST_PER_MONTH is reached: 0.0200 of 0.02 dollars" in stopped
    assert ours.reserve([planned("free", Decimal(0))]).requests == 1
    assert ours.reserve([planned("d", at=december)]).requests == 1
    ours.settle([Billed("a", None)])
    assert ours.reserve([planned("e")]).requests == 1
    assert counted(engine) == {"2026-11": 2 * CENT, "2026-12": CENT}
    assert spent_in(engine, "2026-12") == CENT


def test_a_month_with_a_limit_wants_a_price(engine: sa.Engine) -> None:
    refused = bill(engine, limit="5").reserve([planned("a", None)])
    assert refused.requests == 0
    assert "MODEL_PRICES" in str(refused.stopped)
    assert bill(engine).reserve([planned("a", None)]) == (1, None)


def test_two_that_ask_at_once_do_not_both_get_the_rest(engine: sa.Engine) -> None:
    def ask(number: int) -> int:
        ours = bill(engine, f"run {number}", "0.50")
        return sum(ours.reserve([planned(f"{number}.{place}")]).requests for place in range(20))

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(ask, range(8))) == 50
    assert counted(engine) == {"2026-11": Decimal("0.50")}


@given(st.lists(st.decimals(0, 1, places=3), max_size=20), st.none() | st.decimals(-1, 3, places=3))
def test_what_is_affordable_is_all_that_fits_from_the_first_on(
    costs: list[Decimal], left: Decimal | None
) -> None:
    number = affordable(left, costs)
    assert 0 <= number <= len(costs)
    if left is not None:
        assert sum(costs[:number]) <= max(left, Decimal(0)) or not sum(costs[:number])
        assert number == len(costs) or sum(costs[: number + 1]) > left


@given(st.integers(0, 10**15), st.dictionaries(st.text(max_size=3), st.integers(0, 5000), max_size=40))
def test_parts_of_a_request_add_up_to_it(total: int, weights: dict[str, int]) -> None:
    parts = shared_out(total, weights)
    assert sum(parts.values()) == total
    if whole := sum(weights.values()):
        assert all(abs(part * whole - total * weights[name]) < whole for name, part in parts.items())


def test_what_was_spent_before_there_was_a_bill_is_on_it(engine: sa.Engine, tmp_path: Path) -> None:
    paid = Spent(requests=3, usage=TokenUsage(1000, 300), cost=Decimal("0.25"))
    unpriced = Spent(requests=2, usage=TokenUsage(7, 8), cost=None)
    rows = [
        ModelUsage("he", "openai", "gpt-6", paid),
        ModelUsage("he", "openai", "ours", unpriced),
        ModelUsage("he", MEMORY, "", Spent(segments=9)),
    ]
    for account in ("run", "run:1", "batch 1"):
        record_usage(engine, account, rows, NOW)
    batch = Batch("en", "he", ("A cell.",))
    request = DeferredRequest(batch, (Segment("A cell."),), (MemoryKey("A cell.", "en", "he", "r"),))
    handed_in = OpenBatch("b", "gpt-6", "batch_1", (request,), NOW)
    BatchRecords(engine).plan(handed_in, "openai")
    take_back(engine, "0008", tmp_path / "before")
    migrate(engine)
    assert counted(engine) == {"2026-11": Decimal("0.75")}
    assert spent_by(engine, "run") == Spending(Decimal("0.5"), 10)
    with reading(engine) as connection:
        modes = named_totals(connection, By.MODE)
        assert list(named_totals(connection, By.LESSON)) == [""]
    assert {mode: (one.requests, one.unpriced, one.dollars) for mode, one in modes.items()} == {
        "direct": (10, 4, Decimal("0.5")),
        "batch": (6, 3, Decimal("0.25")),
    }
    bill(engine).settle([Billed(handed_in.on_bill(0), TokenUsage(1000, 0), RATES)])
    assert counted(engine) == {"2026-11": Decimal("0.7501")}
    assert bill(engine, limit="0.7601").reserve([planned("a"), planned("b")]).requests == 1
