"""A lesson's file is deleted: what the commands say of its objects, and what becomes of them."""

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from langassets_tests.project import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = Project(tmp_path_factory.mktemp("project"), {"PREDEFINED_LANGUAGES": "en,he"})
    folder = made.folder / "lessons"
    folder.mkdir()
    for name in ("leaf", "root", "stem", "seed", "bark"):
        (folder / f"{name}.md").write_text(f"# The {name}\n\nEvery plant has a {name}.\n")
    made.ok("langassets", "import-lessons", "lessons")
    made.ok("langassets", "run", "preload")
    for name in ("seed", "bark"):
        (folder / f"{name}.md").unlink()
    assert "2 archived" in made.ok("langassets", "import-lessons", "lessons")
    return made


def in_database(project: Project, query: str) -> list[Any]:
    with sqlite3.connect(project.folder / ".langassets" / "langassets.db") as connection:
        return connection.execute(query).fetchall()


def hebrew(project: Project) -> list[Path]:
    return sorted((project.folder / ".langassets" / "storage" / "he").rglob("*.json"))


def test_it_is_told_apart_kept_for_its_time_cleared_out_and_back_with_its_file(project: Project) -> None:
    rows = json.loads(project.ok("langassets", "status", "--json"))["languages"]
    assert [(row["lessons"], row["objects"], row["inactive_objects"], row["coverage"]) for row in rows] == [
        (3, 3, 2, 1),
        (3, 3, 2, 1),
    ]
    printed = project.ok("langassets", "status")
    assert "Of inactive lessons" in printed
    planned = project.ok("langassets", "plan", "cleanup")
    assert len(re.findall(r"keep +2 +its lesson is archived since", planned)) == 2

    # Time is what a test cannot wait for.
    in_database(project, "UPDATE topics SET updated_at = '2020-02-02 00:00:00' WHERE status = 'archived'")
    project.environ["KEEP_RECENT_DAYS"] = "0"
    done = project.ok("langassets", "run", "cleanup")
    assert "4 objects removed, 0 archived" in done
    reason = "its lesson is archived since 2020-02-02; can be made again from memory"
    assert reason in " ".join(done.split())
    assert {row[0] for row in in_database(project, "SELECT DISTINCT reason FROM cleanup_journal")} == {reason}
    assert len(hebrew(project)) == 3
    assert "Of inactive lessons" not in project.ok("langassets", "status")
    assert "6 lesson objects, and all stay" in project.ok("langassets", "plan", "cleanup")

    (project.folder / "lessons" / "seed.md").write_text("# The seed\n\nEvery plant has a seed.\n")
    project.ok("langassets", "import-lessons", "lessons")
    project.ok("langassets", "run", "preload")
    assert len(hebrew(project)) == 4
    asked = in_database(project, "SELECT sum(requests) FROM model_usage WHERE provider != 'memory'")
    assert asked == in_database(
        project,
        "SELECT sum(requests) FROM model_usage WHERE provider != 'memory' AND run_id = "
        "(SELECT run_id FROM model_usage ORDER BY recorded_at LIMIT 1)",
    )
