"""Each import ends with a list by file, by the real command: nothing is left out without a word."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from langassets_tests.project import Project
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

PICTURE = bytes.fromhex("89504e470d0a1a0a") + b"leaf"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, {"PREDEFINED_LANGUAGES": "es"})
    write(made, "leaves/one.md", "# One\n\n![A leaf](../images/leaf.png) and [two](two.mdx).\n")
    write(made, "leaves/two.mdx", "import X from './x.js'\n\n# Two\n\n![Gone](../images/gone.png)\n")
    write(made, "roots.markdown", "# Roots\n\nA root is a root.\n")
    write(made, "empty.md", "")
    write(made, "front.md", "---\ntitle: Front\n---\n\n")
    write(made, ".draft.md", "# Draft\n")
    write(made, "notes.txt", "Notes\n")
    (made.folder / "lessons" / "images").mkdir()
    (made.folder / "lessons" / "images" / "leaf.png").write_bytes(PICTURE)
    return made


def write(project: Project, path: str, text: str) -> Path:
    file = project.folder / "lessons" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def imported(project: Project, code: int) -> list[str]:
    done = project.run("langassets", "import-lessons", "lessons")
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout.splitlines()


EMPTY = "write the lesson, or remove the file"


def test_every_file_is_named_with_what_became_of_it(project: Project) -> None:
    first, *files = imported(project, 1)
    assert first == "Lessons: 3 added, 0 updated, 0 unchanged, 0 archived; 4 files skipped."
    assert files == [
        "  added leaves/one.md",
        "  added leaves/two.mdx",
        "  added roots.markdown",
        f"  skipped empty.md: it is empty: {EMPTY}",
        f"  skipped front.md: it holds front matter and no text: {EMPTY}",
        "  skipped .draft.md: its name begins with a dot",
        "  skipped notes.txt: no Markdown (*.md, *.markdown, *.mdx)",
        "  missing images/gone.png, to which leaves/two.mdx links",
        "Not taken in: images/leaf.png, to which lessons link. LESSON_ASSETS says whether such files are "
        "copied into storage, or linked elsewhere.",
    ]
    for path in ("empty.md", "front.md", "leaves/two.mdx"):
        (project.folder / "lessons" / path).unlink()
    write(project, "roots.markdown", "# Roots\n\nA root is no leaf.\n")
    write(project, "roots.md", "# Roots again\n")
    first, *files = imported(project, 0)
    assert first == "Lessons: 1 added, 1 updated, 1 unchanged, 1 archived; 2 files skipped."
    assert files[:3] == ["  added roots.md", "  updated roots.markdown", "  archived leaves/two.mdx"]
    alike = "  alike: roots.markdown and roots.md differ by their ending alone; each is a lesson of its own"
    assert alike in files


def test_ten_thousand_files_stay_readable(project: Project) -> None:
    for number in range(10_000):
        write(project, f"many/{number:05}.md", f"# Lesson {number}\n")
    lines = imported(project, 1)
    assert "  … and 9,983 more" in lines
    assert len(lines) < 40


def test_for_machines_every_file_is_there(project: Project) -> None:
    for number in range(30):
        write(project, f"many/{number}.md", f"# Lesson {number}\n")
    done = project.run("langassets", "import-lessons", "lessons", "--json")
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert (len(said["added"]), len(said["skipped"]), said["unchanged"]) == (33, 4, 0)
    assert said["linked"] == [{"path": "images/leaf.png", "by": "leaves/one.md"}]
    assert said["missing"] == [{"path": "images/gone.png", "by": "leaves/two.mdx"}]


def lesson(project: Project, number: int = 1) -> str:
    file = project.folder / ".langassets" / "storage" / "es" / "lessons" / str(number) / "text.json"
    text: str = json.loads(file.read_bytes())["text"]
    return text


def test_without_a_setting_what_is_stored_is_as_it_was_written(project: Project) -> None:
    imported(project, 1)
    project.ok("langassets", "run", "preload")
    assert "](../images/leaf.png)" in lesson(project)
    assert not (project.folder / ".langassets" / "storage" / "lesson-assets").exists()


def test_linked_files_are_copied_once_for_all_languages(project: Project) -> None:
    project.environ |= {"LESSON_ASSETS": "copy", "PREDEFINED_LANGUAGES": "es,fr"}
    assert "  copied images/leaf.png" in imported(project, 1)
    assert not any("copied" in line for line in imported(project, 1))
    project.ok("langassets", "run", "preload")
    storage = project.folder / ".langassets" / "storage"
    [copy] = (path for path in (storage / "lesson-assets").rglob("*") if path.is_file())
    assert copy.read_bytes() == PICTURE
    address = lesson(project).partition("](")[2].partition(")")[0]
    assert (storage / "es" / "lessons" / "1" / address).resolve() == copy.resolve()
    # No job takes a copy for a lesson, or removes it.
    project.ok("langassets", "run", "cleanup")
    assert copy.read_bytes() == PICTURE

    (project.folder / "lessons" / "images" / "leaf.png").write_bytes(PICTURE + b"2")
    lines = imported(project, 1)
    assert {"  updated leaves/one.md", "  copied images/leaf.png"} <= set(lines)


def test_addresses_lead_elsewhere_where_that_is_asked_for_and_back_again(project: Project) -> None:
    imported(project, 1)
    project.environ |= {"LESSON_ASSETS": "link", "LESSON_ASSETS_URL": "https://cdn.example.com/l/"}
    assert "  updated leaves/one.md" in imported(project, 1)
    project.ok("langassets", "run", "preload")
    assert "](https://cdn.example.com/l/images/leaf.png)" in lesson(project)
    project.environ |= {"LESSON_ASSETS": "", "LESSON_ASSETS_URL": ""}
    assert "  updated leaves/one.md" in imported(project, 1)
    project.environ |= {"LESSON_ASSETS": "link"}
    assert "LESSON_ASSETS_URL does not say where to" in project.run("langassets", "status").stderr


def test_a_lesson_of_an_empty_file_that_an_earlier_version_made_is_archived(project: Project) -> None:
    imported(project, 1)
    # As the version before left it.
    as_before = "UPDATE imported_lessons SET file_hash = ?, path = 'empty.md' WHERE path LIKE 'roots%'"
    with sqlite3.connect(project.folder / ".langassets" / "langassets.db") as data:
        data.execute(as_before, (hashlib.sha256(b"").hexdigest(),))
    data.close()
    assert "  archived empty.md" in imported(project, 1)
    assert not any("archived empty.md" in line for line in imported(project, 1))


def test_copies_on_supabase_are_of_their_own_type_and_go_out_once(project: Project) -> None:
    with SupabaseStorageServer() as server:
        project.environ |= {"SUPABASE_URL": server.url, "SUPABASE_SERVICE_ROLE_KEY": server.key}
        public = f"{server.url}/storage/v1/object/public/media"
        project.environ |= {"LESSON_ASSETS": "copy", "LESSON_ASSETS_URL": public}
        imported(project, 1)
        imported(project, 1)
        project.ok("langassets", "run", "preload")
        [copy] = [key for key in server.objects if key.startswith("lesson-assets/")]
        assert (server.objects[copy].body, server.objects[copy].content_type) == (PICTURE, "image/png")
        stored = server.objects["es/lessons/1/text.json"]
        assert stored.content_type == "application/json"
        assert f"]({public}/{copy})" in json.loads(stored.body)["text"]
        assert server.counts["upload"] == 4
