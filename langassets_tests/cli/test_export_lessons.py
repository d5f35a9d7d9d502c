"""Translated lessons come out as a folder that a site generator takes as it is, by the real commands."""

import json
import subprocess
from pathlib import Path

import pytest

from langassets_tests.project import BIN, Project

PICTURE = bytes.fromhex("89504e470d0a1a0a") + b"leaf"
FILES = {
    "index.md": "---\ntitle: Plants\nlanguage: en\n---\n# Plants\n\nOf [leaves](leaves/one.md#the-stem).\n",
    "leaves/one.md": (
        "# A leaf\n\n![A leaf](../images/a%20leaf.png) and [roots](../roots.markdown).\n\n"
        "## The stem\n\nBack to [the start](../index.md), or [above](#the-stem).\n"
    ),
    "roots.markdown": '# Roots\n\n<img alt="A leaf" src="images/a leaf.png">\n\nA [leaf](leaves/one.md).\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path, {"PREDEFINED_LANGUAGES": "es"})
    for path, text in FILES.items():
        write(tmp_path / "lessons" / path, text)
    (tmp_path / "lessons" / "images").mkdir()
    (tmp_path / "lessons" / "images" / "a leaf.png").write_bytes(PICTURE)
    return made


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def preloaded(project: Project) -> None:
    project.ok("langassets", "import-lessons", "lessons")
    project.ok("langassets", "run", "preload")


def files_in(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def build(project: Project) -> None:
    """Have MkDocs take the export, with every warning an error."""
    # As the site of these docs does, and for which MkDocs wants no plugin.
    (project.folder / "mkdocs.yml").write_text(
        "site_name: Plants\ndocs_dir: out\ntheme: {name: material, font: false}\nplugins: []\n"
        "validation: {links: {not_found: warn, anchors: warn, unrecognized_links: warn}}\n"
    )
    done = subprocess.run(
        [BIN / "mkdocs", "build", "--strict"],
        cwd=project.folder,
        env=project.env | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("assets", ["name", "copy", "link"])
def test_a_site_generator_takes_what_comes_out(project: Project, assets: str) -> None:
    project.environ |= {"LESSON_ASSETS": assets, "LESSON_ASSETS_URL": "https://cdn.example.com/x"}
    if assets == "copy":
        del project.environ["LESSON_ASSETS_URL"]
    preloaded(project)
    printed = project.ok("langassets", "export-lessons", "es", "out")
    assert "Lessons: 3 exported to out in es; 4 files written, 0 unchanged." in printed
    assert "links to" not in printed
    out = project.folder / "out"
    assert files_in(out) == {*FILES, "images/a leaf.png", ".langassets-export.json"}
    assert (out / "images" / "a leaf.png").read_bytes() == PICTURE
    index = (out / "index.md").read_text(encoding="utf-8")
    assert index.startswith("---\ntitle: ")
    assert "title: Plants" not in index
    assert "language: es\n---\n" in index
    assert "](leaves/one.md#the-stem)" in index
    leaf = (out / "leaves" / "one.md").read_text(encoding="utf-8")
    assert "](../images/a%20leaf.png)" in leaf
    assert '<a id="the-stem"></a>\n\n## ' in leaf
    build(project)
    again = project.ok("langassets", "export-lessons", "es", "out")
    assert "0 files written, 4 unchanged" in again


def test_copies_in_storage_stand_in_for_a_source_folder_that_is_gone(project: Project) -> None:
    project.environ |= {"LESSON_ASSETS": "copy"}
    preloaded(project)
    (project.folder / "lessons").rename(project.folder / "elsewhere")
    project.ok("langassets", "export-lessons", "es", "out")
    assert (project.folder / "out" / "images" / "a leaf.png").read_bytes() == PICTURE


def test_what_is_missing_is_named_and_so_is_every_link_to_it(project: Project) -> None:
    preloaded(project)
    (project.folder / ".langassets/storage/es/lessons/2/text.json").unlink()
    write(project.folder / "lessons" / "roots.markdown", "# Roots\n\nA root is no leaf.\n")
    (project.folder / "lessons" / "images" / "a leaf.png").unlink()
    project.ok("langassets", "import-lessons", "lessons")
    done = project.run("langassets", "export-lessons", "es", "out")
    assert done.returncode == 1
    *lines, cure = done.stdout.splitlines()
    assert lines == [
        "Lessons: 1 exported to out in es; 1 file written, 0 unchanged.",
        "  missing leaves/one.md: not in storage in es",
        "  missing roots.markdown: outdated in es: the lesson has changed since",
        "  index.md links to leaves/one.md, which is not exported",
    ]
    assert cure.endswith("langassets run preload` makes what is missing.")
    done = project.run("langassets", "export-lessons", "fr", "fr")
    assert done.returncode == 1
    assert "fr is not frequent" in done.stdout
    project.ok("langassets", "run", "preload")
    printed = project.ok("langassets", "export-lessons", "es", "out")
    assert "leaves/one.md links to images/a leaf.png, which is not exported" in printed


def test_nothing_of_a_person_s_is_replaced_and_nothing_deleted(project: Project) -> None:
    preloaded(project)
    write(project.folder / "out" / "index.md", "Mine")
    done = project.run("langassets", "export-lessons", "es", "out")
    assert done.returncode == 1
    assert "  kept index.md: no export wrote what stands there; --force replaces it" in done.stdout
    assert (project.folder / "out" / "index.md").read_text() == "Mine"

    write(project.folder / "lessons" / "leaves" / "one.md", "# A leaf\n\nIt fell.\n")
    write(project.folder / "out" / "roots.markdown", "Corrected by hand")
    (project.folder / "lessons" / "index.md").unlink()
    preloaded(project)
    done = project.run("langassets", "export-lessons", "es", "out")
    assert "kept roots.markdown" in done.stdout
    assert "It fell" not in (project.folder / "out" / "leaves" / "one.md").read_text()
    assert "The stem" not in (project.folder / "out" / "leaves" / "one.md").read_text()
    assert (project.folder / "out" / "index.md").read_text() == "Mine"

    project.ok("langassets", "export-lessons", "es", "out", "--force")
    assert "Corrected" not in (project.folder / "out" / "roots.markdown").read_text()
    (project.folder / "lessons" / "roots.markdown").unlink()
    project.ok("langassets", "import-lessons", "lessons")
    printed = project.ok("langassets", "export-lessons", "es", "out")
    assert "left roots.markdown: an earlier export wrote it" in printed
    assert (project.folder / "out" / "roots.markdown").exists()


def test_what_people_corrected_in_storage_goes_out_and_what_is_no_lesson_is_named(project: Project) -> None:
    preloaded(project)
    storage = project.folder / ".langassets" / "storage" / "es" / "lessons"
    corrected = "# Plantas\n\n[x](../../../lesson-assets/0123456789abcdef/=2E=2E/secret.png) 'Así'\n"
    (storage / "1" / "text.json").write_text(json.dumps({"text": corrected}))
    (storage / "2" / "text.json").write_text("broken")
    (project.folder / "secret.png").write_bytes(b"secret")
    done = project.run("langassets", "export-lessons", "es", "out")
    assert done.returncode == 1
    assert (
        "missing leaves/one.md: edited in storage to what is no lesson: es/lessons/2/text.json" in done.stdout
    )
    assert (project.folder / "out" / "index.md").read_text(encoding="utf-8") == corrected
    assert "secret.png" not in files_in(project.folder / "out")


def test_folders_that_cannot_be_written_to_are_refused(project: Project) -> None:
    def refused(*arguments: str) -> str:
        done = project.run("langassets", "export-lessons", *arguments)
        assert done.returncode == 2, done.stdout + done.stderr
        return done.stderr

    assert "No active lesson came from a folder" in refused("es", "out")
    preloaded(project)
    assert "the next import would take their translations" in refused("es", "lessons/es")
    assert "is not a folder" in refused("es", "dagster.yaml")
    assert "not a language code" in refused("nowhere/", "out")
    write(project.folder / "more" / "index.md", "# More\n\nMore of it.\n")
    project.ok("langassets", "import-lessons", "more")
    assert "name one with --source" in refused("es", "out")
    assert "No active lesson came from other" in refused("es", "out", "--source", "other")
    project.ok("langassets", "run", "preload")
    project.ok("langassets", "export-lessons", "es", "out", "--source", "more")
    assert files_in(project.folder / "out") == {"index.md", ".langassets-export.json"}
    project.environ |= {"PREDEFINED_LANGUAGES": "es,fr"}
    assert "holds lessons in es that an export wrote" in refused("fr", "out", "--source", "more")
    (project.folder / "out" / "leaves").symlink_to(project.folder)
    assert "is a link out of out" in refused("es", "out", "--source", "lessons", "--force")
