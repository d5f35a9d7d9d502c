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


def test_a_person_accepts_and_rejects_by_command(project: Project) -> None:
    project.environ["LOGNAME"] = "ada"
    with OpenAIServer() as server:
        project.environ |= {
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "OPENAI_MODEL": "gpt-6-luna",
        }
        project.ok("langassets", "run", "preload")
        waiting = json.loads(project.ok("langassets", "review", "list", "he", "--json"))
        assert [one["confidence"] for one in waiting] == sorted(one["confidence"] for one in waiting)
        [one] = [one for one in waiting if one["source"] == SENTENCE]
        [segment] = one["segments"]
        assert one["lessons"] == ["The bridge (bridge.md)"]
        shown = project.ok("langassets", "review", "list", "he", "--limit", "1")
        assert f"1 of {len(waiting)} translations that wait in he" in shown

        by_file = segment.replace("1/", "bridge.md/", 1)
        done = project.ok("langassets", "review", "reject", "he", by_file, "--why", "too formal")
        assert f"he: rejected: {one['translation']!r}" in done
        told = project.run("langassets", "review", "accept", "he", segment, "--by", "ben")
        assert told.returncode == 1
        assert "there is no translation of it yet" in told.stdout
        accept = ("langassets", "review", "accept", "he", segment, "--translation")
        told = project.run(*accept, one["translation"], "--by", "ben")
        assert told.returncode == 1
        assert f"ada rejected {one['translation']!r} on " in told.stdout
        assert "(too formal)" in told.stdout
        project.ok(*accept, CORRECTION, "--by", "ben")
        project.ok("langassets", "run", "preload")
        assert CORRECTION in stored(project)
        told = project.run("langassets", "review", "reject", "he", segment)
        assert "ben accepted" in told.stdout
        project.ok("langassets", "review", "reject", "he", segment, "--instead")

        everywhere = project.ok(
            "langassets", "review", "accept", "all", "--text", "A second paragraph.", "--why", "as it is"
        )
        assert "add this line to the glossary:\nA second paragraph.,*,\n" in everywhere
        for wrong in (["he"], ["he", segment, "--text", SENTENCE], ["he", "bridge"], ["x", segment]):
            assert project.run("langassets", "review", "accept", *wrong).returncode == 2, wrong
