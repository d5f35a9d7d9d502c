"""Corrections by the command, over a bucket and a model: what is stored again, and what is asked for."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from langassets_tests.project import Project
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

NAMES = ("bridge", "river", "storm")
CORRECTION = "הנהר עלה במשך הלילה."
SENTENCES = {
    "bridge": "The bridge was repaired before the storm.",
    "river": "The river rose during the night.",
    "storm": "The storm came from the sea.",
}


@pytest.fixture
def storage() -> Iterator[SupabaseStorageServer]:
    with SupabaseStorageServer() as running:
        yield running


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def project(tmp_path: Path, storage: SupabaseStorageServer, model: OpenAIServer) -> Project:
    """Three lessons, preloaded in Hebrew."""
    environ = {
        "PREDEFINED_LANGUAGES": "he",
        "SUPABASE_URL": storage.url,
        "SUPABASE_SERVICE_ROLE_KEY": storage.key,
        "OPENAI_API_KEY": model.key,
        "OPENAI_BASE_URL": model.url,
        "OPENAI_MODEL": "gpt-6-luna",
    }
    made = Project(tmp_path, environ)
    (tmp_path / "lessons").mkdir()
    for name in NAMES:
        (tmp_path / "lessons" / f"{name}.md").write_text(f"# The {name}\n\n{SENTENCES[name]}\n")
    made.ok("langassets", "import-lessons", "lessons")
    made.ok("langassets", "run", "preload")
    assert len(storage.objects) == 3
    return made


def reviewed(project: Project, file: str, corrections: dict[str, str]) -> None:
    """Export, correct those sentences, approve all others, import."""
    project.ok("langassets", "export-review", "he", "--output", file)
    path = project.folder / file
    with path.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        row["correction"] = corrections.get(row["source"], "")
        row["approved"] = "" if row["correction"] else "yes"
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)
    project.ok("langassets", "import-review", file)


def to_make(project: Project) -> int:
    """What the plan and the status both say is to be made again."""
    [planned] = json.loads(project.ok("langassets", "plan", "preload", "--json"))["languages"]
    rows = json.loads(project.ok("langassets", "status", "--json"))
    languages = rows["languages"] if isinstance(rows, dict) else rows
    [coverage] = [one["coverage"] for one in languages if one["language"] == "he"]
    assert round((1 - coverage) * 3) == planned["to_make"]
    assert planned["requests"] == 0
    made: int = planned["to_make"]
    return made


def stored_by_preload(project: Project, storage: SupabaseStorageServer, model: OpenAIServer) -> int:
    """How many objects the next preload uploads; it must not ask the model."""
    storage.requests.clear()
    asked = len(model.sent)
    project.ok("langassets", "run", "preload")
    assert len(model.sent) == asked
    assert storage.counts.keys() <= {"list", "upload"}
    return storage.counts.get("upload", 0)


def test_one_correction_is_one_upload(
    project: Project, storage: SupabaseStorageServer, model: OpenAIServer
) -> None:
    reviewed(project, "first.csv", {SENTENCES["river"]: CORRECTION})  # everything else is approved as it is
    assert to_make(project) == 1
    assert stored_by_preload(project, storage, model) == 1
    assert to_make(project) == 0
    assert stored_by_preload(project, storage, model) == 0

    project.ok("langassets", "export-memory", "memory.tmx")
    tmx = project.folder / "memory.tmx"
    tmx.write_text(tmx.read_text("utf-8").replace(CORRECTION, "הנהר גאה במשך הלילה."), "utf-8")
    project.ok("langassets", "import-memory", "memory.tmx", "--approved")
    assert to_make(project) == 1
    assert stored_by_preload(project, storage, model) == 1
