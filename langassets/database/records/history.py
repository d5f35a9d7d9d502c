"""Questions to what is kept for good: decisions, plans and cost."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from langassets.database.records.model_usage import run_of
from langassets.database.schema import cleanup_journal, model_usage, tier_decisions
from langassets.locales import tag_of


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One decision of one evaluation; `share` is from 0 to 1."""

    evaluated_at: datetime
    language: str
    share: float
    frequent: bool
    change: str
    reason: str
    run_id: str


@dataclass(frozen=True, slots=True)
class PastSteps:
    """The steps of one cleanup plan that are alike; `size` is in bytes."""

    planned_at: datetime
    run_id: str
    plan_id: str
    language: str
    action: str
    status: str
    objects: int
    size: int


@dataclass(frozen=True, slots=True)
class PastCost:
    """What one run was billed for by one model; `cost` is in dollars, None where no price is known."""

    recorded_at: datetime
    run_id: str
    language: str
    provider: str
    model: str
    requests: int
    segments: int
    input_tokens: int
    output_tokens: int
    cost: float | None


def decisions(
    connection: sa.Connection, limit: int, *, language: str | None = None, changes_only: bool = False
) -> list[PastDecision]:
    """Decisions, the newest first: of one language by any of its codes, or only those that changed something,
    where asked."""
    table = tier_decisions.c
    query = sa.select(*(table[name] for name in PastDecision.__slots__))
    if language is not None:
        query = query.where(table.tag == tag_of(language))
    if changes_only:
        query = query.where(table.change != "kept")
    query = query.order_by(table.evaluated_at.desc(), table.share.desc(), table.language).limit(limit)
    return [PastDecision(*row) for row in connection.execute(query)]


def plans(connection: sa.Connection, limit: int) -> list[PastSteps]:
    """What cleanups planned and did, the newest first."""
    table = cleanup_journal.c
    by = (table.run_id, table.plan_id, table.language, table.action, table.status)
    query = (
        sa.select(
            sa.func.min(table.planned_at),
            *by,
            sa.func.count(),
            sa.cast(sa.func.sum(table.size), sa.BigInteger),
        )
        .group_by(*by)
        .order_by(sa.func.min(table.planned_at).desc(), table.language, table.action)
        .limit(limit)
    )
    return [PastSteps(*row) for row in connection.execute(query)]


def costs(connection: sa.Connection, limit: int) -> list[PastCost]:
    """What runs were billed for, the newest first; a run that was tried again has a row for each try."""
    table = model_usage.c
    query = sa.select(*(table[name] for name in PastCost.__slots__)).order_by(
        table.recorded_at.desc(), table.language, table.provider
    )
    return [PastCost(row[0], run_of(row[1]), *row[2:]) for row in connection.execute(query.limit(limit))]
