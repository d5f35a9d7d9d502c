"""Two pipelines in a project of others: each has names, settings and runs of its own, the host keeps its."""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from pydantic import ValidationError

from langassets.component import LanguageAssets
from langassets.errors import SettingsError
from langassets_tests.defs.conftest import Tick, sensor_tick

PYPROJECT = """[tool.dg]
directory_type = "project"
[tool.dg.project]
root_module = "host_project"
"""
HOST = """import dagster as dg

@dg.asset(required_resource_keys={"services"})
def host_asset(context) -> None:
    if context.resources.services != "the host's own":
        raise ValueError(context.resources.services)

@dg.definitions
def defs() -> dg.Definitions:
    mixed = ["host_asset", "lessons/cleaned_storage_state"]
    jobs = [dg.define_asset_job("host_job", ["host_asset"]), dg.define_asset_job("host_all", mixed)]
    return dg.Definitions([host_asset], resources={"services": "the host's own"}, jobs=jobs)
"""
# Dagster says of its own copies of checks that what it makes them with is beta.
pytestmark = pytest.mark.filterwarnings("ignore:.*execution_type.*:dagster.BetaWarning")
PREFIXES = ("lessons", "courses")


class Host:
    """The project, loaded as Dagster loads it."""

    def __init__(self, root: Path, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.definitions = dg.load_from_defs_folder(path_within_project=root)
        self.repository = self.definitions.get_repository_def()

    def run(self, job: str) -> dg.ExecuteInProcessResult:
        """Run a job here and now."""
        defined = self.definitions.resolve_job_def(job)
        return defined.execute_in_process(instance=self.instance, raise_on_error=False)

    def tick(self, sensor: str, cursor: str | None = None) -> Tick:
        """What a sensor does now."""
        return sensor_tick(self.repository, self.instance, sensor, cursor)


@pytest.fixture
def host(
    tmp_path: Path, demo: Path, monkeypatch: pytest.MonkeyPatch, lasting_instance: dg.DagsterInstance
) -> Host:
    monkeypatch.setenv("LESSONS_ALERTS", "json://127.0.0.1:9")
    monkeypatch.setenv("PROMOTE_SHARE", "no number, and nobody's business")
    root = tmp_path / "project"
    for prefix in PREFIXES:
        shutil.copytree(demo, root / ".langassets" / prefix)
        attributes = {"asset_key_prefix": prefix, "asset_group_name": prefix, "run_history_days": 30}
        if prefix == "lessons":
            attributes["alert_urls"] = "{{ env.LESSONS_ALERTS }}"
        _write(root / "host_project/defs" / prefix / "defs.yaml", _defs_yaml(attributes))
    _write(root / "pyproject.toml", PYPROJECT)
    _write(root / "host_project/__init__.py", "")
    _write(root / "host_project/defs/__init__.py", "")
    _write(root / "host_project/defs/own.py", HOST)
    monkeypatch.syspath_prepend(str(root))
    for name in [name for name in sys.modules if name.partition(".")[0] == "host_project"]:
        monkeypatch.delitem(sys.modules, name)  # of the test before, with its folder
    return Host(root, lasting_instance)


def _defs_yaml(attributes: object) -> str:
    return yaml.safe_dump({"type": "langassets.LanguageAssets", "attributes": attributes})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_each_has_names_of_its_own_and_the_host_its_executor(host: Host) -> None:
    repository = host.repository
    keys = {key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()}
    assert keys >= {"host_asset", "lessons/frequent_language_tier", "courses/frequent_language_tier"}
    assert len(keys) == 13
    pools = {
        pool
        for key in repository.asset_graph.get_all_asset_keys()
        for pool in repository.asset_graph.get(key).pools or ()
    }
    assert pools == {"lessons_storage", "courses_storage"}
    assert len({sensor.name for sensor in repository.sensor_defs}) == 12
    assert {schedule.name for schedule in repository.schedule_defs} == {
        f"{one}_{job}_schedule"
        for one in PREFIXES
        for job in ("language_evaluation", "preload_frequent_languages")
    }
    assert set(repository.get_top_level_resources()) >= {
        "services",
        "lessons_langassets_services",
        "courses_langassets_services",
    }
    executors = {job.name: job.executor_def.name for job in repository.get_all_jobs()}
    assert executors["host_job"] == executors["__ASSET_JOB"] == "multi_or_in_process_executor"
    assert executors["lessons_language_cleanup"] == "in_process"


def test_a_cleanup_follows_the_tier_of_its_own_pipeline_alone(host: Host) -> None:
    assert host.run("host_job").success
    assert host.run("courses_language_evaluation").success
    assert host.tick("lessons_cleanup_after_evaluation").said == "There has been no evaluation yet."
    [request] = host.tick("courses_cleanup_after_evaluation").run_requests
    assert "dagster/langassets_deployment" in request.tags
    assert host.run("courses_language_cleanup").success
    assert host.run("lessons_preload_frequent_languages").success
    assert host.instance.get_dynamic_partitions("lessons_language")
    assert host.instance.get_dynamic_partitions("courses_language")
    assert not host.instance.get_dynamic_partitions("language")


def test_runs_of_the_host_and_of_the_other_are_left_alone(host: Host) -> None:
    """None of them counts as cut, is forgotten, or is told of, however old it is and however it ended."""
    long_ago = datetime.now(UTC) - timedelta(days=400)
    cursor = host.tick("lessons_send_alerts").cursor  # what ended before the first look is no news
    kept = [_left(host, job, long_ago) for job in ("host_job", "host_all", "courses_language_cleanup")]
    own = _left(host, "lessons_language_cleanup", long_ago)
    ended = host.tick("lessons_recover_cut_runs").said
    assert own in ended
    assert not [run for run in kept if run in ended]
    for run in kept:
        host.instance.report_run_failed(_run(host, run))
    told = host.tick("lessons_send_alerts", cursor).cursor or ""
    assert own in told
    assert not [run for run in kept if run in told]
    host.tick("lessons_forget_old_runs")
    left = {run.run_id for run in host.instance.get_runs()}
    assert left == set(kept)


def _left(host: Host, job: str, created: datetime) -> str:
    """A run that stands as started, and of which nobody noted the process."""
    run = host.instance.create_run_for_job(
        host.definitions.resolve_job_def(job), status=dg.DagsterRunStatus.NOT_STARTED
    )
    host.instance.run_storage.handle_run_event(
        run.run_id,
        dg.DagsterEvent(dg.DagsterEventType.RUN_START.value, run.job_name),
        created,
    )
    storage: Any = host.instance.run_storage
    with storage.connect() as connection:
        connection.exec_driver_sql(
            "UPDATE runs SET create_timestamp = ? WHERE run_id = ?",
            (created.replace(tzinfo=None), run.run_id),
        )
    return run.run_id


def _run(host: Host, run_id: str) -> dg.DagsterRun:
    run = host.instance.get_run_by_id(run_id)
    assert run is not None
    return run


def test_settings_come_from_the_file_alone(host: Host) -> None:
    made = LanguageAssets.from_attributes_dict(
        attributes={
            "alert_urls": "{{ env.LESSONS_ALERTS }}",
            "enable_background_jobs": False,
            "archive_days": 7,
        }
    )
    assert made.settings.alert_addresses == ("json://127.0.0.1:9",)
    assert made.settings.archive_days == 7
    assert not made.settings.enable_background_jobs
    assert made.settings.promote_share == 0.05
    with pytest.raises(SettingsError, match=r"\(in .*defs.yaml\):\n  promote_share: "):
        LanguageAssets.from_attributes_dict(attributes={"promote_share": 7})
    with pytest.raises(ValidationError, match="promote_shares"):
        LanguageAssets.from_attributes_dict(attributes={"promote_shares": 0.1})
