"""One way to the data, on PostgreSQL and on SQLite."""

import hashlib
import re
import select
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa

from langassets import lazy
from langassets.database.schema import SCHEMA
from langassets.errors import DatabaseBusyError, DatabaseError

# Supabase shows addresses for Prisma with these; psycopg2 knows neither and would refuse.
_OTHERS_PARAMETERS = ("pgbouncer", "connection_limit")

# A connection that was in use so many seconds ago is taken to be there still, unless the server has said
# something since, as it does when it goes: to ask costs as much as a statement, before each transaction.
_LATELY = 1.0

# SQLite waits this long, in seconds, for another process to finish writing.
BUSY_TIMEOUT = 30


def engine_of(database_url: str | None, home: Path, *, patience: int = 15) -> sa.Engine:
    """An engine for PostgreSQL at `database_url`, or for `langassets.db` below `home`; opens nothing.

    `patience` is how many seconds a connection to PostgreSQL may take.
    """
    if database_url:
        # Named outright: SQLAlchemy's default driver changes between versions, and psycopg2 prepares no
        # statements on the server, which poolers in transaction mode do not bear.
        url = sa.make_url(database_url).set(drivername="postgresql+psycopg2")
        url = url.difference_update_query(_OTHERS_PARAMETERS)
        engine = sa.create_engine(
            url,
            pool_size=2,
            hide_parameters=True,
            connect_args=keepalives(url, patience),
            # Many rows travel in one statement; one by one each costs a round trip.
            executemany_mode="values_plus_batch",
            executemany_batch_page_size=500,
        )
        sa.event.listen(engine, "checkin", _note_use)
        sa.event.listen(engine, "checkout", partial(_ask_whether_there, engine.dialect))
        return engine
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(home / "langassets.db")),
        connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
        execution_options={"schema_translate_map": {SCHEMA: None}},
        hide_parameters=True,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def keepalives(url: sa.URL, patience: int = 15) -> dict[str, int]:
    """What has a connection notice within a minute or so that the other end is gone, where the system's own
    default is two hours; what `url` itself says goes before."""
    ours = {
        "connect_timeout": patience,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
    }
    return {name: value for name, value in ours.items() if name not in url.query}


def _note_use(_connection: object, record: Any) -> None:
    record.info["used_at"] = monotonic()


def _ask_whether_there(dialect: sa.Dialect, connection: Any, record: Any, _proxy: object) -> None:
    """Have SQLAlchemy connect anew where a connection of its pool has gone, as its own `pool_pre_ping` does,
    which asks each time."""
    used_at = record.info.get("used_at")
    if used_at is None or (monotonic() - used_at < _LATELY and not _was_spoken_to(connection)):
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        raise sa.exc.InvalidatePoolError from None


def _was_spoken_to(connection: Any) -> bool:
    """Whether something has come that nobody asked for; so, too, where it cannot be told."""
    try:
        return bool(select.select([connection], [], [], 0)[0])
    except (OSError, ValueError, connection.InterfaceError):  # closed, or a number too high for this call
        return True


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that reads."""
    with translated_errors(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes: committed when the block ends, rolled back when it raises.

    Raises `DatabaseBusyError` where another process holds the database for longer than `BUSY_TIMEOUT`,
    and `DatabaseError` where it cannot be had at all.
    """
    with (
        translated_errors(engine),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def translated_errors(engine: sa.Engine) -> Iterator[None]:
    """Turn the driver's errors into ours, with the variable to fix and without what was in the statement."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        text = next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)
        text = _without_password(text, engine.url)
        if engine.dialect.name == "postgresql":
            where, passes = "DATABASE_URL", isinstance(error, sa.exc.OperationalError)
        else:  # SQLite calls a missing table operational too
            where = f"{engine.url.database}, below LANGASSETS_HOME"
            passes = "locked" in text or "busy" in text
        hint = _hint(engine.url, text)
        if cure := next((cure for sign, cure in _CURES.items() if sign in text), None):
            raise DatabaseError(f"The database cannot be used ({where}): {text}. {cure}{hint}") from None
        if error.connection_invalidated or passes:
            raise DatabaseBusyError(
                f"The database does not answer or is in use by another process ({where}): {text}. "
                f"See whether it is up, and try again when the other process is done.{hint}"
            ) from None
        raise DatabaseError(f"The database refused ({where}): {text}. See its log.") from error


def _without_password(text: str, url: sa.URL) -> str:
    """The driver's text with the password blotted out where it stands for itself.

    Drivers quote it as a word of its own, if at all: a short one is part of other words too, which stay.
    """
    if not url.password:
        return text
    return re.sub(rf"(?<!\w){re.escape(str(url.password))}(?!\w)", "***", text)


# Signs of what no further try mends, and what does.
_CURES = {
    "unable to open database file": "Make sure that the folder exists and may be written to.",
    "readonly database": "Make sure that the file and its folder may be written to.",
    "disk is full": "Free some space.",
    "disk I/O error": "See whether the disk is full, over its quota or failing.",
    "file is not a database": "Move the file away, or name another folder.",
    "malformed": "Restore the file from a backup.",
    "authentication failed": "Correct the user or the password.",
    "no password supplied": "Add the password.",
    'database "': "Correct the name of the database, or create it.",
    'role "': "Correct the user, or create it.",
    "Name or service not known": "Correct the host.",
    "No address associated with hostname": "Correct the host.",
    "Name does not resolve": "Correct the host.",
    "nodename nor servname provided": "Correct the host.",
    "Tenant or user not found": "To Supabase's pooler a user is postgres.PROJECT, with the project's id.",
}

_UNREACHED = (
    "could not translate host name",
    "Network is unreachable",
    "Cannot assign requested address",
    "No route to host",
)


_NO_CONNECTION = ("too many clients", "too many connections", "remaining connection slots")


def _hint(url: sa.URL, text: str) -> str:
    """What is known of why there is no connection, as a sentence; empty where nothing is."""
    host = url.host or ""
    if any(sign in text for sign in _NO_CONNECTION):
        return " It has no connection left: allow it more (max_connections), or go through a pooler."
    if not (host.startswith("db.") and host.endswith(".supabase.co")):
        return ""
    if not any(sign in text for sign in _UNREACHED):
        return ""
    project = host.removeprefix("db.").removesuffix(".supabase.co")
    return (
        f" {host} has an IPv6 address alone: on a network without IPv6 take the pooler's address, which "
        f"Supabase shows under Connect, like postgresql://postgres.{project}:PASSWORD@"
        "aws-0-REGION.pooler.supabase.com:6543/postgres."
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and leaves DDL outside the transaction; `_begin_sqlite` sends it.
    connection.isolation_level = None
    connection.create_function("md5", 1, _md5, deterministic=True)
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")  # the journal must outlive a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: Any) -> None:
    """Switch a new file to WAL. SQLite refuses that at once while another process writes, whatever the
    time-out, as when several start for the first time together."""
    tries = lazy.tenacity.Retrying(
        retry=lazy.tenacity.retry_if_exception_message(match=".*(locked|busy)"),
        stop=lazy.tenacity.stop_after_delay(BUSY_TIMEOUT),
        wait=lazy.tenacity.wait_random(0.01, 0.1),
        reraise=True,
    )
    tries(connection.execute, "PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between,
    # whatever the time-out; one that takes the lock at its start waits for it.
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def _md5(text: str | None) -> str | None:
    """PostgreSQL's `md5(text)`, so that one expression serves both."""
    return None if text is None else hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
