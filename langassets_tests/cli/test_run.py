"""The main job by the command, on the embedded default: what a new user does first."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from langassets_tests.project import BIN, Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("project"))
    made.ok("langassets", "demo")
    return made


def objects(project: Project) -> dict[str, tuple[int, bytes]]:
    """Every lesson object, with when it was written and what it holds."""
    storage = project.folder / ".langassets" / "storage"
    return {
        file.relative_to(storage).as_posix(): (file.stat().st_mtime_ns, file.read_bytes())
        for file in storage.rglob("*.json")
        if "/lessons/" in file.as_posix()
    }


def live(found: dict[str, tuple[int, bytes]], language: str) -> int:
    return sum(key.startswith(f"{language}/") for key in found)


def test_the_first_run_promotes_demotes_cleans_and_preloads_and_the_second_does_nothing(
    project: Project,
) -> None:
    before = objects(project)
    printed = project.ok("langassets", "run", "all")
    after = objects(project)

    lines = {line.split()[0]: line for line in printed.splitlines() if line.strip()}
    assert any(line.split()[:1] == ["es"] and "promoted" in line for line in printed.splitlines())
    assert "14 objects removed, 1 archived" in printed
    assert live(before, "fr") == live(after, "fr") + 15
    assert sum(key.startswith("archive/fr/") for key in after) == 1
    # The table of the preload stands last: what it says was stored lies there.
    for language in ("en", "he", "ar", "es"):
        stored, reused = map(int, lines[language].split()[1:3])
        assert live(after, language) == stored + reused == 27
    for key, (_, body) in after.items():
        assert isinstance(json.loads(body), dict), key

    again = project.ok("langassets", "run", "all")
    assert objects(project) == after
    assert "0 objects removed, 0 archived" in again
    for language in ("en", "he", "ar", "es"):
        line = [line for line in again.splitlines() if line.strip().startswith(f"{language} ")][-1]
        assert line.split()[1:3] == ["0", "27"]
        assert line.split()[4:7] == ["0", "0", "0"]


def test_status_says_what_lies_there(project: Project) -> None:
    status = json.loads(project.ok("langassets", "status", "--json"))
    found = objects(project)
    for row in status["languages"]:
        assert row["objects"] == live(found, row["language"])
    rows = {row["language"]: row for row in status["languages"]}
    assert (rows["es"]["tier"], rows["es"]["coverage"]) == ("frequent", 1)
    assert (rows["fr"]["tier"], rows["fr"]["coverage"]) == ("other", None)
    assert str(project.folder) in status["location"]


def test_plan_cleanup_changes_nothing(project: Project) -> None:
    before = objects(project)
    plan = json.loads(project.ok("langassets", "plan", "cleanup", "--json"))
    assert plan["steps"] == []
    assert {row["reason"] for row in plan["kept"]} == {"requested within 30 days", "archived within 90 days"}
    assert objects(project) == before


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        ({"PROMOTE_SHARE": "five"}, 2, "PROMOTE_SHARE"),
        ({"LANGASSETS_HOME": "/dev/null/home"}, 2, "LANGASSETS_HOME"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing"}, 1, "DATABASE_URL"),
        ({"GLOSSARY_FILE": "missing.csv"}, 2, "missing.csv"),
    ],
)
def test_what_is_wrong_is_named_and_the_exit_code_says_whose_it_is(
    project: Project, environ: dict[str, str], code: int, said: str
) -> None:
    other = Project(project.folder, environ)
    done = other.run("langassets", "status")
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_job_says_why_and_exits_with_1(tmp_path: Path) -> None:
    done = Project(tmp_path, {"PATH": "/usr/bin:/bin"}).run("langassets", "run", "all")
    assert done.returncode == 1
    assert "no usage statistics yet" in done.stdout
    # Nothing was stored, and nothing is said of what is.
    assert not re.search("Objects lie in|pseudo-localized", done.stdout)
    assert "import-usage" in done.stdout
    # Not on the PATH, it is named by its path.
    assert f"History, lineage and schedules: `{BIN / 'langassets'} ui`" in done.stdout.splitlines()


def test_history_outlives_dagsters_own(project: Project) -> None:
    """Every run is deleted from Dagster, by its own command; what they came to is still told."""
    project.environ["DAGSTER_HOME"] = str(project.folder)
    assert "language_evaluation" in project.ok("dagster", "run", "list")
    project.ok("dagster", "run", "wipe", "--force")
    assert "language_evaluation" not in project.ok("dagster", "run", "list")

    def history(*asked: str) -> list[dict[str, Any]]:
        return list(json.loads(project.ok("langassets", "history", *asked, "--json")))

    runs = history("runs")
    assert [row["asset"] for row in reversed(runs)][:4] == [
        "language_usage_stats",
        "frequent_language_tier",
        "cleaned_storage_state",
        "preloaded_translations",
    ]
    assert {row["outcome"] for row in runs} == {"done"}
    assert all(row["cpu_seconds"] > 0 and row["peak_memory"] > 1e7 for row in runs)
    changes = history("decisions", "--changes")
    assert {(row["language"], row["change"]) for row in changes} == {("es", "promoted"), ("fr", "demoted")}
    assert all(row["reason"] for row in changes)
    assert len(history("decisions", "--language", "de")) == 2
    done = {(row["language"], row["action"]): row for row in history("plans")}
    assert done["fr", "delete"]["objects"] == 14
    assert {row["status"] for row in done.values()} == {"done"}
    cost = [row for row in history("cost") if row["run_id"] == runs[-4]["run_id"]]
    assert {row["language"] for row in cost} == {"he", "ar", "es", "pt-BR"}
    assert sum(row["requests"] for row in cost) == 4, "one a language; what memory gave took none"
    table = project.ok("langassets", "history", "decisions", "--changes")
    assert "promoted" in table
    assert "demoted" in table


def test_a_drill_makes_again_what_stands_and_names_the_row_that_is_spoilt(project: Project) -> None:
    before = objects(project)
    said = json.loads(project.ok("langassets", "drill", "--all", "--json"))
    assert said["standing"]["failed"] == said["archive"]["failed"] == 0
    assert said["standing"]["tried"] == said["standing"]["same"] > 100
    assert said["archive"]["same"] == 1
    with sqlite3.connect(project.folder / ".langassets" / "langassets.db") as database:
        [[row]] = database.execute(
            "SELECT substr(text_hash, 1, 16) FROM translation_memory WHERE target_language = 'es' LIMIT 1"
        )
        changed = "UPDATE translation_memory SET translation = 'Spoilt.' WHERE target_language = 'es' AND "
        database.execute(changed + "text_hash LIKE ?", [f"{row}%"])
    done = project.run("langassets", "drill", "es")
    assert done.returncode == 1
    assert f"en>es {row}" in done.stdout
    assert "Archive: 0 of 0 objects tried" in done.stdout
    assert "Spoilt" not in done.stdout + done.stderr
    assert objects(project) == before
