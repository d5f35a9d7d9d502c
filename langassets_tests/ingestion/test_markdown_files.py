"""Markdown files are found wherever links lead within their folder, and judged one by one."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.ingestion.lessons import markdown
from langassets.ingestion.lessons.files import FileProblem, FoundFile, find_files
from langassets.ingestion.lessons.markdown import read_lesson


def write(folder: Path, path: str, text: str | bytes) -> Path:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refusal(folder: Path, path: str, text: str | bytes) -> str:
    """Why a file with this text cannot become a lesson."""
    with pytest.raises(ValueError, match=".") as raised:
        read_lesson(FoundFile(path, write(folder, path, text)))
    return str(raised.value)


BAD: dict[str, tuple[str | bytes, str]] = {
    "binary.md": (b"# \xff\xfe", "not text in UTF-8 (byte 3)"),
    "closed.md": (
        "---\ntitle: A\n\n# A",
        "its front matter is never closed: a line of three hyphens is missing",
    ),
    "language.md": (
        "---\nlanguage: ../../etc\n---\n",
        "its language is '../../etc', which is not a code like 'en' or 'pt-BR'",
    ),
    "list.md": (
        "---\n- a\n---\n",
        "its front matter is not a list of names and values, like `title: My lesson`",
    ),
    "long.md": (
        "---\nlanguage: zh-Hant-TW-x\n---\n",
        "its language is 'zh-Hant-TW-x', which is not a code like 'en' or 'pt-BR'",
    ),
    "norwegian.md": (
        "---\nlanguage: no\n---\n",
        'its language is read as "false": write language: "no", in quotes',
    ),
    "status.md": (
        "---\nstatus: new\n---\n",
        "its status is 'new', which is none of active, archived, deleted",
    ),
    "title.md": ("---\ntitle: [a]\n---\n", "'title' in its front matter is not a text"),
    "yaml.md": (
        "---\nok: 1\ntitle: a: b\n---\n",
        "its front matter is not YAML, line 3: mapping values are not allowed here",
    ),
    "toml.md": (
        "+++\ntitle = a\n+++\n",
        "its front matter is not TOML: Invalid value (at line 1, column 9)",
    ),
    "blank.md": ("\ufeff \r\n\t\n", "it is empty: write the lesson, or remove the file"),
    "empty.md": ("", "it is empty: write the lesson, or remove the file"),
    "front.mdx": (
        "+++\ntitle = 'Alone'\n+++\n\n",
        "it holds front matter and no text: write the lesson, or remove the file",
    ),
    "zero.md": ("a\0b", "holds a zero byte, so it is no text"),
}


def test_what_cannot_become_a_lesson_says_why(tmp_path: Path) -> None:
    refused = {path: refusal(tmp_path, path, text) for path, (text, _) in BAD.items()}
    assert refused == {path: reason for path, (_, reason) in BAD.items()}


@pytest.mark.parametrize(
    "value", ["!!int ''", "!!timestamp x", "[" * 3000, "2026-13-45", "{a: b}: c", "*x", "\x07"]
)
def test_front_matter_never_breaks_an_import(tmp_path: Path, value: str) -> None:
    assert "front matter is not YAML" in refusal(tmp_path, "a.md", f"---\ntitle: {value}\n---\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_front_matter_in_toml_is_read_as_in_yaml(tmp_path: Path, end: str) -> None:
    text = '+++\ntitle = "Boucles"\nlanguage = "fr"\nstatus = "archived"\n+++\n# Autre\n'.replace("\n", end)
    lesson = read_lesson(FoundFile("a.md", write(tmp_path, "a.md", text)))
    assert (lesson.title, lesson.language, lesson.status) == ("Boucles", "fr", "archived")
    assert (lesson.text, lesson.body) == (text, f"# Autre{end}")


def test_links_pipes_and_hidden_folders(tmp_path: Path) -> None:
    folder = tmp_path / "lessons"
    write(folder, "sub/a.md", "# A")
    write(folder, ".git/hidden.md", "# Hidden")
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "self.md").symlink_to(folder / "self.md")
    (folder / "nowhere.md").symlink_to(folder / "missing.md")
    (folder / "linked.md").symlink_to(folder / "sub" / "a.md")
    (folder / "outside.md").symlink_to(write(tmp_path, "elsewhere.md", "# Not a lesson"))
    (folder / "outside").symlink_to(tmp_path)
    (folder / "passwd.md").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.md")
    found = list(find_files(folder))
    assert [file.path for file in found if isinstance(file, FoundFile)] == ["linked.md", "sub/a.md"]
    reasons = {problem.path: problem.reason for problem in found if isinstance(problem, FileProblem)}
    outside = {"outside", "outside.md", "passwd.md"}
    assert set(reasons) == {"sub/loop", "self.md", "nowhere.md", "pipe.md"} | outside
    assert {reasons[path] for path in outside} == {"a link out of the folder: copy in what it leads to"}
    assert reasons["sub/loop"] == "a link back to a folder that it lies in"
    assert reasons["pipe.md"] == "not a file with content"
    assert "No such file" in reasons["nowhere.md"]


def test_a_name_that_is_no_text_is_reported(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("# Café")
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    assert list(find_files(tmp_path)) == [FileProblem("caf?.md", "its name is not in UTF-8")]


@given(st.text(alphabet="# a*`[]()\n\r\t\\<>-=_&1.", max_size=40))
def test_a_title_on_the_first_line_is_the_one_that_the_whole_text_has(text: str) -> None:
    assert markdown._heading(text) == markdown._first_heading(text)
