"""`langassets daemon`: Dagster's daemon, of which one works and others stand by.

Dagster takes no care that there is one: two that run at once both tick. The lock that tells which one works
is PostgreSQL's, in Dagster's own database; it goes with its holder's connection, and so with its process.
"""

import os
import threading
import time
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from langassets.cli.servers.dagster_home import use_dagster_home
from langassets.cli.servers.instance import own_instance
from langassets.cli.servers.program import become
from langassets.services import services_in_force

# Any number that nothing else in Dagster's database uses: the first 63 bits of the SHA-256 of
# "langassets daemon".
_LOCK = 0x5C7DD7DE4C9C185C
# Seconds: between two tries of one that stands by; between two looks of the one that works whether its lock
# is still its own; and of grace between getting the lock and working, in which a daemon that was cut off
# from the database has noticed that, and ended. It is given where a daemon was heard of lately.
_TRY, _LOOK, _GRACE = 2.0, 2.0, 15.0
_LATELY = 45.0
# A connection on which nothing comes back for so long, in milliseconds, counts as broken.
_SILENCE = 8000


def daemon(
    workspace: Annotated[
        str | None, typer.Option("--workspace", "-w", help="Workspace file; by default that of the folder.")
    ] = None,
) -> None:
    """Run Dagster's daemon, or stand by for another.

    It stands by where another one works over the same Dagster database.

    Example: langassets daemon -w deploy/workspace.yaml
    """
    _wait_and_keep(use_dagster_home())
    become("dagster-daemon", "run", *(["-w", workspace] if workspace else []))


def _wait_and_keep(home: Path) -> None:
    """Wait until this process holds the lock, and from then on end it as soon as the lock may be lost."""
    with own_instance(home, services_in_force()) as instance:
        url = getattr(instance.run_storage, "postgres_url", None)
        if url is None:
            _say("Dagster's storage is not PostgreSQL: nobody stands by for this daemon.")
            return
        threading.Thread(target=_watch, args=(_wait(url),), daemon=True).start()
        beats = instance.get_daemon_heartbeats().values()
        if any(time.time() - beat.timestamp < _LATELY for beat in beats):
            _say(f"Another daemon worked here a moment ago: this one begins in {_GRACE:.0f} s.")
            time.sleep(_GRACE)
    _say("This daemon works.")


def _wait(url: str) -> sa.Connection:
    """Wait for the lock; the connection that holds it."""
    # One connection, and a transaction that stays open on it: that holds behind a pooler too.
    patience = {"connect_timeout": 10, "tcp_user_timeout": _SILENCE, "keepalives_idle": 5}
    engine = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg2"), poolclass=sa.NullPool, connect_args=patience
    )
    told = False
    while (connection := _try(engine)) is None:
        if not told:
            _say("Another daemon works: this one stands by.")
            told = True
        time.sleep(_TRY)
    return connection


def _try(engine: sa.Engine) -> sa.Connection | None:
    """A connection that holds the lock; None where another holds it, or the database does not answer."""
    try:
        connection = engine.connect()
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        # The server, too, is to notice soon that a machine has vanished.
        connection.exec_driver_sql("SET LOCAL tcp_keepalives_idle = 5")
        connection.exec_driver_sql("SET LOCAL tcp_keepalives_interval = 2")
        connection.exec_driver_sql("SET LOCAL tcp_keepalives_count = 3")
        if connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))):
            return connection
        connection.close()
    except sa.exc.DBAPIError as error:
        _say(f"Dagster's database does not answer ({type(error.orig).__name__}); it is asked again.")
    return None


def _watch(connection: sa.Connection) -> None:
    """End this process as soon as the connection that holds the lock is broken."""
    while True:
        time.sleep(_LOOK)
        try:
            connection.exec_driver_sql("SELECT 1")
        except sa.exc.DBAPIError:
            _say("The connection that held the lock broke: this daemon ends, before another one starts.")
            # At once, whatever it does: Dagster is used to daemons that die, and not to two of them.
            os._exit(75)


def _say(line: str) -> None:
    print(f"langassets daemon: {line}", flush=True)
