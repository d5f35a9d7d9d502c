"""What metrics say of the database: sums and counts, made by the database itself."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from langassets.database.names import language_keys
from langassets.database.records import bill_totals
from langassets.database.schema import (
    cleanup_journal,
    model_requests,
    model_usage,
    stored_objects,
    tier_decisions,
)
from langassets.database.usage import lesson_usage
from langassets.jobs.evaluation import one_language
from langassets.storage.keys import ARCHIVE_PREFIX

_BILLED = (
    *("input_tokens", "cached_tokens", "written_tokens", "output_tokens", "reasoning_tokens"),
    *("dollars", "open_dollars"),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them, by what their samples are labelled with: objects and their size in bytes by language and
    state; what models were asked, ever, by language, provider and model; steps of cleanups by action and
    status.

    Of models there are sums by column of `model_usage`, and tokens and `dollars` (of what has a known price)
    by the bill; `open_dollars` are not known yet, or never will be.
    """

    evaluated_at: datetime | None
    shares: dict[str, float]
    frequent: frozenset[str]
    requests: dict[str, int]
    unmatched: int
    objects: dict[tuple[str, str], tuple[int, int]]
    models: dict[tuple[str, str, str], dict[str, float]]
    steps: dict[tuple[str, str], int]


def read_figures(connection: sa.Connection) -> Figures:
    """Read them; a handful of queries, each of which answers with a few rows."""
    tier = _tier(connection)
    requested = lesson_usage.total_requests(connection)
    return Figures(
        tier[0].evaluated_at if tier else None,
        {row.language: row.share for row in tier},
        frozenset(row.language for row in tier if row.frequent),
        one_language.requests(requested, language_keys.load(connection)),
        sum(lesson_usage.unmatched_requests(connection).values()),
        _objects(connection),
        _models(connection),
        _steps(connection),
    )


def _tier(connection: sa.Connection) -> list[sa.Row[tuple[datetime, str, float, bool]]]:
    table = tier_decisions.c
    newest = sa.select(sa.func.max(table.evaluated_at)).scalar_subquery()
    query = sa.select(table.evaluated_at, table.language, table.share, table.frequent)
    return list(connection.execute(query.where(table.evaluated_at == newest)))


def _objects(connection: sa.Connection) -> dict[tuple[str, str], tuple[int, int]]:
    table = stored_objects.c
    state = sa.case((table.key.startswith(ARCHIVE_PREFIX), "archived"), else_=table.origin)
    query = sa.select(table.language, state, sa.func.count(), _sum(table.size))
    rows = connection.execute(query.group_by(table.language, state))
    return {(language, state): (count, size) for language, state, count, size in rows}


def _models(connection: sa.Connection) -> dict[tuple[str, str, str], dict[str, float]]:
    table, bill = model_usage.c, model_requests.c
    labels = (table.language, table.provider, table.model)
    summed = [c for c in table if isinstance(c.type, sa.BigInteger | sa.Float) and c.name not in _BILLED]
    names = [column.name for column in summed]
    sums: dict[tuple[str, str, str], dict[str, float]] = defaultdict(
        lambda: dict.fromkeys((*names, *_BILLED), 0)
    )
    for row in connection.execute(sa.select(*labels, *map(_sum, summed)).group_by(*labels)):
        sums[row.language, row.provider, row.model] |= dict(zip(names, row[3:], strict=True))
    for (language, provider, model), one in bill_totals.totals(
        connection, bill.language, bill.provider, bill.model
    ):
        sums[language, provider, model] |= {name: float(getattr(one, name)) for name in _BILLED}
    return dict(sorted(sums.items()))


def _steps(connection: sa.Connection) -> dict[tuple[str, str], int]:
    table = cleanup_journal.c
    query = sa.select(table.action, table.status, sa.func.count()).group_by(table.action, table.status)
    return {(action, status): count for action, status, count in connection.execute(query)}


def _sum(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    total = sa.func.sum(column)
    if isinstance(column.type, sa.Float):
        return sa.func.coalesce(total, 0.0)
    # PostgreSQL adds up big integers as numeric, which would arrive as Decimal.
    return sa.cast(total, sa.BigInteger)
