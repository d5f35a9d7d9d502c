"""Never two at once, also where several Dagster instances work on one PostgreSQL database.

Within an instance Dagster's pool keeps cleanup and preload apart. A pool knows nothing of another instance.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

from langassets.errors import PassingError

# Any number that nothing else in the database uses: the first 63 bits of the SHA-256 of "langassets storage".
_LOCK = 0x271C815D1EB71665


@contextmanager
def alone_in_storage(data: sa.Engine) -> Iterator[None]:
    """Hold the lock on storage while the block runs; on SQLite, which serves one machine, do nothing.

    Raises `PassingError` at once where another instance holds it: whoever comes second is tried again later.

    The lock belongs to a transaction that stays open on a connection of its own, since a lock of a session
    is lost, or handed to a stranger, behind a pooler that shares sessions between transactions. It goes
    when the process does.
    """
    if data.dialect.name != "postgresql":
        yield
        return
    # Sent now and then on an idle connection, or a router in between forgets it.
    keepalives = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    engine = sa.create_engine(data.url, poolclass=sa.NullPool, hide_parameters=True, connect_args=keepalives)
    with _own_connection(engine) as connection:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        got = connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK)))
        if not got:
            raise PassingError(
                "Another instance of langassets is cleaning up or preloading in the same database: this run "
                "waits its turn."
            )
        yield


@contextmanager
def _own_connection(engine: sa.Engine) -> Iterator[sa.Connection]:
    try:
        connection = engine.connect()
    except sa.exc.OperationalError:
        raise PassingError(
            "The database (DATABASE_URL) takes no further connection: raise its limit, or try again later."
        ) from None
    try:
        yield connection
    finally:
        with suppress(sa.exc.DBAPIError):  # where the connection broke, the server has freed the lock
            connection.close()
