"""Dagster itself on PostgreSQL, by deploy/dagster.yaml and with what the lock file installs."""

import re
import shutil
import sys
import time
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
import yaml
from dagster._core.instance.config import PoolGranularity
from dagster._core.scheduler.instigation import InstigatorType, TickData, TickStatus
from packaging.requirements import Requirement

from langassets.errors import SettingsError
from langassets.ingestion.demo import load_demo
from langassets_tests.defs.conftest import Place
from langassets_tests.deploy.compose import DEPLOY
from langassets_tests.project import ROOT, Project
from langassets_tests.servers.postgres import new_database


@pytest.fixture
def address(postgres_server: str) -> Iterator[str]:
    """A database for Dagster, as the documentation writes it: postgresql://, no driver named."""
    with new_database(postgres_server) as made:
        assert made.startswith("postgresql://")
        yield made


@pytest.fixture
def on_postgres(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dg.DagsterInstance]:
    """The instance that deploy/dagster.yaml describes."""
    folder = tmp_path / "dagster"
    folder.mkdir()
    shutil.copy(DEPLOY / "dagster.yaml", folder)
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", address)
    monkeypatch.setenv("DAGSTER_STATE_DIR", str(tmp_path / "state"))
    with dg.DagsterInstance.from_config(str(folder)) as made:
        yield made


