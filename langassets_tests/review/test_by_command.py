"""A review from end to end by the command: preload, export, correct, import, preload, and another model."""

import csv
import io
import json
from pathlib import Path

import pytest

from langassets_tests.project import Project
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.translator import translate

SENTENCE = "The bridge was repaired before the winter storms arrived."
CORRECTION = "הגשר תוקן לפני שהגיעו סופות החורף."


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, {"PREDEFINED_LANGUAGES": "he"})
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "bridge.md").write_text(f"# The bridge\n\n{SENTENCE}\n\nA second paragraph.\n")
    made.ok("langassets", "import-lessons", "lessons")
    return made


def stored(project: Project) -> str:
    [file] = (project.folder / ".langassets" / "storage").rglob("he/lessons/*/text.json")
    text: str = json.loads(file.read_bytes())["text"]
    return text


def test_a_correction_reaches_the_lesson_and_no_model_overwrites_it(project: Project) -> None:
    project.ok("langassets", "run", "preload")
    assert CORRECTION not in stored(project)
    assert "written to review-he.csv" in project.ok("langassets", "export-review", "he")
    file = project.folder / "review-he.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
    assert {row["confidence"] for row in rows} == {"0.00"}  # pseudo-translations
    [row] = [row for row in rows if row["source"] == SENTENCE]
    row["correction"] = CORRECTION
    with file.open("w", encoding="utf-8-sig", newline="") as saved:
        writer = csv.DictWriter(saved, [*rows[0]], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)

    again = project.run("langassets", "export-review", "he")
    assert again.returncode == 2
    assert "is there already" in again.stderr
    (project.folder / "broken.csv").write_bytes(file.read_bytes() + b'"never closed')
    assert "Nothing was taken in" in project.run("langassets", "import-review", "broken.csv").stderr

    assert "1 approved, 1 of them corrected" in project.ok("langassets", "import-review", "review-he.csv")
    project.ok("langassets", "run", "preload")
    with_pseudo = stored(project)
    assert CORRECTION in with_pseudo

    with OpenAIServer() as server:
        project.environ |= {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "OPENAI_MODEL": "gpt-6-luna",
        }
        project.ok("langassets", "run", "preload")
        assert SENTENCE not in "".join(server.sent)
    assert CORRECTION in stored(project)
    assert translate("A second paragraph.", "he") in stored(project)

    project.ok("langassets", "export-review", "he", "--format", "xliff")
    exported = (project.folder / "review-he.xlf").read_text(encoding="utf-8")
    assert SENTENCE not in exported
    approved = exported.replace('state="translated"', 'state="final"')
    (project.folder / "approved.xlf").write_text(approved, encoding="utf-8")
    assert "0 of them corrected" in project.ok("langassets", "import-review", "approved.xlf")
    assert "nothing to review" in project.ok("langassets", "export-review", "he", "--output", "none.csv")
