"""Usage on its way to the database: acknowledged when it is there, many requests in one transaction.

While one transaction is written, what arrives gathers for the next. So a lone event waits for a few
milliseconds, and under load the database sees few, large transactions.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain

import sqlalchemy as sa

from langassets.api.problems import Problem
from langassets.database.connection import writing
from langassets.database.rows import inserting
from langassets.database.schema import usage_receipts as receipts
from langassets.database.usage.lesson_usage import UsageRow, add_requests_within
from langassets.errors import DatabaseBusyError

# Rows that are written in one transaction, and rows that may wait in memory for theirs.
_MOST_WRITTEN = 100_000
_MOST_WAITING = 500_000

_RECEIPT_KEPT = timedelta(days=7)
_SWEEP_EVERY = timedelta(hours=1)


@dataclass(slots=True)
class _Entry:
    rows: Sequence[UsageRow]
    key: str | None
    content_hash: str
    done: "asyncio.Future[bool]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class UsageWriter:
    """Writes usage by a task of its own; used on one event loop. `engine` opens the database when needed."""

    def __init__(self, engine: Callable[[], sa.Engine]) -> None:
        self._engine = engine
        self._waiting: list[_Entry] = []
        self._waiting_rows = 0
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._swept = datetime.fromtimestamp(0, UTC)

    async def add(self, rows: Sequence[UsageRow], key: str | None = None, content_hash: str = "") -> bool:
        """Count these requests; True once they are in the database, False where their key was seen before.

        Raises `Problem` where too much is waiting already, or the key came with other usage before;
        `DatabaseBusyError` and `DatabaseError` where the rows could not be written.
        """
        if self._closing or self._waiting_rows > _MOST_WAITING:
            raise Problem(
                503,
                "busy",
                "Too much usage is waiting to be written: nothing was taken in, send it again in 2 s.",
                headers={"Retry-After": "2"},
            )
        entry = _Entry(rows, key, content_hash)
        self._waiting.append(entry)
        self._waiting_rows += len(rows)
        if self._task is None:
            self._task = asyncio.create_task(self._work())
        self._wake.set()
        return await entry.done

    async def close(self) -> None:
        """Write all that was taken in, and stop."""
        self._closing = True
        self._wake.set()
        if self._task:
            await self._task

    async def _work(self) -> None:
        while self._waiting or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            while group := self._take():
                await self._write(group)

    def _take(self) -> list[_Entry]:
        rows, group = 0, list[_Entry]()
        while self._waiting and (not group or rows + len(self._waiting[0].rows) <= _MOST_WRITTEN):
            group.append(self._waiting.pop(0))
            rows += len(group[-1].rows)
        self._waiting_rows -= rows
        return group

    async def _write(self, group: Sequence[_Entry]) -> None:
        try:
            outcomes = await asyncio.to_thread(self._commit, group)
        except Exception as error:  # noqa: BLE001 (whoever waits gets it)
            if len(group) > 1 and not isinstance(error, DatabaseBusyError):
                # One that cannot be written must not take the others with it.
                for entry in group:
                    await self._write([entry])
                return
            for entry in group:
                _finish(entry, error)
        else:
            for entry, outcome in zip(group, outcomes, strict=True):
                _finish(entry, outcome)

    def _commit(self, group: Sequence[_Entry]) -> list[bool | Exception]:
        now = datetime.now(UTC)
        with writing(self._engine()) as connection:
            if now - self._swept > _SWEEP_EVERY:
                connection.execute(receipts.delete().where(receipts.c.received_at < now - _RECEIPT_KEPT))
                self._swept = now
            outcomes = [_receive(connection, entry, now) for entry in group]
            counted = [entry for entry, outcome in zip(group, outcomes, strict=True) if outcome is True]
            add_requests_within(connection, chain.from_iterable(entry.rows for entry in counted))
        return outcomes


def _receive(connection: sa.Connection, entry: _Entry, now: datetime) -> bool | Exception:
    """Whether an entry is to be counted: not where its key was seen, here or by another process."""
    if entry.key is None:
        return True
    values = {"idempotency_key": entry.key, "content_hash": entry.content_hash, "received_at": now}
    # Another process with the same key in an open transaction is waited for here.
    if connection.execute(inserting(connection, receipts).values(values).on_conflict_do_nothing()).rowcount:
        return True
    known = connection.scalar(
        sa.select(receipts.c.content_hash).where(receipts.c.idempotency_key == entry.key)
    )
    if known == entry.content_hash:
        return False
    return Problem(409, "key_reused", "This Idempotency-Key came with other usage before: send a new one.")


def _finish(entry: _Entry, outcome: bool | Exception) -> None:
    if entry.done.done():  # whoever waited has gone
        return
    if isinstance(outcome, Exception):
        entry.done.set_exception(outcome)
    else:
        entry.done.set_result(outcome)
