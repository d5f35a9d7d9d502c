"""The code location loads, says what it should, and stays light."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from langassets.definitions import assemble
from langassets.jobs.services import Services
from langassets.settings import load_settings
from langassets_tests.project import Project


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    return assemble(Services(load_settings({}))).get_repository_def()


def test_the_assets_and_their_lineage(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    parents = {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }
    assert parents == {
        "language_usage_stats": set(),
        "frequent_language_tier": {"language_usage_stats"},
        "cleaned_storage_state": {"frequent_language_tier"},
        "lessons": set(),
        "preloaded_translations": {"frequent_language_tier", "lessons"},
        "tier_policy_backtest": {"language_usage_stats"},
    }


def test_the_jobs_schedules_and_sensors(repository: dg.RepositoryDefinition) -> None:
    assert {job.name for job in repository.get_all_jobs()} >= {
        "language_evaluation",
        "language_cleanup",
        "preload_frequent_languages",
    }
    assert {schedule.name: schedule.cron_schedule for schedule in repository.schedule_defs} == {
        "language_evaluation_schedule": "0 2 1,15 * *",
        "preload_frequent_languages_schedule": "0 3 * * *",
    }
    assert {schedule.execution_timezone for schedule in repository.schedule_defs} == {"UTC"}
    assert {sensor.name for sensor in repository.sensor_defs} >= {
        "cleanup_after_evaluation",
        "preload_on_startup",
    }


def test_loading_imports_nothing_heavy() -> None:
    heavy = ["pandas", "supabase", "storage3", "openai", "google.generativeai", "matplotlib", "apprise"]
    program = (
        "import json, sys, langassets.definitions as location; location.defs(); "
        f"print(json.dumps([name for name in {heavy!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []
    assert done.stderr == ""


def test_a_wrong_setting_is_said_in_one_message(tmp_path: Path) -> None:
    project = Project(tmp_path, {"PRELOAD_CRON": "at three"})
    done = project.run("dagster", "definitions", "validate")
    assert done.returncode != 0
    assert "PRELOAD_CRON" in done.stdout + done.stderr
