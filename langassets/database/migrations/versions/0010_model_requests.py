"""The bill, request by request, and what each month has come to; what was spent before is on it."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

from langassets.database.types import Dollars, UtcDateTime

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None

_USAGE = ("run_id", "language", "provider", "model", "requests", "input_tokens", "output_tokens", "cost")


def upgrade() -> None:
    schema = "langassets" if op.get_bind().dialect.name == "postgresql" else None  # see 0003
    requests = op.create_table(
        "model_requests",
        sa.Column("id", sa.String(length=250), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("asset", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("dollars", Dollars(), nullable=False),
        sa.Column("priced", sa.Boolean(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        *(
            sa.Column(f"{kind}_tokens", sa.BigInteger(), nullable=True)
            for kind in ("input", "cached", "written", "output", "reasoning")
        ),
        *(
            sa.Column(f"{kind}_price", Dollars(), nullable=True)
            for kind in ("input", "cached", "written", "output")
        ),
        sa.Column("request_id", sa.String(length=200), nullable=True),
        sa.Column("lessons", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema=schema,
    )
    for column in ("run_id", "sent_at"):
        name = op.f(f"ix_langassets_model_requests_{column}")
        op.create_index(name, "model_requests", [column], schema=schema)
    months = op.create_table(
        "month_spending",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("dollars", Dollars(), nullable=False),
        sa.PrimaryKeyConstraint("month"),
        schema=schema,
    )
    _take_over(requests, months, schema)


def _take_over(requests: sa.Table, months: sa.Table, schema: str | None) -> None:
    columns = [sa.Column(name, sa.types.NullType()) for name in _USAGE]
    moment: sa.Column[datetime] = sa.Column("recorded_at", UtcDateTime())
    usage = sa.Table("model_usage", sa.MetaData(), *columns, moment, schema=schema)
    spent: defaultdict[str, Decimal] = defaultdict(Decimal)
    found = op.get_bind().execute(sa.select(usage).where(usage.c.provider != "memory")).mappings().all()
    for number, row in enumerate(found):
        spent[f"{row['recorded_at']:%Y-%m}"] += _dollars(row)
        op.bulk_insert(requests, [_row(row, f"before {number}")])
    for open_one in _open_batches(schema):
        op.bulk_insert(requests, [open_one])
        spent[f"{open_one['sent_at']:%Y-%m}"] += 0
    op.bulk_insert(months, [{"month": month, "dollars": total} for month, total in spent.items()])


def _open_batches(schema: str | None) -> Iterator[dict[str, Any]]:
    """What was handed in and has not been collected: it is billed when it is."""
    names = ("id", "provider", "model", "status", "requests")
    columns = [sa.Column(name, sa.types.NullType()) for name in names]
    moment: sa.Column[datetime] = sa.Column("planned_at", UtcDateTime())
    batches = sa.Table("model_batches", sa.MetaData(), *columns, moment, schema=schema)
    query = sa.select(batches).where(batches.c.status.in_(("planned", "submitted")))
    for batch in op.get_bind().execute(query):
        for number, request in enumerate(json.loads(batch.requests)):
            yield {
                "id": f"{batch.id}:{number}",
                "run_id": "",
                "asset": "preloaded_translations",
                "language": request["target"],
                "provider": batch.provider,
                "model": batch.model,
                "mode": "batch",
                "state": "open",
                "sent_at": batch.planned_at,
                "requests": 1,
                "dollars": Decimal(0),
                "priced": False,
                "estimated": False,
                "lessons": "{}",
            }


def _dollars(row: sa.RowMapping) -> Decimal:
    return Decimal(repr(row["cost"] or 0.0)).quantize(Decimal("1e-12"))


def _row(row: sa.RowMapping, identifier: str) -> dict[str, object]:
    return {
        **{name: row[name] for name in _USAGE if name != "cost"},
        "id": identifier,
        "run_id": row["run_id"].partition(":")[0],
        "asset": "preloaded_translations",
        "mode": "batch" if row["run_id"].startswith("batch ") else "direct",
        "state": "billed",
        "sent_at": row["recorded_at"],
        "settled_at": row["recorded_at"],
        "dollars": _dollars(row),
        "priced": row["cost"] is not None,
        "estimated": True,
        "lessons": "{}",
    }
