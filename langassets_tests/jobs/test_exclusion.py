"""One at a time in storage, across Dagster instances."""

import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import locks
from langassets.database.connection import engine_of
from langassets.database.locks import alone_in_languages, alone_in_storage
from langassets.errors import PassingError
from langassets_tests.servers.postgres import new_database


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


def test_who_waits_is_told_for_whom_at_once_and_again(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "_FIRST_LOOK", 0.1)
    monkeypatch.setattr(locks, "_LOOK_UP", 0.1)
    monkeypatch.setattr(locks, "_SAY_AGAIN", 0.2)
    first, second = engine_of(database_url, tmp_path), engine_of(database_url, tmp_path)
    with (
        alone_in_languages(first, ["he", "ar"], who="preload, run 1a2b"),
        alone_in_languages(first, ["es"], who="preload, run 3c4d"),
    ):
        with pytest.raises(PassingError, match=r"\(preload, run 1a2b, since 20.* UTC\).*waits its turn"):
            take(alone_in_languages(second, ["he"], patience=1.5))
        told = [record.message for record in caplog.records]
        assert len(told) >= 2
        assert all("preload, run 1a2b, since" in line and "3c4d" not in line for line in told)
        assert "min so far" in told[1]
        with pytest.raises(PassingError, match="preload, run 1a2b.*; preload, run 3c4d"):
            take(alone_in_storage(second, patience=0.1))
    with (
        alone_in_storage(first, who="cleanup, run 5e6f"),
        pytest.raises(PassingError, match="cleanup, run 5e6f"),
    ):
        take(alone_in_languages(second, ["fr"], patience=0.1))
    first.dispose()
    second.dispose()


def test_another_role_sees_the_name_and_no_more(postgres_url: str, tmp_path: Path) -> None:
    owner = engine_of(postgres_url, tmp_path)
    with owner.begin() as connection:
        connection.execute(sa.text("CREATE ROLE a_stranger LOGIN PASSWORD 'of-the-tests'"))
    address = owner.url.set(username="a_stranger", password="of-the-tests")
    stranger = engine_of(address.render_as_string(hide_password=False), tmp_path)
    try:
        with alone_in_storage(owner, who="cleanup, run 5e6f"), pytest.raises(PassingError) as caught:
            take(alone_in_storage(stranger, patience=0.1))
        assert "(cleanup, run 5e6f)" in str(caught.value)
    finally:
        stranger.dispose()
        with owner.begin() as connection:
            connection.execute(sa.text("DROP ROLE a_stranger"))
        owner.dispose()


def take(lock: AbstractContextManager[None]) -> None:
    with lock:
        raise AssertionError("both were let in")


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
            locks._got(waiting, [], 1)
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


def test_a_limit_on_transactions_does_not_end_the_lock(postgres_server: str, tmp_path: Path) -> None:
    """PostgreSQL 17 and later can have one; where it strikes, the lock goes and the run does not notice."""
    with new_database(postgres_server) as address:
        data = engine_of(address, tmp_path)
        with data.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            name = data.dialect.identifier_preparer.quote(str(data.url.database))
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET transaction_timeout = '200ms'")
        data.dispose()
        with alone_in_storage(data):
            time.sleep(0.6)
            with pytest.raises(PassingError, match="waits its turn"):
                take(alone_in_storage(data, patience=0.1))
        data.dispose()
