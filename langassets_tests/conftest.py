"""Fixtures that more than one folder of tests needs."""

import gc
import os
import shutil
import signal
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa

from langassets import lazy
from langassets.database import application
from langassets.database.connection import engine_of
from langassets.database.migrate import migrate
from langassets.database.schema import installation, made_tables, metadata
from langassets_tests.servers.pgbouncer import Pooler, running_pooler
from langassets_tests.servers.postgres import new_database, running_postgres

_LOADED_AT = time.monotonic()
_COLLECTED_AT = pytest.StashKey[float]()

# A collection looks at all that thousands of tests and their modules hold: rarer, tests take a tenth less.
gc.set_threshold(20_000, 20, 20)

# Whatever the developer's own shell holds, tests hand in what they mean.
_OURS = ("SUPABASE_", "OPENAI_", "GEMINI_", "GOOGLE_API", "DAGSTER_", "DATABASE_", "LANGASSETS_")
for name in [name for name in os.environ if name.startswith(_OURS)]:
    del os.environ[name]

# What a shell starts in the background, or by nohup, ignores these, and so does all that it starts itself:
# Dagster's programs then heed SIGTERM no more either. With a handler that does nothing, only the tests go on
# ignoring them.
for number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of our own."""
    parser.addoption("--pictures", metavar="FOLDER", help="keep what the browser shows in this folder")
    parser.addoption("--seconds", type=float, help="begin no test after so many seconds (make check)")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What the time of `make check` does not suffice for is told as skipped."""
    seconds = item.config.getoption("--seconds")
    if seconds is not None and not may_begin(seconds, _LOADED_AT, item.config.stash[_COLLECTED_AT]):
        pytest.skip(f"not begun within {seconds:g} s: make test runs it")


def may_begin(seconds: float, loaded: float, collected: float, now: float | None = None) -> bool:
    """Whether a test may begin so many seconds after tests were `loaded`; a third of them are for running
    tests whatever it took to collect them: a check that ran none would say that all is well."""
    now = time.monotonic() if now is None else now
    return now - loaded <= seconds or now - collected <= seconds / 3


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Each test process loads every module of tests, and makes every test: what stays to its end."""
    with lazy.loading():
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What may take longest first: it mostly waits, and what comes after fills the time."""
    config.stash[_COLLECTED_AT] = time.monotonic()
    usual = float(config.getini("timeout"))
    items.sort(key=lambda item: -max([usual, *(mark.args[0] for mark in item.iter_markers("timeout"))]))


# A busy machine is no failure. In CI the same is drawn each time, so that a change is judged by itself: what
# searches for more is `make fuzz` and `make chaos`.
hypothesis.settings.register_profile("ours", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("ours")


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """A command that is called within the test's own process sets variables, which end with the test."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, one a test process."""
    with running_postgres() as address:
        yield address


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Iterator[str]:
    """The address of a migrated database, one a test process."""
    with new_database(postgres_server) as address:
        engine = engine_of(address, Path())
        migrate(engine)
        engine.dispose()
        yield address


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to make copies of."""
    home = tmp_path_factory.mktemp("migrated")
    engine = engine_of(None, home)
    migrate(engine)
    engine.dispose()  # the last connection to close writes the journal back into the file
    return home / "langassets.db"


@pytest.fixture
def postgres_url(migrated_postgres: str) -> Iterator[str]:
    """The address of a migrated PostgreSQL database that is empty; emptied again, for that is quicker than
    making a new one."""
    yield migrated_postgres
    tables = {**metadata.tables, **application.metadata.tables}
    names = ", ".join(name for name, table in tables.items() if table not in (made_tables, installation))
    engine = engine_of(migrated_postgres, Path())
    with engine.begin() as connection:
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    engine.dispose()


@pytest.fixture(scope="session")
def pooler(postgres_server: str) -> Iterator[Pooler]:
    """A pooler in transaction mode before the server, one a test process."""
    with running_pooler(postgres_server) as running:
        yield running


@pytest.fixture
def pooled_url(postgres_url: str, pooler: Pooler) -> str:
    """The address of the same database by way of the pooler."""
    return pooler.through(postgres_url)


_DIRECT = pytest.param("postgres_url", id="postgresql")
_POOLED = pytest.param("pooled_url", id="pooled", marks=pytest.mark.fleet)


@pytest.fixture(params=[_DIRECT, _POOLED])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated PostgreSQL database that is empty, and (`make fleet`) of the same behind a
    pooler in transaction mode."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture(params=[pytest.param("migrated_sqlite", id="sqlite"), _DIRECT, _POOLED])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A migrated database of this test's own: once on SQLite, once on PostgreSQL, and (`make fleet`) once on
    PostgreSQL behind a pooler in transaction mode."""
    found = request.getfixturevalue(request.param)
    if isinstance(found, Path):
        shutil.copyfile(found, tmp_path / "langassets.db")
    made = engine_of(None if isinstance(found, Path) else found, tmp_path)
    yield made
    made.dispose()
