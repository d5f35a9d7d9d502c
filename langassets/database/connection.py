"""One way to the data, on PostgreSQL and on SQLite."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from langassets.database.schema import SCHEMA
from langassets.errors import DatabaseBusyError, DatabaseError

# SQLite waits this long, in seconds, for another process to finish writing.
BUSY_TIMEOUT = 30


def engine_of(database_url: str | None, home: Path) -> sa.Engine:
    """An engine for PostgreSQL at `database_url`, or for `langassets.db` below `home`; opens nothing."""
    if database_url:
        # Named outright: SQLAlchemy's default driver changes between versions, and psycopg2 prepares no
        # statements on the server, which poolers in transaction mode do not bear.
        url = sa.make_url(database_url).set(drivername="postgresql+psycopg2")
        return sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=2,
            hide_parameters=True,
            # Many rows travel in one statement; one by one each costs a round trip.
            executemany_mode="values_plus_batch",
            executemany_batch_page_size=500,
        )
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(home / "langassets.db")),
        connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
        execution_options={"schema_translate_map": {SCHEMA: None}},
        hide_parameters=True,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that reads."""
    with _translated_errors(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes: committed when the block ends, rolled back when it raises.

    Raises `DatabaseBusyError` where another process holds the database for longer than `BUSY_TIMEOUT`,
    and `DatabaseError` where it cannot be had at all.
    """
    with (
        _translated_errors(engine),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _translated_errors(engine: sa.Engine) -> Iterator[None]:
    """Turn the driver's errors into ours, with the variable to fix and without what was in the statement."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        text = next(iter(str(error.orig).strip().splitlines()), type(error.orig).__name__)
        if engine.url.password:
            text = text.replace(str(engine.url.password), "***")
        if engine.dialect.name == "postgresql":
            where = "DATABASE_URL"
        else:
            where = f"{engine.url.database}, below LANGASSETS_HOME"
        if cure := next((cure for sign, cure in _CURES.items() if sign in text), None):
            raise DatabaseError(f"The database cannot be used ({where}): {text}. {cure}") from None
        if error.connection_invalidated or _passes(engine, error, text):
            raise DatabaseBusyError(
                f"The database does not answer or is in use by another process ({where}): {text}. "
                "See whether it is up, and try again when the other process is done."
            ) from None
        raise DatabaseError(f"The database refused ({where}): {text}. See its log.") from error


def _passes(engine: sa.Engine, error: sa.exc.DBAPIError, text: str) -> bool:
    """Whether another try may help. SQLite calls a missing table operational too."""
    if engine.dialect.name == "sqlite":
        return "locked" in text or "busy" in text
    return isinstance(error, sa.exc.OperationalError)


# Signs of what no further try mends, and what does.
_CURES = {
    "unable to open database file": "Make sure that the folder exists and may be written to.",
    "readonly database": "Make sure that the file and its folder may be written to.",
    "disk is full": "Free some space.",
    "file is not a database": "Move the file away, or name another folder.",
    "malformed": "Restore the file from a backup.",
    "authentication failed": "Correct the user or the password.",
    "no password supplied": "Add the password.",
    'database "': "Correct the name of the database, or create it.",
    'role "': "Correct the user, or create it.",
    "could not translate host name": "Correct the host.",
}


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late and leaves DDL outside the transaction; `_begin_sqlite` sends it.
    connection.isolation_level = None
    connection.create_function("md5", 1, _md5, deterministic=True)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # the journal must outlive a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later fails at once when another wrote in between,
    # whatever the time-out; one that takes the lock at its start waits for it.
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def _md5(text: str | None) -> str | None:
    """PostgreSQL's `md5(text)`, so that one expression serves both."""
    return None if text is None else hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
