"""Behind a pooler in transaction mode: nothing is left in a session, and what breaks is tried again.

The rest of the data layer goes by way of it too: see the fixture `engine`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of, reading, writing
from langassets.database.decisions import Tier, current_tier, record_tier
from langassets.database.locks import alone_in_storage
from langassets.database.migrate import migrate
from langassets.database.usage import lesson_usage
from langassets.database.usage.incoming import Row, stage, take_in
from langassets.errors import DatabaseBusyError, PassingError
from langassets.tiering.policy import TierDecision
from langassets_tests.project import Project
from langassets_tests.servers.pgbouncer import Pooler, running_pooler
from langassets_tests.servers.postgres import new_database

pytestmark = pytest.mark.fleet
DECISION = TierDecision("es", "es", 0.1, 10.0, True, "promoted", "because")


def _copied(connection: sa.Connection, rows: list[Row]) -> None:
    stage(connection, rows)
    take_in(connection)


@pytest.fixture
def one_session(postgres_server: str) -> Iterator[Pooler]:
    """A pooler with a single session: whoever comes next meets what was left in it."""
    with running_pooler(postgres_server, sessions=1) as running:
        yield running


def test_a_new_database_is_migrated_and_nothing_is_left_in_the_session(
    postgres_server: str, one_session: Pooler
) -> None:
    with new_database(postgres_server) as address:
        first, second = (engine_of(one_session.through(address), Path()) for _ in range(2))
        migrate(first)
        for engine in (first, second):
            with writing(engine) as connection:
                _copied(connection, [("es", "2026-01-01", "7", 3)])
        with alone_in_storage(first):
            pass
        with reading(second) as connection:
            left = connection.execute(
                sa.text(
                    "SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()), "
                    "(SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors), "
                    "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'), "
                    "(SELECT count(*) FROM pg_settings WHERE source = 'session')"
                )
            ).one()
            assert lesson_usage.total_requests(connection) == {"es": 6}
        assert tuple(left) == (0, 0, 0, 0, 0)
        first.dispose()
        second.dispose()


def test_the_lock_holds_where_sessions_change_hands(
    postgres_url: str, pooler: Pooler, tmp_path: Path
) -> None:
    first, second = (engine_of(pooler.through(postgres_url), tmp_path) for _ in range(2))
    with alone_in_storage(first):
        for _ in range(10):  # every session is in use by one or the other in between
            with writing(first) as connection:
                _copied(connection, [("es", "2026-01-01", "7", 1)])
            with pytest.raises(PassingError, match="another instance"), alone_in_storage(second, 0.05):
                raise AssertionError("both were let in")
    with alone_in_storage(second):
        pass
    # And against one who comes without the pooler.
    direct = engine_of(postgres_url, tmp_path)
    with alone_in_storage(direct), pytest.raises(PassingError), alone_in_storage(second, 0.05):
        raise AssertionError("both were let in")
    for engine in (first, second, direct):
        engine.dispose()


def test_a_session_that_is_ended_in_the_middle_is_a_passing_fault(
    pooled_url: str, postgres_url: str, tmp_path: Path
) -> None:
    data, direct = engine_of(pooled_url, tmp_path), engine_of(postgres_url, tmp_path)

    def cut() -> None:
        with writing(data) as connection:
            pid = connection.scalar(sa.text("SELECT pg_backend_pid()"))
            with direct.connect() as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            _copied(connection, [("es", "2026-01-01", "7", 1)])

    with pytest.raises(DatabaseBusyError, match="DATABASE_URL") as raised:
        cut()
    assert "secret" not in str(raised.value)
    with writing(data) as connection:  # and the next one is let in, on another
        assert lesson_usage.total_requests(connection) == {}
    data.dispose()
    direct.dispose()


def test_a_statement_that_takes_too_long_is_a_passing_fault(pooled_url: str, tmp_path: Path) -> None:
    data = engine_of(pooled_url, tmp_path)

    def wait() -> None:
        with writing(data) as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 50")
            connection.execute(sa.text("SELECT pg_sleep(30)"))

    with pytest.raises(DatabaseBusyError, match="statement timeout"):
        wait()
    data.dispose()


def test_a_pooler_that_is_started_anew_is_found_again(postgres_server: str, postgres_url: str) -> None:
    with running_pooler(postgres_server) as pooler:
        data = engine_of(pooler.through(postgres_url), Path())
        with reading(data) as connection:
            assert lesson_usage.total_requests(connection) == {}
        pooler.stop()
        with pytest.raises(DatabaseBusyError, match="does not answer"), reading(data):
            raise AssertionError("there is nobody")
        pooler.start()
        with reading(data) as connection:
            assert lesson_usage.total_requests(connection) == {}
        data.dispose()


def test_moments_stay_what_they_are_where_sessions_live_in_another_zone(
    postgres_server: str, pooler: Pooler
) -> None:
    at = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    with new_database(postgres_server) as address:
        admin = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with admin.connect() as connection:
            name = sa.make_url(address).database
            connection.exec_driver_sql(f"ALTER DATABASE \"{name}\" SET timezone TO 'Pacific/Auckland'")
        data = engine_of(pooler.through(address), Path())
        migrate(data)
        with writing(data) as connection:
            assert connection.scalar(sa.text("SHOW timezone")) == "Pacific/Auckland"
            record_tier(connection, Tier(at, at, (DECISION,)), "run")
        with reading(data) as connection:
            tier = current_tier(connection)
        assert tier == Tier(at, at, (DECISION,))
        data.dispose()


@pytest.mark.timeout(600)
def test_every_job_runs_by_way_of_it(postgres_server: str, pooler: Pooler, tmp_path: Path) -> None:
    with new_database(postgres_server) as address:
        project = Project(tmp_path, {"DATABASE_URL": pooler.through(address)})
        project.ok("langassets", "demo")
        for job in ("evaluation", "cleanup", "preload"):
            project.ok("langassets", "run", job)
        status = json.loads(project.ok("langassets", "status", "--json"))
        frequent = [row for row in status["languages"] if row["tier"] == "frequent"]
        assert {row["coverage"] for row in frequent} == {1}
