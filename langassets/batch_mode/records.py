"""Batches that a provider works on, from before they are submitted until they are collected."""

from datetime import datetime

import sqlalchemy as sa

from langassets.batch_mode.requests import OpenBatch, from_json, to_json
from langassets.database.connection import reading, writing
from langassets.database.schema import model_batches as table
from langassets.database.standbys import on_standbys

_PLANNED, _SUBMITTED, _COLLECTED, _FAILED = "planned", "submitted", "collected", "failed"


class BatchRecords:
    """The table of batches in the database behind `engine`."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def plan(self, batch: OpenBatch, provider: str) -> None:
        """Keep a batch that is about to be submitted."""
        with writing(self._engine) as connection:
            connection.execute(
                table.insert().values(
                    id=batch.id,
                    provider=provider,
                    model=batch.model,
                    status=_PLANNED,
                    requests=to_json(batch.requests),
                    planned_at=batch.planned_at,
                )
            )
        on_standbys(self._engine)

    def submitted(self, identifier: str, provider_batch: str) -> None:
        """Note that the provider has it, under its own identifier."""
        self._set(identifier, status=_SUBMITTED, provider_batch=provider_batch)

    def finished(self, identifier: str, at: datetime, *, failed: bool, problem: str | None) -> None:
        """Note that there is nothing more to wait for. Its requests go: memory has what they brought."""
        status = _FAILED if failed else _COLLECTED
        self._set(identifier, status=status, finished_at=at, problem=problem, requests="[]")

    def open(self, provider: str) -> list[OpenBatch]:
        """What is still waited for, the oldest first."""
        columns = (table.c.id, table.c.model, table.c.provider_batch, table.c.requests, table.c.planned_at)
        query = (
            sa.select(*columns)
            .where(table.c.provider == provider, table.c.status.in_((_PLANNED, _SUBMITTED)))
            .order_by(table.c.planned_at, table.c.id)
        )
        with reading(self._engine) as connection:
            return [
                OpenBatch(identifier, model, provider_batch, tuple(from_json(requests)), planned_at)
                for identifier, model, provider_batch, requests, planned_at in connection.execute(query)
            ]

    def waiting(self) -> int:
        """How many batches have not been collected; one query, for a sensor to ask often."""
        query = sa.select(sa.func.count()).where(table.c.status.in_((_PLANNED, _SUBMITTED)))
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def _set(self, identifier: str, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(table.update().where(table.c.id == identifier).values(**values))
