"""Which version of the checks this is: what was refused by another is tried again."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

# The checks, and the Markdown that they count and compare.
_PACKAGES = ("checks", "markdown")
_READ = (".py", ".yaml")


@cache
def checks_version() -> str:
    """A hash of the checks' sources and lists, in 16 hexadecimal digits: nobody has to remember to raise it.

    A comment changes it as well; that costs one more try of what is refused, and nothing else.
    """
    whole = hashlib.sha256()
    for package in _PACKAGES:
        for path, content in _contents(files("langassets.translation") / package):
            whole.update(f"{path} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:16]


def _contents(folder: Traversable, path: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _contents(entry, name)
        elif entry.name.endswith(_READ):
            yield name, entry.read_bytes().replace(b"\r\n", b"\n")
