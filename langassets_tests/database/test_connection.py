"""Connections: what holds for them whatever the address says."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2.extensions
import pytest
import sqlalchemy as sa

from langassets.database import connection as module
from langassets.database.connection import engine_of, keepalives, reading


class Counting(psycopg2.extensions.cursor):
    """Notes what is sent, SQLAlchemy's own questions too."""

    said: list[str] = []  # noqa: RUF012

    def execute(self, query: Any, *given: Any) -> None:
        self.said.append(str(query))
        super().execute(query, *given)


@pytest.fixture
def counted(postgres_url: str) -> Iterator[sa.Engine]:
    """An engine with one connection that is in use, past what SQLAlchemy asks at first."""
    engine = engine_of(postgres_url, Path())

    @sa.event.listens_for(engine, "connect")
    def _(connection: Any, _record: object) -> None:
        connection.cursor_factory = Counting

    assert ask(engine, "SELECT 0") == 0
    Counting.said.clear()
    yield engine
    engine.dispose()


def ask(engine: sa.Engine, query: str) -> Any:
    """One answer, in a transaction of its own."""
    with reading(engine) as connection:
        return connection.scalar(sa.text(query))


def test_a_connection_that_was_in_use_just_now_is_not_asked_whether_it_is_there(counted: sa.Engine) -> None:
    for number in range(3):
        assert ask(counted, f"SELECT {number + 2}") == number + 2
    assert Counting.said == ["SELECT 2", "SELECT 3", "SELECT 4"]


def test_one_that_has_been_idle_is_asked(counted: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LATELY", 0.0)
    assert ask(counted, "SELECT 2") == 2
    assert Counting.said == ["SELECT 1", "SELECT 2"]


def test_one_that_the_server_ended_just_now_is_made_anew(counted: sa.Engine, postgres_url: str) -> None:
    gone = ask(counted, "SELECT pg_backend_pid()")
    other = engine_of(postgres_url, Path())
    ask(other, f"SELECT pg_terminate_backend({gone})")
    while ask(other, f"SELECT count(*) FROM pg_stat_activity WHERE pid = {gone}"):
        time.sleep(0.01)
    other.dispose()
    assert ask(counted, "SELECT pg_backend_pid()") != gone


def test_a_connection_whose_other_end_is_gone_is_given_up() -> None:
    ours = keepalives(sa.make_url("postgresql://user@host/name"))
    idle, interval, count = (ours[f"keepalives_{name}"] for name in ("idle", "interval", "count"))
    assert idle + interval * count <= 120
    assert ours["tcp_user_timeout"] <= 120_000
    assert 0 < ours["connect_timeout"] <= 60


def test_what_the_address_says_itself_goes_before() -> None:
    url = sa.make_url("postgresql://user@host/name?connect_timeout=3&tcp_user_timeout=5000")
    assert keepalives(url).keys() & url.query.keys() == set()


def test_a_first_start_waits_for_one_that_is_making_the_file(tmp_path: Path) -> None:
    """Another process writes into a file that is not in WAL mode yet: SQLite itself does not wait then."""
    with closing(sqlite3.connect(tmp_path / "langassets.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE made (name text)")
        opened: list[str] = []

        def start() -> None:
            engine = engine_of(None, tmp_path)
            with reading(engine) as connection:
                opened.extend(sa.inspect(connection).get_table_names())
            engine.dispose()

        starting = threading.Thread(target=start)
        starting.start()
        starting.join(0.5)
        waited = starting.is_alive()
        other.execute("COMMIT")
        starting.join(30)
    assert waited
    assert opened == ["made"]
