"""Never two at once, also where several machines or Dagster instances work on one PostgreSQL database.

A cleanup has storage to itself. Preloads share it, each with languages that are its own as long as it runs.
Within an instance Dagster's pool says how many of them run at once; it knows neither languages nor the other
instance.
"""

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any, NamedTuple

import sqlalchemy as sa

from langassets.database.connection import keepalives, translated_errors
from langassets.errors import PassingError
from langassets.locales import tag_of

PATIENCE = 3600.0
"""Seconds that a run waits for its turn before it is tried again later."""

# Numbers that nothing else in the database uses: the first 63 bits of the SHA-256 of "langassets storage"
# and of "langassets batches".
_LOCK = 0x271C815D1EB71665
_BATCHES = 0x77700D32B8F961D2
# A waiting process looks up so often, in seconds, so that it can be told to stop; the first time sooner, so
# that it can say for whom it waits, which it says again every so often.
_FIRST_LOOK, _LOOK_UP = 0.5, 5.0
_SAY_AGAIN = 60.0
_PREFIX = "langassets "
_NOT_AVAILABLE = "55P03"

_log = logging.getLogger("langassets.exclusion")


class _Lock(NamedTuple):
    """An advisory lock by its number; of a `shared` one there are any number, and no other beside them."""

    key: int
    shared: bool = False


def alone_in_storage(
    data: sa.Engine, patience: float | None = None, who: str = ""
) -> AbstractContextManager[None]:
    """Keep every other cleanup and preload away while the block runs; on SQLite, which serves one machine,
    do nothing.

    Waits up to `patience` seconds (by default `PATIENCE`), then raises `PassingError`: whoever comes second
    is tried again later. Whoever waits is told `who` is inside.
    """
    return _locks(data, [_Lock(_LOCK)], patience, who)


def alone_in_languages(
    data: sa.Engine, languages: Iterable[str], patience: float | None = None, who: str = ""
) -> AbstractContextManager[None]:
    """Keep cleanups away, and preloads of the same languages (by whichever of their codes), while the block
    runs; else as `alone_in_storage`."""
    # In one order everywhere: two that want the same languages cannot each hold what the other waits for.
    keys = sorted({_key(tag_of(language)) for language in languages})
    return _locks(data, [_Lock(_LOCK, shared=True), *map(_Lock, keys)], patience, who)


def alone_with_batches(
    data: sa.Engine, patience: float | None = None, who: str = ""
) -> AbstractContextManager[None]:
    """Keep every other process from handing in batches while the block runs; else as `alone_in_storage`.
    Taken last, by who may hold one of the others: nobody waits in a circle."""
    return _locks(data, [_Lock(_BATCHES)], patience, who)


def _key(tag: str) -> int:
    digest = hashlib.sha256(f"langassets language {tag}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@contextmanager
def _locks(data: sa.Engine, locks: Sequence[_Lock], patience: float | None, who: str) -> Iterator[None]:
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
    begun = time.monotonic()
    end = begun + (PATIENCE if patience is None else patience)
    look, say_at = _FIRST_LOOK, begun
    with _own_connection(engine) as connection:
        while not _got(connection, locks, min(look, end - time.monotonic()), who):
            now = time.monotonic()
            if now >= end:
                raise PassingError(f"{_in_the_way(connection, locks)}: this run waits its turn.")
            if now >= say_at:
                waited = f", {(now - begun) / 60:.0f} min so far" if say_at > begun else ""
                _log.warning("%s: this run waits for its end%s.", _in_the_way(connection, locks), waited)
                say_at = now + _SAY_AGAIN
            look = _LOOK_UP
        yield


def _got(connection: sa.Connection, wanted: Iterable[_Lock], patience: float, who: str = "") -> bool:
    """Take all locks within a new transaction, or none. Who waits stands in PostgreSQL's queue: a cleanup is
    not passed by for ever by preloads that share."""
    try:
        # Where others look; it goes with the transaction, also behind a pooler.
        name = f"{_PREFIX}{who}".strip()[:63]
        connection.execute(sa.select(sa.func.set_config("application_name", name, True)))
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.execute(_NO_LIMIT)
        # 0 would be for ever.
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}")
        for lock in wanted:
            take = sa.func.pg_advisory_xact_lock_shared if lock.shared else sa.func.pg_advisory_xact_lock
            connection.execute(sa.select(take(lock.key)))
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != _NOT_AVAILABLE:
            raise PassingError(
                "The database (DATABASE_URL) went away while this run waited its turn."
            ) from None
        connection.rollback()
        return False
    return True


# Older versions than 17 know no such limit, and would refuse its name.
_NO_LIMIT = sa.text(
    "SELECT set_config(name, '0', true) FROM pg_settings "
    "WHERE name = 'transaction_timeout' AND setting <> '0'"
)
_HOLDERS = sa.text(
    "SELECT l.granted, l.mode = 'ShareLock' AS shared, (l.classid::bigint << 32) | l.objid::bigint AS key, "
    "coalesce(a.application_name, '') AS name, host(a.client_addr) AS host, "
    "a.xact_start AT TIME ZONE 'UTC' AS since "
    "FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.pid <> pg_backend_pid() "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "ORDER BY a.xact_start, l.pid"
)


def _in_the_way(connection: sa.Connection, wanted: Iterable[_Lock]) -> str:
    """Who holds one of the locks, or waits in line before, in words."""
    try:
        rows = connection.execute(_HOLDERS).all()
        connection.rollback()
    except sa.exc.DBAPIError:  # the next try to take the locks says that the database is gone
        rows = []
    shared = {lock.key: lock.shared for lock in wanted}
    others = [row for row in rows if row.key in shared and not (row.shared and shared[row.key])]
    before = [row for row in others if row.granted] or others
    known = dict.fromkeys(_named(row) for row in before if row.name.startswith(_PREFIX))
    named = f" ({'; '.join(known)})" if known else ""
    return (
        "Another run, perhaps of another instance of langassets, is cleaning up or preloading in the same "
        f"database{named}"
    )


def _named(holder: sa.Row[Any]) -> str:
    # Of another role's connection no more than its name may be seen.
    since = f", since {holder.since:%Y-%m-%d %H:%M} UTC" if holder.since else ""
    return f"{holder.name.removeprefix(_PREFIX)}{since}{f', from {holder.host}' if holder.host else ''}"


@contextmanager
def _own_connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    with translated_errors(engine):
        connection = engine.connect()
    try:
        yield connection
    finally:
        with suppress(sa.exc.DBAPIError):  # where the connection broke, the server has freed the locks
            connection.close()
