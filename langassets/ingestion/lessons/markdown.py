"""What a Markdown file says of itself, in its front matter and its first heading."""

import hashlib
import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

import yaml
from markdown_it import MarkdownIt

from langassets.ingestion.lessons.files import LONGEST_PATH, FoundFile
from langassets.locales import is_language_code
from langassets.translation.markdown.front_matter import TOML, YAML
from langassets.translation.markdown.values.also import Also
from langassets.translation.markdown.values.attributes import ATTRIBUTE

# The widths of the application's columns.
_LONGEST_TITLE, _LONGEST_LANGUAGE = 255, 10
_STATUSES = ("active", "archived", "deleted")
# A first line of hyphens without a second is a rule, or a block that was never closed when a name and a colon
# follow it.
_NEVER_CLOSED = re.compile(r"\A\ufeff?---[ \t]*\r?\n[A-Za-z_][\w-]*:")


class EmptyLessonError(ValueError):
    """A file without text; `file_hash` is its SHA-256."""

    def __init__(self, reason: str, file_hash: str) -> None:
        super().__init__(reason)
        self.file_hash = file_hash


@dataclass(frozen=True, slots=True)
class MarkdownLesson:
    """What one file says. `text` is the whole file, front matter included; `file_hash` its SHA-256.

    `given_title` is the front matter's; `body` is what follows it. `linked` are the fragments by which other
    lessons link to its headings, `also` is what else of it is translated.
    """

    path: str
    text: str
    body: str
    file_hash: str
    given_title: str | None
    language: str
    status: str
    description: str | None
    linked: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title given, else the first heading (found anew each time), else the file's name."""
        title = self.given_title or _heading(self.body) or PurePosixPath(self.path).stem
        return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"

    def changed(self, hashed: str, **changes: Any) -> "MarkdownLesson":
        """The lesson with these changes and the hash of a text, by which it counts as another one."""
        return replace(self, file_hash=hashlib.sha256(hashed.encode()).hexdigest(), **changes)


def read_lesson(found: FoundFile) -> MarkdownLesson:
    """What a file says: title, language, status and description from its front matter.

    Raises ValueError, with the reason, for what cannot become a lesson (EmptyLessonError where there is no
    text), and OSError for what cannot be read.
    """
    raw = found.file.read_bytes()
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"not text in UTF-8 (byte {error.start + 1})") from None
    if "\0" in text:
        raise ValueError("holds a zero byte, so it is no text")
    if len(found.path) > LONGEST_PATH:
        raise ValueError(f"its path is longer than {LONGEST_PATH} characters")
    front, body = _split(text)
    lesson = MarkdownLesson(
        path=found.path,
        text=text,
        body=body,
        file_hash=hashlib.sha256(raw).hexdigest(),
        given_title=_line(front, "title"),
        language=_language(front),
        status=_status(front),
        description=_line(front, "description"),
    )
    if not body.strip():
        what = "it holds front matter and no text" if text.strip("\ufeff \t\r\n") else "it is empty"
        raise EmptyLessonError(f"{what}: write the lesson, or remove the file", lesson.file_hash)
    return lesson


# Whether a text may hold what is translated by setting; what only looks so does no harm.
_HOLDS: dict[str, re.Pattern[str]] = {
    Also.DIAGRAMS: re.compile(r"[`~:]{3}[ \t]*\{?(?:mermaid|dot|graphviz|digraph|graph|plantuml|puml|uml)\b"),
    Also.FORMULAS: re.compile(r"\\(?:text|mbox)"),
}


def _holds(kind: str, text: str) -> bool:
    if kind in _HOLDS:
        return bool(_HOLDS[kind].search(text))
    return bool(re.search(rf"<[A-Z][^<]*\s{re.escape(kind.removeprefix(ATTRIBUTE))}\s*=", text))


def translating(lesson: MarkdownLesson, also: Collection[str]) -> MarkdownLesson:
    """A lesson with those of the kinds `also` that it holds; then it is another one than without."""
    held = tuple(kind for kind in also if _holds(kind, lesson.text))
    return lesson.changed(",".join([lesson.file_hash, *held]), also=held) if held else lesson


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


# A first line that is a heading whatever follows it: no other document has to be read to its end. With a
# bracket, what follows may define a reference.
_FIRST_LINE = re.compile(r"(?:[ \t]*\r?\n)*(?P<heading> {0,3}#{1,6}[ \t]+[^\[\r\n]*)(?:\r?\n|\Z)")
# Words without any mark are the heading's as they stand.
_WORDS = re.compile(r" {0,3}#{1,6}[ \t]+([^*_`~<&\\!#\]]*)\Z")
_PARSER = MarkdownIt()


def _heading(body: str) -> str | None:
    """The first heading's words, without their marks."""
    first = _FIRST_LINE.match(body)
    if first and (words := _WORDS.match(first["heading"])):
        return " ".join(words[1].split()) or _first_heading(body)
    return (_first_heading(first["heading"]) if first else None) or _first_heading(body)


def _first_heading(text: str) -> str | None:
    tokens = _PARSER.parse(text)
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
