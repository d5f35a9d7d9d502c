"""Dagster's own commands, from the project's root, as its users know them."""

import json
from pathlib import Path

import pytest

from langassets_tests.project import Project

# These two commands read neither workspace.yaml nor pyproject.toml.
OURS = ("-m", "langassets.definitions")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("project"))
    made.ok("langassets", "demo")
    return made


def test_definitions_validate(project: Project) -> None:
    project.ok("dagster", "definitions", "validate")


def test_job_list(project: Project) -> None:
    listed = project.ok("dagster", "job", "list")
    for job in ("language_evaluation", "language_cleanup", "preload_frequent_languages"):
        assert f"Job: {job}" in listed


def test_every_asset_is_materialized(project: Project) -> None:
    project.ok(
        "dagster", "asset", "materialize", *OURS, "--select", "*frequent_language_tier,cleaned_storage_state"
    )
    project.ok(
        "dagster", "asset", "materialize", *OURS, "--select", "preloaded_translations", "--partition", "he"
    )
    # By now he is a partition, so the whole graph can be asked for at once.
    project.ok("dagster", "asset", "materialize", *OURS, "--select", "*", "--partition", "he")
    status = json.loads(project.ok("langassets", "status", "--json"))
    coverage = {row["language"]: row["coverage"] for row in status["languages"]}
    assert coverage["he"] == 1
    assert (project.folder / ".dagster/history/runs.db").exists()


def test_a_job_without_a_partition_sees_to_all_frequent_languages(project: Project) -> None:
    """The tier was materialized above; so far only Hebrew was asked for."""
    project.ok("dagster", "job", "execute", *OURS, "--job", "preload_frequent_languages")
    status = json.loads(project.ok("langassets", "status", "--json"))
    assert {row["coverage"] for row in status["languages"] if row["tier"] == "frequent"} == {1}


def test_a_partition_that_is_no_frequent_language_is_refused(project: Project) -> None:
    done = project.run(
        "dagster",
        "asset",
        "materialize",
        *OURS,
        "--select",
        "preloaded_translations",
        "--partition",
        "../../etc",
    )
    assert done.returncode != 0
    assert not list(Path(project.folder).rglob("etc"))
