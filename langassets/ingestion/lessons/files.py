"""Finding Markdown files below a folder, and what lies beside them, whatever links lead to."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

MARKDOWN = (".md", ".markdown", ".mdx")
"""Endings of the files that become lessons, in small letters."""

KINDS = ", ".join(f"*{ending}" for ending in MARKDOWN)
"""The same for people."""

LONGEST_PATH = 500
"""Characters of a path below the folder, the width of its column."""


class FileProblem(NamedTuple):
    """A file or folder that was passed over (its path below the imported folder), and why."""

    path: str
    reason: str


class FoundFile(NamedTuple):
    """A Markdown file: its path below the imported folder, with slashes, and where it lies."""

    path: str
    file: Path


class OtherFile(NamedTuple):
    """A file that is no lesson, with nothing wrong about it (its path below the imported folder), and why."""

    path: str
    reason: str


Entry = FoundFile | OtherFile | FileProblem


def may_be_there(path: str, problems: Iterable[FileProblem]) -> bool:
    """Whether a file that was not found may be there all the same, in a folder or behind a link that could
    not be looked into."""
    return any(problem.path == "." or f"{path}/".startswith(f"{problem.path}/") for problem in problems)


def find_files(folder: Path) -> Iterator[Entry]:
    """Every file below `folder`, in order of path, and what could not be looked into.

    Names that begin with a dot are passed over; a Markdown file among them is named. Links are followed, but
    never in a circle, and never out of `folder`: lessons that somebody else wrote are not to publish what
    else lies on this machine.
    """
    yield from _find(folder, "", (folder.resolve(),))


def _find(folder: Path, prefix: str, above: tuple[Path, ...]) -> Iterator[Entry]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield FileProblem(prefix.rstrip("/") or ".", f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _entry(entry, prefix + entry.name, above)
        elif _is_markdown(entry) and entry.is_file():
            yield OtherFile(_printable(prefix + entry.name), "its name begins with a dot")


def _entry(entry: Path, name: str, above: tuple[Path, ...]) -> Iterator[Entry]:
    """What an entry of a folder comes to: a file, the files below it, a problem, or nothing."""
    path, is_markdown = _printable(name), _is_markdown(entry)
    try:
        mode = entry.stat().st_mode
        is_folder = stat.S_ISDIR(mode)
        if not (is_folder or is_markdown):
            yield OtherFile(path, f"no Markdown ({KINDS})")
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


def _is_markdown(entry: Path) -> bool:
    return entry.suffix.lower() in MARKDOWN


def _printable(name: str) -> str:
    """A name that was not UTF-8, with a mark for each byte that was none."""
    return name.encode("utf-8", "replace").decode()
