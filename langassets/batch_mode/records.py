"""Batches that a provider works on, from before they are submitted until they are collected."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from langassets.batch_mode.requests import DeferredRequest, OpenBatch, from_json, to_json
from langassets.database.connection import reading, writing
from langassets.database.schema import model_batches as table
from langassets.database.standbys import on_standbys
from langassets.translation.types import MemoryKey

_COLUMNS = ("id", "model", "provider_batch", "requests", "planned_at", "due_at", "cancelled_at")
LEFT_FOR = timedelta(days=3)
"""How long it is known what a batch did not bring."""

_PLANNED, _SUBMITTED, _COLLECTED, _FAILED = "planned", "submitted", "collected", "failed"


class BatchRecords:
    """The table of batches in the database behind `engine`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def plan(self, batch: OpenBatch, provider: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                table.insert().values(
                    id=batch.id,
                    provider=provider,
                    model=batch.model,
                    status=_PLANNED,
                    requests=to_json(batch.requests),
                    planned_at=batch.planned_at,
                    due_at=batch.due_at,
                )
            )
        on_standbys(self._engine)

    def submitted(self, identifier: str, provider_batch: str) -> None:
        """Note that the provider has it, under its own identifier."""
        self._set(identifier, status=_SUBMITTED, provider_batch=provider_batch)

    def cancelled(self, identifier: str, at: datetime) -> None:
        """Note that the provider was told to end it."""
        self._set(identifier, cancelled_at=at)

    def finished(
        self,
        identifier: str,
        at: datetime,
        *,
        failed: bool,
        problem: str | None,
        left: Sequence[DeferredRequest] = (),
    ) -> None:
        """Note that there is nothing more to wait for. Of its requests stays what is `left`, for a while:
        memory has what the others brought."""
        status = _FAILED if failed else _COLLECTED
        self._set(identifier, status=status, finished_at=at, problem=problem, requests=to_json(left))
        with writing(self._engine) as connection:
            old = (table.c.finished_at < at - LEFT_FOR) & (table.c.requests != "[]")
            connection.execute(table.update().where(old).values(requests="[]"))

    def open(self, provider: str) -> list[OpenBatch]:
        """What is still waited for, the oldest first."""
        query = (
            sa.select(*(table.c[name] for name in _COLUMNS))
            .where(table.c.provider == provider, table.c.status.in_((_PLANNED, _SUBMITTED)))
            .order_by(table.c.planned_at, table.c.id)
        )
        with reading(self._engine) as connection:
            return [
                OpenBatch(**row._asdict() | {"requests": tuple(from_json(row.requests))})
                for row in connection.execute(query)
            ]

    def left(self, now: datetime) -> set[MemoryKey]:
        """What batches that are over did not bring, lately."""
        query = sa.select(table.c.requests).where(
            table.c.finished_at >= now - LEFT_FOR, table.c.requests != "[]"
        )
        with reading(self._engine) as connection:
            found = list(connection.scalars(query))
        return {key for requests in found for request in from_json(requests) for key in request.keys}

    def waiting(self) -> int:
        """How many batches have not been collected; one query, for a sensor to ask often."""
        query = sa.select(sa.func.count()).where(table.c.status.in_((_PLANNED, _SUBMITTED)))
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def _set(self, identifier: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(table.update().where(table.c.id == identifier).values(**values))
