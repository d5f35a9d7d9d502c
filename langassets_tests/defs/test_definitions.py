"""The code location loads, says what it should, and stays light."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from langassets.definitions import assemble
from langassets.services import Services
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


@pytest.mark.parametrize(
    "asset",
    [
        "language_usage_stats",
        "frequent_language_tier",
        "cleaned_storage_state",
        "preloaded_translations",
        "lessons",
        "tier_policy_backtest",
    ],
)
def test_every_asset_says_what_it_is_whose_and_where_its_code_is(
    repository: dg.RepositoryDefinition, asset: str
) -> None:
    node = repository.asset_graph.get(dg.AssetKey(asset))
    assert len(node.description or "") > 40
    assert node.owners
    assert node.kinds
    assert set(node.tags) - {tag for tag in node.tags if tag.startswith("dagster/")}
    # Not as Dagster's own column schema: that would stand above the latest figures.
    assert "dagster/column_schema" not in node.metadata
    schema = node.metadata["columns"]
    assert isinstance(schema, dg.TableSchema | dg.TableSchemaMetadataValue)
    columns = schema.columns if isinstance(schema, dg.TableSchema) else schema.schema.columns
    assert all(column.description for column in columns)
    [reference] = node.metadata["dagster/code_references"].code_references
    lines = Path(reference.file_path).read_text(encoding="utf-8").splitlines()
    assert asset in "\n".join(lines[reference.line_number - 1 :])
    made_on_a_schedule = asset not in {"lessons", "tier_policy_backtest"}
    assert (node.freshness_policy is not None) is made_on_a_schedule


def test_the_lineage_opens_with_the_assets_and_makes_nothing_by_accident(
    repository: dg.RepositoryDefinition,
) -> None:
    """Dagster draws groups as closed boxes as soon as there are two."""
    nodes = [repository.asset_graph.get(key) for key in repository.asset_graph.get_all_asset_keys()]
    assert {node.group_name for node in nodes} == {"langassets"}
    assert {node.key.to_user_string() for node in nodes if node.is_materializable} == {
        "language_usage_stats",
        "frequent_language_tier",
        "cleaned_storage_state",
        "preloaded_translations",
    }
    assert all(node.is_materializable or node.is_observable for node in nodes)


_POSTGRESQL = {"DATABASE_URL": "postgresql://me:p%40ss@db.example:5432/app?password=p2"}
_SUPABASE = {"SUPABASE_URL": "https://abc.supabase.co", "SUPABASE_SERVICE_ROLE_KEY": "k3y"}


@pytest.mark.parametrize(
    ("environ", "statistics", "translations"),
    [
        ({}, {"sqlite", "pandas"}, {"folder"}),
        (_POSTGRESQL, {"postgresql", "pandas"}, {"folder"}),
        (_SUPABASE, {"sqlite", "pandas"}, {"supabase"}),
        ({"OPENAI_API_KEY": "x"}, {"sqlite", "pandas"}, {"folder", "openai"}),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, {"sqlite", "pandas"}, {"folder", "openai"}),
        ({"GEMINI_API_KEY": "x"}, {"sqlite", "pandas"}, {"folder", "gemini"}),
    ],
)
def test_kinds_are_those_in_force(
    environ: dict[str, str], statistics: set[str], translations: set[str]
) -> None:
    graph = assemble(Services(load_settings(environ))).get_repository_def().asset_graph
    kinds = {key.to_user_string(): graph.get(key).kinds for key in graph.get_all_asset_keys()}
    database = statistics - {"pandas"}
    assert kinds == {
        "language_usage_stats": statistics,
        "frequent_language_tier": database,
        "tier_policy_backtest": database | {"optional"},
        "lessons": database | {"markdown"},
        "cleaned_storage_state": translations - {"openai", "gemini"},
        "preloaded_translations": translations,
    }


def test_the_resource_says_which_data_this_is() -> None:
    [said] = [
        str(resource.description)
        for name, resource in assemble(Services(load_settings(_POSTGRESQL | _SUPABASE)))
        .get_repository_def()
        .get_top_level_resources()
        .items()
        if name == "langassets_services"
    ]
    assert "database: PostgreSQL, app at db.example:5432" in said
    assert "bucket: Supabase, media at abc.supabase.co" in said
    assert not any(secret in said for secret in ("p%40ss", "p@ss", "p2", "k3y", "me:"))


def test_no_asset_is_left_out_above(repository: dg.RepositoryDefinition) -> None:
    assert len(repository.asset_graph.get_all_asset_keys()) == 6


def test_each_check_says_what_holds(repository: dg.RepositoryDefinition) -> None:
    checks = [
        spec
        for assets in {*repository.assets_defs_by_key.values(), *repository.asset_checks_defs_by_key.values()}
        for spec in assets.check_specs
    ]
    assert {spec.name for spec in checks} == {
        "usage_is_tracked",
        "usage_names_lessons",
        "no_language_flaps",
        "storage_agrees_with_tier",
        "manifest_agrees_with_storage",
        "memory_makes_again",
        "coverage_is_complete",
        "translations_are_fresh",
        "few_segments_failed",
        "nothing_is_doubted",
    }
    assert all(spec.description for spec in checks)


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
    heavy += ["alembic", "httpx", "numpy", "rich", "babel", "genai_prices", "fontTools", "sqlalchemy"]
    # What runs do, and what looks at how things stand, is loaded when it is first called.
    heavy += ["langassets.database.schema", "langassets.jobs.preload.plan", "langassets.defs.runs.asset_run"]
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
