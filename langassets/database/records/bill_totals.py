"""What the bill adds up to. Whatever shows a total of it asks here, so that all of them agree."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from operator import add
from typing import Any

import sqlalchemy as sa

from langassets.database.records.bill import BILLED, OPEN
from langassets.database.schema import model_requests as table
from langassets.database.types import Dollars
from langassets.translation.cost.bill import shared_out

_SMALLEST = 10**12  # parts of a dollar


class By(StrEnum):
    """What a bill may be added up by."""

    DAY = "day"
    LANGUAGE = "language"
    LESSON = "lesson"
    MODEL = "model"
    ASSET = "asset"
    MODE = "mode"


@dataclass(frozen=True, slots=True)
class Totals:
    """What some requests come to. Tokens are by kind as in `TokenUsage`. `dollars` were billed;
    `open_dollars` are of requests of which nobody knows what they were billed for, as the most that they
    can have been; `unpriced` requests have no known price and are in neither."""

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    unpriced: int = 0
    dollars: Decimal = Decimal(0)
    open_dollars: Decimal = Decimal(0)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(*map(add, self._values(), other._values()))

    def shared_out(self, weights: Mapping[str, int]) -> dict[str, "Totals"]:
        """In parts that add up to it, but for `requests` and `unpriced`, which each part has whole."""
        weights = weights or {"": 1}
        parts = [_parts(name, value, weights) for name, value in zip(_NAMES, self._values(), strict=True)]
        return {lesson: Totals(*(part[lesson] for part in parts)) for lesson in weights}

    def _values(self) -> list[Any]:
        return [getattr(self, name) for name in _NAMES]


_NAMES = [one.name for one in fields(Totals)]


def totals(
    connection: sa.Connection,
    *by: sa.ColumnElement[Any],
    since: datetime | None = None,
    until: datetime | None = None,
    run_id: str | None = None,
) -> list[tuple[tuple[Any, ...], Totals]]:
    """The bill by these columns of it: of requests sent from `since` on and before `until`, or of a run."""
    query = sa.select(*by, *_sums()).where(*_chosen(since, until, run_id)).group_by(*by).order_by(*by)
    return [(tuple(row[: len(by)]), _read(row[len(by) :])) for row in connection.execute(query)]


def named_totals(
    connection: sa.Connection, by: By, *, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Totals]:
    """The bill by name: by day (UTC) in order, else the dearest first.

    A request for several lessons is shared out by the characters of their texts in it. '' stands for what
    was for none that is known.
    """
    found: dict[str, Totals]
    if by is By.LESSON:
        found = defaultdict(Totals)
        for (lessons,), one in totals(connection, table.c.lessons, since=since, until=until):
            for lesson, part in one.shared_out(json.loads(lessons)).items():
                found[lesson] += part
    else:
        column: sa.ColumnElement[Any] = sa.func.date(table.c.sent_at) if by is By.DAY else table.c[by]
        rows = totals(connection, column, since=since, until=until)
        found = {str(name): one for (name,), one in rows}
    if by is By.DAY:
        return dict(sorted(found.items()))
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].dollars, pair[0])))


def _sums() -> list[sa.ColumnElement[Any]]:
    nothing = sa.literal(Decimal(0), Dollars())
    return [
        sa.func.sum(table.c.requests),
        *(sa.func.sum(table.c[name]) for name in _NAMES if name.endswith("_tokens")),
        sa.func.sum(sa.case((table.c.priced, 0), else_=table.c.requests)),
        *(
            sa.func.sum(sa.case((table.c.state == state, table.c.dollars), else_=nothing))
            for state in (BILLED, OPEN)
        ),
    ]


def _chosen(
    since: datetime | None, until: datetime | None, run_id: str | None
) -> Iterable[sa.ColumnElement[bool]]:
    if since is not None:
        yield table.c.sent_at >= since
    if until is not None:
        yield table.c.sent_at < until
    if run_id is not None:
        yield table.c.run_id == run_id


def _read(values: Sequence[Any]) -> Totals:
    # PostgreSQL adds up big integers as numeric.
    *counts, dollars, open_dollars = values
    found: list[Any] = [int(count or 0) for count in counts]
    found += [dollars or Decimal(0), open_dollars or Decimal(0)]
    return Totals(*found)


def _parts(name: str, value: Any, weights: Mapping[str, int]) -> Mapping[str, Any]:
    if name in ("requests", "unpriced"):
        return dict.fromkeys(weights, value)
    if isinstance(value, Decimal):
        parts = _parts(name, int(value * _SMALLEST), weights)
        return {lesson: Decimal(part) / _SMALLEST for lesson, part in parts.items()}
    return dict.fromkeys(weights, 0) | shared_out(value, weights)