def rows(address: str, query: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_runs_and_events_lie_in_postgresql(
    on_postgres: dg.DagsterInstance, address: str, tmp_path: Path
) -> None:
    place = Place(tmp_path / "home", on_postgres)
    load_demo(place.services.data, place.services.clock())
    assert place.run("language_evaluation").success
    assert rows(address, "SELECT pipeline_name, status FROM runs") == [("language_evaluation", "SUCCESS")]
    made = rows(
        address,
        "SELECT DISTINCT asset_key FROM event_logs WHERE dagster_event_type = 'ASSET_MATERIALIZATION'",
    )
    assert ('["frequent_language_tier"]',) in made
    latest = on_postgres.get_latest_materialization_event(dg.AssetKey("frequent_language_tier"))
    assert latest
    assert latest.asset_materialization
    assert "promoted_languages" in latest.asset_materialization.metadata

    on_postgres.upgrade()  # over what is there already
    place.services.data.dispose()
    assert not list(tmp_path.glob("dagster/**/*.db")), "nothing is kept in files"


def test_two_deployments_that_share_it_by_mistake_are_both_named(
    on_postgres: dg.DagsterInstance, address: str, postgres_server: str, tmp_path: Path
) -> None:
    """By the commands, each in a folder of its own: one with a database of its own, one embedded."""
    first = Place(tmp_path / "home", on_postgres)
    load_demo(first.services.data, first.services.clock())
    assert first.run("language_evaluation").success
    first.services.data.dispose()
    (tmp_path / "second").mkdir()
    with new_database(postgres_server) as ours:
        second = Project(
            tmp_path / "second",
            {
                "DATABASE_URL": ours,
                "DAGSTER_HOME": str(tmp_path / "dagster"),
                "DAGSTER_POSTGRES_URL": address,
                "DAGSTER_STATE_DIR": str(tmp_path / "state"),
            },
        )
        second.ok("langassets", "demo")
        for command in ("run evaluation", "ui", "daemon", "migrate"):
            done = second.run("langassets", *command.split())
            assert done.returncode == 2, done.stdout
            said = done.stderr
            assert str(tmp_path / "home/langassets.db") in said
            assert str(tmp_path / "home/storage") in said
            assert f"/{sa.make_url(ours).database}" in said
            assert str(second.folder / ".langassets/storage") in said
            assert "postgres:" not in said.replace("postgresql:", ""), "a password would stand behind it"
        assert len(on_postgres.get_runs()) == 1
        assert not first.tick("recover_cut_runs").run_requests
        # What is not started by our commands, as by a web server, ends the same way.
        by_dagster = ("dagster", "job", "execute", "-m", "langassets.definitions", "-j", "language_cleanup")
        done = second.run(*by_dagster)
        assert done.returncode != 0
        assert "belongs to the deployment" in done.stderr + done.stdout
        assert "✗ dagster instance" in second.run("langassets", "doctor").stdout

        # Where one replaces the other, it says so once.
        assert str(tmp_path / "home/langassets.db") in second.ok("langassets", "migrate", "--take-over")
        second.ok("langassets", "run", "evaluation")
    with pytest.raises(SettingsError, match=second.folder.name):
        first.tick("cleanup_after_evaluation")
    first.services.data.dispose()


def test_ticks_lie_there_too_and_old_ones_go(on_postgres: dg.DagsterInstance, address: str) -> None:
    now = time.time()
    kept = on_postgres.get_tick_retention_settings(InstigatorType.SENSOR)
    assert kept == {
        TickStatus.SKIPPED: 2,
        TickStatus.FAILURE: 30,
        TickStatus.SUCCESS: 90,
        TickStatus.STARTED: -1,
    }
    for days in (1, 3):
        tick = TickData("origin", "a_sensor", InstigatorType.SENSOR, TickStatus.SKIPPED, now - days * 86_400)
        on_postgres.create_tick(tick)
    assert len(rows(address, "SELECT id FROM job_ticks")) == 2
    before = now - kept[TickStatus.SKIPPED] * 86_400
    on_postgres.purge_ticks("origin", "", before=before, tick_statuses=[TickStatus.SKIPPED])
    assert len(rows(address, "SELECT id FROM job_ticks")) == 1


def test_slots_of_the_pool_are_kept_there_too(on_postgres: dg.DagsterInstance, address: str) -> None:
    storage = on_postgres.event_log_storage
    assert storage.supports_global_concurrency_limits
    storage.initialize_concurrency_limit_to_default("storage")
    assert storage.claim_concurrency_slot("storage", "run-1", "step").is_claimed
    assert not storage.claim_concurrency_slot("storage", "run-2", "step").is_claimed
    assert rows(address, "SELECT concurrency_key, run_id FROM concurrency_slots") == [("storage", "run-1")]
    storage.free_concurrency_slots_for_run("run-1")
    assert storage.claim_concurrency_slot("storage", "run-2", "step").is_claimed


def test_what_is_meant_is_in_force(on_postgres: dg.DagsterInstance) -> None:
    concurrency = on_postgres.get_concurrency_config()
    assert concurrency.pool_config.pool_granularity is PoolGranularity.OP
    assert concurrency.pool_config.default_pool_limit == 1
    queue = concurrency.run_queue_config
    assert queue
    assert queue.max_concurrent_runs == 4
    assert [limit["key"] for limit in queue.tag_concurrency_limits] == ["dagster/backfill"]
    assert on_postgres.run_retries_enabled
    assert on_postgres.run_retries_max_retries == 2
    assert not on_postgres.run_retries_retry_on_asset_or_op_failure
    assert on_postgres.run_monitoring_enabled
    assert on_postgres.run_monitoring_poll_interval_seconds == 15
    assert on_postgres.run_monitoring_max_runtime_seconds == 172800
    assert not on_postgres.telemetry_enabled
    assert not on_postgres.nux_enabled


def test_a_server_differs_from_a_laptop_only_where_it_has_to() -> None:
    server = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))
    laptop = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    differing = {key for key in server | laptop if server.get(key) != laptop.get(key)}
    assert differing <= {
        "storage",
        "local_artifact_storage",
        "compute_logs",
        "concurrency",
        "run_monitoring",
        "retention",
    }
    assert laptop["run_monitoring"].items() <= server["run_monitoring"].items()


def test_sqlalchemy_stays_below_the_version_that_takes_another_driver() -> None:
    """2.1 maps postgresql:// to psycopg 3, which dagster-postgres does not bring, and does not work with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = next(
        requirement
        for requirement in map(Requirement, project["project"]["dependencies"])
        if requirement.name == "sqlalchemy"
    )
    assert not wanted.specifier.contains("2.1.0", prereleases=True)
    for lock in ("requirements.lock", "requirements-dev.lock", "deploy/requirements.lock"):
        held = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
        assert held["sqlalchemy"].startswith("2.0."), lock
        assert "psycopg2-binary" in held, lock
        assert "psycopg" not in held, lock
    assert sa.create_engine("postgresql://u@h/d").dialect.driver == "psycopg2"
    assert version("sqlalchemy").startswith("2.0.")
    assert "psycopg" not in sys.modules
