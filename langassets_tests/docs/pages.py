"""The pages that people read, cut into their code blocks, and what each page says of how to run them.

A comment stands right above a block:

    <!-- run: demo -->                           run it in the page's project of this kind (`kinds.py`)
    <!-- run: demo, until http://127.0.0.1:3000 -->  a server: stop it once it answers there
    <!-- run: demo, fails -->                    it ends with another code than 0, as the page says
    <!-- not run: it needs a machine to itself -->   why no test runs it
    <!-- file: demo, lessons/bridge.md -->       write it into that project under this name
    <!-- output -->                              what the block above printed
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from langassets_tests.project import ROOT

FAILS = "fails"
SHELL = frozenset({"sh", "bash", "shell", "console", "shell-session", "zsh"})
# A fence may be indented, in a list.
_BLOCK = re.compile(
    r"(?:^[ ]*<!--[ ]*(?P<mark>[^>]*?)[ ]*-->[ ]*\n(?:[ \t]*\n)*)?"
    r"^(?P<indent>[ ]*)(?P<fence>`{3,}|~{3,})[ ]*(?P<language>[^\s`]*)[^\n]*\n"
    r"(?P<text>.*?)^[ ]*(?P=fence)[ \t]*$",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(
    r"(?P<what>run|not run|file|output)(?::[ ]*(?P<rest>[^\n]+))?\Z",
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block. `what` is run, not run, file, output or None where the page does not say;
    `kind` the project that it belongs to, `argument` the address, the file's name or the reason."""

    page: str
    line: int
    language: str
    text: str
    what: str | None
    kind: str | None = None
    argument: str | None = None

    @property
    def is_shell(self) -> bool:
        """Whether it holds commands."""
        return self.language in SHELL

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """The README and every page of the site."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    """A page's path below the root."""
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return list(blocks_in(page.read_text(encoding="utf-8"), name_of(page)))


def blocks_in(text: str, page: str) -> Iterator[Block]:
    """The fenced blocks in a page's text. Raises ValueError for a comment of ours that is no such mark."""
    for found in _BLOCK.finditer(text):
        indent = len(found["indent"])
        lines = found["text"].splitlines(keepends=True)
        body = "".join(line[indent:] if line[:indent].isspace() else line for line in lines)
        line = text.count("\n", 0, found.start("fence")) + 1
        what, kind, argument = _read(found["mark"])
        yield Block(page, line, found["language"], body, what, kind, argument)


def _read(mark: str | None) -> tuple[str | None, str | None, str | None]:
    found = _MARK.match(mark) if mark else None
    if found is None:
        return None, None, None
    what, rest = found["what"], (found["rest"] or "").strip()
    if what == "not run":
        return what, None, rest or None
    kind, _, argument = (part.strip() for part in rest.partition(","))
    return what, kind or None, argument.removeprefix("until ") or None
