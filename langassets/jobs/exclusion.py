"""Never two at once, also where several machines or Dagster instances work on one PostgreSQL database.

A cleanup has storage to itself. Preloads share it, each with languages that are its own as long as it runs.
Within an instance Dagster's pool says how many of them run at once; it knows neither languages nor the other
instance.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import keepalives, translated_errors
from langassets.errors import PassingError
from langassets.locales import tag_of

PATIENCE = 3600.0
"""Seconds that a run waits for its turn before it is tried again later."""

# Any number that nothing else in the database uses: the first 63 bits of the SHA-256 of "langassets storage".
_LOCK = 0x271C815D1EB71665
# A waiting process looks up so often, in seconds, so that it can be told to stop.
_LOOK_UP = 5.0
_NOT_AVAILABLE = "55P03"

_log = logging.getLogger("langassets.exclusion")


@contextmanager
def alone_in_storage(data: sa.Engine, patience: float | None = None) -> Iterator[None]:
    """Keep every other cleanup and preload away while the block runs; on SQLite, which serves one machine,
    do nothing.

    Waits up to `patience` seconds (by default `PATIENCE`), then raises `PassingError`: whoever comes second
    is tried again later.
    """
    with _locks(data, [sa.func.pg_advisory_xact_lock(_LOCK)], patience):
        yield


@contextmanager
def alone_in_languages(
    data: sa.Engine, languages: Iterable[str], patience: float | None = None
) -> Iterator[None]:
    """Keep cleanups away, and preloads of the same languages (by whichever of their codes), while the block
    runs; else as `alone_in_storage`."""
    # In one order everywhere: two that want the same languages cannot each hold what the other waits for.
    keys = sorted({_key(tag_of(language)) for language in languages})
    own = [sa.func.pg_advisory_xact_lock(key) for key in keys]
    with _locks(data, [sa.func.pg_advisory_xact_lock_shared(_LOCK), *own], patience):
        yield


def _key(tag: str) -> int:
    digest = hashlib.sha256(f"langassets language {tag}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def _locks(data: sa.Engine, locks: Iterable[sa.Function[Any]], patience: float | None) -> Iterator[None]:
    """Hold locks while the block runs.

    They belong to a transaction that stays open on a connection of its own, since a lock of a session is
    lost, or handed to a stranger, behind a pooler that shares sessions between transactions. They go when
    the process does.
    """
    if data.dialect.name != "postgresql":
        yield
        return
    # Keepalives are sent on an idle connection, or a router in between forgets it.
    engine = sa.create_engine(
        data.url, poolclass=sa.NullPool, hide_parameters=True, connect_args=keepalives(data.url)
    )
    wanted: list[sa.Select[Any]] = [sa.select(lock) for lock in locks]
    end = time.monotonic() + (PATIENCE if patience is None else patience)
    told = False
    with _own_connection(engine) as connection:
        while not _got(connection, wanted, min(_LOOK_UP, end - time.monotonic())):
            if time.monotonic() >= end:
                raise PassingError(
                    "Another run, perhaps of another instance of langassets, is cleaning up or preloading in "
                    "the same database: this run waits its turn."
                )
            if not told:
                _log.info("Another run is cleaning up or preloading the same languages: waiting for its end.")
                told = True
        yield


def _got(connection: sa.Connection, wanted: Iterable[sa.Select[Any]], patience: float) -> bool:
    """Take all locks within a new transaction, or none. Who waits stands in PostgreSQL's queue: a cleanup is
    not passed by for ever by preloads that share."""
    try:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        # 0 would be for ever.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}")
        for lock in wanted:
            connection.execute(lock)
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != _NOT_AVAILABLE:
            raise PassingError(
                "The database (DATABASE_URL) went away while this run waited its turn."
            ) from None
        connection.rollback()
        return False
    return True


@contextmanager
def _own_connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with translated_errors(engine):
        connection = engine.connect()
    try:
        yield connection
    finally:
        with suppress(sa.exc.DBAPIError):  # where the connection broke, the server has freed the locks
            connection.close()
