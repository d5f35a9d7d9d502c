"""Finding Markdown files, and reading what each says of itself."""

import hashlib
import re
import stat
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt

from langassets.locales import is_language_code
from langassets.translation.markdown.front_matter import TOML, YAML

# The widths of the application's columns.
_LONGEST_TITLE, _LONGEST_LANGUAGE, _LONGEST_PATH = 255, 10, 500
_STATUSES = ("active", "archived", "deleted")
# A first line of hyphens without a second is a rule, or a block that was never closed when a name and a colon
# follow it.
_NEVER_CLOSED = re.compile(r"\A\ufeff?---[ \t]*\r?\n[A-Za-z_][\w-]*:")


class FileProblem(NamedTuple):
    """A file or folder that was passed over (its path below the imported folder), and why."""

    path: str
    reason: str


class FoundFile(NamedTuple):
    """A Markdown file: its path below the imported folder, with slashes, and where it lies."""

    path: str
    file: Path


@dataclass(frozen=True, slots=True)
class MarkdownLesson:
    """What one file says. `text` is the whole file, front matter included; `file_hash` its SHA-256.

    `given_title` is the front matter's; `body` is what follows it.
    """

    path: str
    text: str
    body: str
    file_hash: str
    given_title: str | None
    language: str
    status: str
    description: str | None

    @property
    def title(self) -> str:
        """The title given, else the first heading (found anew each time), else the file's name."""
        title = self.given_title or _heading(self.body) or PurePosixPath(self.path).stem
        return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"


def find_files(folder: Path) -> Iterator[FoundFile | FileProblem]:
    """Every `*.md` below `folder`, in order of path, and what could not be looked into.

    Names that begin with a dot are passed over. Links are followed, but never in a circle, and never out
    of `folder`: lessons that somebody else wrote are not to publish what else lies on this machine.
    """
    yield from _find(folder, "", (folder.resolve(),))


def read_lesson(found: FoundFile) -> MarkdownLesson:
    """What a file says: title, language, status and description from its front matter.

    Raises ValueError, with the reason, for what cannot become a lesson, and OSError for what cannot be
    read.
    """
    raw = found.file.read_bytes()
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"not text in UTF-8 (byte {error.start + 1})") from None
    if "\0" in text:
        raise ValueError("holds a zero byte, so it is no text")
    if len(found.path) > _LONGEST_PATH:
        raise ValueError(f"its path is longer than {_LONGEST_PATH} characters")
    front, body = _split(text)
    return MarkdownLesson(
        path=found.path,
        text=text,
        body=body,
        file_hash=hashlib.sha256(raw).hexdigest(),
        given_title=_line(front, "title"),
        language=_language(front),
        status=_status(front),
        description=_line(front, "description"),
    )


def _find(folder: Path, prefix: str, above: tuple[Path, ...]) -> Iterator[FoundFile | FileProblem]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield FileProblem(prefix.rstrip("/") or ".", f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _entry(entry, prefix + entry.name, above)


def _entry(entry: Path, name: str, above: tuple[Path, ...]) -> Iterator[FoundFile | FileProblem]:
    """What an entry of a folder comes to: a file, the files below it, a problem, or nothing."""
    path, is_markdown = _printable(name), entry.suffix.lower() == ".md"
    try:
        mode = entry.stat().st_mode
        is_folder = stat.S_ISDIR(mode)
        if not (is_folder or is_markdown):
            return
        target = entry.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself, from resolve()
        if is_markdown or entry.is_symlink():
            yield FileProblem(path, f"cannot be read: {getattr(error, 'strerror', None) or error}")
        return
    if not target.is_relative_to(above[0]):
        yield FileProblem(path, "a link out of the folder: copy in what it leads to")
    elif is_folder and target in above:
        yield FileProblem(path, "a link back to a folder that it lies in")
    elif is_folder:
        yield from _find(entry, f"{name}/", (*above, target))
    elif not stat.S_ISREG(mode):
        yield FileProblem(path, "not a file with content")
    elif path != name:
        yield FileProblem(path, "its name is not in UTF-8")
    else:
        yield FoundFile(path, entry)


def _printable(name: str) -> str:
    """A name that was not UTF-8, with a mark for each byte that was none."""
    return name.encode("utf-8", "replace").decode()


def _split(text: str) -> tuple[dict[str, Any], str]:
    if found := TOML.match(text):
        return _of_toml(found["toml"]), text[found.end() :]
    if found := YAML.match(text):
        return _of_yaml(found["yaml"]), text[found.end() :]
    if _NEVER_CLOSED.match(text):
        raise ValueError("its front matter is never closed: a line of three hyphens is missing")
    return {}, text.removeprefix("\ufeff")


def _of_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"its front matter is not TOML: {error}") from None


def _of_yaml(text: str) -> dict[str, Any]:
    try:
        front = yaml.safe_load(text)
    except Exception as error:  # noqa: BLE001 PyYAML's constructors raise all kinds of things on odd values
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 2}" if mark else ""
        what = getattr(error, "problem", None) or str(error).partition("\n")[0] or type(error).__name__
        raise ValueError(f"its front matter is not YAML{where}: {what}") from None
    if front is not None and not isinstance(front, dict):
        raise ValueError("its front matter is not a list of names and values, like `title: My lesson`")
    return front or {}


def _line(front: dict[str, Any], name: str) -> str | None:
    """A value on one line; None where there is none."""
    value = front.get(name)
    if value is None:
        return None
    if isinstance(value, dict | list | set | bytes):
        raise ValueError(f"{name!r} in its front matter is not a text")  # noqa: TRY004 the value is theirs
    return " ".join(str(value).split()).replace("\0", "") or None


def _heading(body: str) -> str | None:
    """The first heading's words, without their marks."""
    tokens = MarkdownIt().parse(body)
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            words = "".join(child.content or " " for child in inline.children or [] if child.nesting == 0)
            if words.strip():
                return " ".join(words.split())
    return None


def _language(front: dict[str, Any]) -> str:
    if front.get("language") is False:  # what YAML makes of `no`
        raise ValueError('its language is read as "false": write language: "no", in quotes')
    code = _line(front, "language") or "en"
    if not is_language_code(code) or len(code) > _LONGEST_LANGUAGE:
        raise ValueError(f"its language is {code[:40]!r}, which is not a code like 'en' or 'pt-BR'")
    return code


def _status(front: dict[str, Any]) -> str:
    status = (_line(front, "status") or "active").lower()
    if status not in _STATUSES:
        raise ValueError(f"its status is {status[:40]!r}, which is none of {', '.join(_STATUSES)}")
    return status
