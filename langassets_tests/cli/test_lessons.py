"""Lessons by the names that people give them, from a folder to a cleanup, by the real commands."""

import json
import os
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from langassets_tests.project import Project

NAMES = ("01-photosynthesis", "02-cells", "03-roots")
DAY = datetime.now(UTC).date() - timedelta(days=60)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Three lessons, in Spanish too, of which the first is the most requested."""
    made = Project(tmp_path, {"KEEP_MOST_USED": "1", "KEEP_RECENT_DAYS": "30", "TIER_MIN_REQUESTS": "0"})
    (tmp_path / "lessons").mkdir()
    for name in NAMES:
        (tmp_path / "lessons" / f"{name}.md").write_text(
            f"# About {name[3:]}\n\nThis is what {name[3:]} are.\n"
        )
    made.ok("langassets", "import-lessons", "lessons")
    made.environ["PREDEFINED_LANGUAGES"] = "en,es"
    made.ok("langassets", "run", "preload")
    made.environ["PREDEFINED_LANGUAGES"] = "en"
    return made


def import_usage(project: Project, *rows: str) -> str:
    file = project.folder / f"usage-{len(rows)}-{time.monotonic_ns()}.csv"
    file.write_text("\n".join(["language,lesson,day,count", *rows]) + "\n")
    return project.ok("langassets", "import-usage", file.name)


def listed(project: Project, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(project.ok("langassets", "lessons", "--json", *options))
    return found


def grow_old(project: Project) -> None:
    """Every object was written two months ago."""
    for file in (project.folder / ".langassets" / "storage").rglob("*.json"):
        os.utime(file, (time.time() - 60 * 86400,) * 2)


def test_usage_by_file_name_keeps_the_most_requested_lesson(project: Project) -> None:
    said = import_usage(
        project, f"es,{NAMES[0]},{DAY},5", f"es,lessons-of-old,{DAY},1", f"en,{NAMES[1]}.md,{DAY},900"
    )
    assert "1 request names no lesson that is known" in said
    assert "lessons-of-old: 1 request" in said
    project.ok("langassets", "run", "evaluation")
    grow_old(project)
    gone = json.loads(project.ok("langassets", "plan", "cleanup", "--json"))["steps"]
    assert {step["key"] for step in gone if step["action"] == "delete"} == {
        "es/lessons/2/text.json",
        "es/lessons/3/text.json",
    }
    doctor = json.loads(project.run("langassets", "doctor", "--json").stdout)
    [usage] = [row for row in doctor if row["item"] == "usage"]
    assert "lessons-of-old (1)" in json.dumps(usage)


def test_usage_that_names_no_lesson_removes_nothing(project: Project) -> None:
    import_usage(project, f"es,nosuchlesson,{DAY},5", f"es,999,{DAY},5", f"en,{NAMES[1]},{DAY},900")
    project.ok("langassets", "run", "evaluation")
    grow_old(project)
    before = sorted((project.folder / ".langassets" / "storage").rglob("*.json"))
    refused = project.run("langassets", "run", "cleanup")
    assert refused.returncode == 1
    assert "'nosuchlesson'" in refused.stdout
    assert sorted((project.folder / ".langassets" / "storage").rglob("*.json")) == before


def test_lessons_are_listed_by_name_state_and_language(project: Project) -> None:
    import_usage(project, f"es,{NAMES[2]},{DAY},7", f"en,2,{DAY},3")
    project.environ["PREDEFINED_LANGUAGES"] = "en,es,pt-BR"
    assert [(one["path"], one["requests"]) for one in listed(project)] == [
        ("03-roots.md", 7),
        ("02-cells.md", 3),
        ("01-photosynthesis.md", 0),
    ]
    assert listed(project)[0]["states"] == {"en": "fresh", "es": "fresh", "pt-BR": "missing"}
    assert [one["number"] for one in listed(project, "CELLS")] == ["2"]
    assert listed(project, "--state", "stale") == []
    assert len(listed(project, "--state", "missing", "--language", "pt_br")) == 3
    assert listed(project, "--state", "missing", "--language", "es") == []
    (project.folder / "lessons" / "02-cells.md").unlink()
    project.ok("langassets", "import-lessons", "lessons")
    assert [one["path"] for one in listed(project, "--status", "archived")] == ["02-cells.md"]
    shown = project.ok("langassets", "lessons", "--language", "es")
    assert "fresh: es" in shown
    assert "2 of 3 lessons" in shown
    assert project.run("langassets", "lessons", "--language", "nonsense!").returncode == 2


def test_a_lesson_is_named_by_its_path_wherever_a_person_reads_of_it(project: Project) -> None:
    import_usage(project, f"es,{NAMES[0]},{DAY},5", f"en,{NAMES[1]},{DAY},900")
    project.ok("langassets", "run", "evaluation")
    grow_old(project)
    assert "es/lessons/2/text.json (02-cells.md)" in project.ok("langassets", "plan", "cleanup")
    steps = json.loads(project.ok("langassets", "plan", "cleanup", "--json"))["steps"]
    assert {step["key"]: step["path"] for step in steps}["es/lessons/3/text.json"] == "03-roots.md"
    for name, kind in (("es.csv", "csv"), ("es.xlf", "xliff")):
        project.ok("langassets", "export-review", "es", "--output", name, "--format", kind)
        assert "About cells (02-cells.md)" in (project.folder / name).read_text(encoding="utf-8-sig")
    database = sqlite3.connect(project.folder / ".langassets" / "langassets.db")
    with database:
        database.execute("UPDATE topics SET language = 'no language' WHERE topic_id = 3")
    database.close()
    named = "lesson 3 (03-roots.md), text: "
    assert named in project.ok("langassets", "plan", "preload")
    [problem] = json.loads(project.ok("langassets", "plan", "preload", "--json"))["problems"]
    assert (problem["lesson"], problem["path"]) == ("3", "03-roots.md")
    assert "lesson 3 (03-roots.md): " in project.run("langassets", "doctor", "--no-server").stdout
    failed = project.run("langassets", "run", "preload")
    assert named in failed.stdout + failed.stderr
