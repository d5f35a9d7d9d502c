"""What is done outside the database waits for its standbys."""

import threading
from pathlib import Path

import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.database.standbys import on_standbys
from langassets_tests.servers.postgres import processes, running_postgres, running_standby


def test_it_returns_once_the_standby_has_what_was_committed(tmp_path: Path) -> None:
    with running_postgres() as primary, running_standby(primary) as standby:
        engine = engine_of(primary, tmp_path)
        on_standbys(engine)
        [receiver] = [one for one in processes(standby) if "walreceiver" in one.cmdline()[0]]
        receiver.suspend()
        with engine.begin() as connection:
            connection.execute(sa.text("SET LOCAL synchronous_commit = on"))
            connection.execute(sa.text("CREATE TABLE noted (n int)"))
        waiting = threading.Thread(target=on_standbys, args=(engine,))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive(), "it did not wait"
        receiver.resume()
        waiting.join(30)
        assert not waiting.is_alive()
        there = engine_of(standby, tmp_path)
        with there.connect() as connection:
            assert sa.inspect(connection).has_table("noted")
        engine.dispose()
        there.dispose()


def test_where_there_is_no_standby_nobody_waits(engine: sa.Engine) -> None:
    on_standbys(engine)
