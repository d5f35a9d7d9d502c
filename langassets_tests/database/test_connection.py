"""Connections: what holds for them whatever the address says."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from langassets.database.connection import engine_of, keepalives, reading


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
