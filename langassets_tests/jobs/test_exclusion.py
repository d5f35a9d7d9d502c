"""One at a time in storage, across Dagster instances."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.errors import PassingError
from langassets.jobs import exclusion
from langassets.jobs.exclusion import alone_in_storage


def test_the_second_is_told_and_may_come_when_the_first_has_gone(database_url: str, tmp_path: Path) -> None:
    first, second = engine_of(database_url, tmp_path), engine_of(database_url, tmp_path)
    with (
        alone_in_storage(first),
        pytest.raises(PassingError, match="another instance"),
        alone_in_storage(second, patience=0.1),
    ):
        raise AssertionError("both were let in")
    with alone_in_storage(second):
        pass
    first.dispose()
    second.dispose()


def test_a_connection_that_was_cut_ends_the_lock_and_not_the_run(database_url: str, tmp_path: Path) -> None:
    data = engine_of(database_url, tmp_path)
    with alone_in_storage(data), data.connect() as connection:
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        )
    with alone_in_storage(data):
        pass
    data.dispose()


def test_a_connection_that_is_cut_before_it_has_the_lock_is_a_passing_fault(
    postgres_url: str, tmp_path: Path
) -> None:
    data = engine_of(postgres_url, tmp_path)
    with data.connect() as waiting, data.connect() as other:
        driver = waiting.connection.driver_connection
        assert driver is not None
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": driver.info.backend_pid})
        with pytest.raises(PassingError, match="went away"):
            exclusion._got(waiting, [], 1)
    data.dispose()


def test_the_lock_holds_back_no_vacuum(postgres_url: str, tmp_path: Path) -> None:
    data = engine_of(postgres_url, tmp_path)
    with alone_in_storage(data), data.connect() as connection:
        holding = connection.execute(
            sa.text(
                "SELECT backend_xid, backend_xmin FROM pg_stat_activity JOIN pg_locks USING (pid) "
                "WHERE locktype = 'advisory'"
            )
        ).all()
    assert [tuple(row) for row in holding] == [(None, None)]
    data.dispose()


def test_on_sqlite_dagsters_pool_is_enough(tmp_path: Path) -> None:
    data = engine_of(None, tmp_path)
    with alone_in_storage(data), alone_in_storage(data):
        pass
    data.dispose()
