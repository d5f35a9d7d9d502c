"""The bill in the database, and the limit of a month, which holds over all processes together.

A month is one row, to which a request is added by one statement that also asks for the limit: of two
processes the second sees what the first has reserved. Transactions are short, for others wait for that row.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.rows import chunks, inserting
from langassets.database.schema import model_requests as table
from langassets.database.schema import month_spending as months
from langassets.translation.cost.bill import Bill, Billed, Planned, Reserved, affordable

_PRICED = ("input", "cached", "written", "output")
OPEN, BILLED, FREE = "open", "billed", "free"


@dataclass(frozen=True, slots=True)
class Spending:
    """What a run has spent, in dollars as far as prices are known, and in requests; and the `bill` that it
    goes on with, None for none."""

    cost: Decimal = Decimal(0)
    requests: int = 0
    bill: Bill | None = field(default=None, compare=False)


NOTHING_SPENT = Spending()


class DatabaseBill(Bill):
    """The bill of one run's work on an asset, in the database behind `engine`.

    `max_per_month` is in dollars, for all runs together, by UTC as providers bill; None is no limit.
    """

    def __init__(
        self,
        engine: sa.Engine,
        run_id: str,
        asset: str,
        clock: Callable[[], datetime],
        max_per_month: Decimal | None = None,
    ) -> None:
        self._engine = engine
        self._run = {"run_id": run_id, "asset": asset}
        self._clock = clock
        self._limit = max_per_month

    def reserve(self, planned: Sequence[Planned]) -> Reserved:
        """They are of one month, the first one's."""
        if self._limit is not None and (unknown := [one.model for one in planned if one.most is None]):
            return Reserved(
                0,
                f"MAX_COST_PER_MONTH is set and the price of {unknown[0]} is not known: set MODEL_PRICES",
            )
        month = month_of(planned[0].sent_at)
        most = [one.most or Decimal(0) for one in planned]
        with writing(self._engine) as connection:
            spent, number = Decimal(0), len(planned)
            if not _add(connection, month, sum(most, Decimal(0)), self._limit):
                spent = _locked(connection, month)
                number = affordable(None if self._limit is None else self._limit - spent, most)
                _add(connection, month, sum(most[:number], Decimal(0)))
            if number:
                connection.execute(table.insert(), [self._row(one) for one in planned[:number]])
        return Reserved(number, self._reason(month, spent, most[number:]))

    def settle(self, billed: Iterable[Billed]) -> None:
        for chunk in chunks(billed):
            by_id = {one.id: one for one in chunk}
            query = sa.select(table.c.id, table.c.sent_at, table.c.dollars).where(table.c.id.in_(by_id))
            changes: defaultdict[str, Decimal] = defaultdict(Decimal)
            with writing(self._engine) as connection:
                for row in connection.execute(query.order_by(table.c.id).with_for_update()).all():
                    values = self._settled(by_id[row.id])
                    connection.execute(table.update().where(table.c.id == row.id).values(values))
                    changes[month_of(row.sent_at)] += values["dollars"] - row.dollars
                for month, change in sorted(changes.items()):
                    _add(connection, month, change)

    def _row(self, one: Planned) -> dict[str, Any]:
        of_plan = {
            name: getattr(one, name) for name in ("id", "language", "provider", "model", "mode", "sent_at")
        }
        return {
            **self._run,
            **of_plan,
            "state": OPEN,
            "requests": 1,
            "dollars": one.most or Decimal(0),
            "priced": one.most is not None,
            "estimated": False,
            "lessons": json.dumps(one.lessons, ensure_ascii=False, separators=(",", ":")),
        }

    def _settled(self, one: Billed) -> dict[str, Any]:
        values: dict[str, Any] = {"settled_at": self._clock(), "request_id": one.request_id}
        if one.usage is None:
            return {**values, "state": FREE, "dollars": Decimal(0), "priced": True}
        usage, rates = one.usage, one.rates
        values |= asdict(usage) | ({"mode": one.mode} if one.mode else {})
        if rates is not None:
            values |= {f"{kind}_price": getattr(rates, kind) for kind in _PRICED}
        dollars = rates.cost(usage) if rates else Decimal(0)
        values |= {"state": BILLED, "dollars": dollars, "priced": rates is not None}
        return values | {"estimated": one.estimated}

    def _reason(self, month: str, spent: Decimal, refused: Sequence[Decimal]) -> str | None:
        if not refused or self._limit is None:
            return None
        return (
            f"MAX_COST_PER_MONTH is reached: {spent:.4f} of {self._limit:f} dollars are spent or under way "
            f"in {month}, and the next request may take up to {refused[0]:.4f}"
        )


def month_of(moment: datetime) -> str:
    """The month (UTC) that a request belongs to, like 2026-11."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def spent_by(engine: sa.Engine, run_id: str, bill: Bill | None = None) -> Spending:
    """What all attempts of a run together have spent by now; what nobody knows counts as the most that it can
    have been."""
    query = sa.select(sa.func.sum(table.c.dollars), sa.func.sum(table.c.requests))
    with reading(engine) as connection:
        dollars, requests = connection.execute(query.where(table.c.run_id == run_id)).one()
    return Spending(dollars or Decimal(0), int(requests or 0), bill)


def spent_in(engine: sa.Engine, month: str) -> Decimal:
    """What the requests of a month count together, in dollars."""
    with reading(engine) as connection:
        found = connection.execute(sa.select(months.c.dollars).where(months.c.month == month)).scalar()
    return found or Decimal(0)


def _add(connection: sa.Connection, month: str, dollars: Decimal, limit: Decimal | None = None) -> bool:
    """Add to what a month has come to, where it stays within a limit; whether it was."""
    total = months.c.dollars + dollars
    statement = months.update().where(months.c.month == month).values(dollars=total)
    return connection.execute(statement if limit is None else statement.where(total <= limit)).rowcount == 1


def _locked(connection: sa.Connection, month: str) -> Decimal:
    """What a month has come to, which nobody else changes until this transaction is over."""
    connection.execute(
        inserting(connection, months).values(month=month, dollars=Decimal(0)).on_conflict_do_nothing()
    )
    query = sa.select(months.c.dollars).where(months.c.month == month).with_for_update()
    dollars: Decimal = connection.execute(query).scalar_one()
    return dollars
