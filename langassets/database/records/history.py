"""Questions to what is kept for good: decisions, plans and cost. Rows come as they are shown: by name."""

from typing import Any

import sqlalchemy as sa

from langassets.database.records.model_usage import run_of
from langassets.database.schema import cleanup_journal, model_usage, tier_decisions
from langassets.locales import tag_of

Row = dict[str, Any]

_DECISION = ("evaluated_at", "language", "share", "frequent", "change", "reason", "run_id")
_STEPS = ("run_id", "plan_id", "language", "action", "status")
_COST = ("language", "provider", "model", "requests", "segments", "input_tokens", "output_tokens", "cost")


def decisions(
    connection: sa.Connection, limit: int, *, language: str | None = None, changes_only: bool = False
) -> list[Row]:
    """Decisions, the newest first: of one language by any of its codes, or only those that changed something,
    where asked. `share` is from 0 to 1."""
    table = tier_decisions.c
    query = sa.select(*(table[name] for name in _DECISION))
    if language is not None:
        query = query.where(table.tag == tag_of(language))
    if changes_only:
        query = query.where(table.change != "kept")
    query = query.order_by(table.evaluated_at.desc(), table.share.desc(), table.language).limit(limit)
    return [row._asdict() for row in connection.execute(query)]


def plans(connection: sa.Connection, limit: int) -> list[Row]:
    """What cleanups planned and did, the newest first: steps of a plan that are alike together, as so many
    `objects` of together `size` bytes."""
    table = cleanup_journal.c
    by = [table[name] for name in _STEPS]
    planned_at = sa.func.min(table.planned_at)
    size = sa.cast(sa.func.sum(table.size), sa.BigInteger)
    query = (
        sa.select(planned_at.label("planned_at"), *by, sa.func.count().label("objects"), size.label("size"))
        .group_by(*by)
        .order_by(planned_at.desc(), table.language, table.action)
        .limit(limit)
    )
    return [row._asdict() for row in connection.execute(query)]


def costs(connection: sa.Connection, limit: int) -> list[Row]:
    """What runs were billed for by each model, the newest first; a run that was tried again has a row for
    each try. `cost` is in dollars, None where no price is known."""
    table = model_usage.c
    query = sa.select(table.recorded_at, table.run_id, *(table[name] for name in _COST)).order_by(
        table.recorded_at.desc(), table.language, table.provider
    )
    rows = connection.execute(query.limit(limit))
    return [row._asdict() | {"run_id": run_of(row.run_id)} for row in rows]
