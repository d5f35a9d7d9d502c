"""Strings within a text that are written by rules of their own: a value of the front matter, an attribute of
a tag, the title of a definition."""

from collections.abc import Callable
from typing import NamedTuple


class Value(NamedTuple):
    """One translatable value: where it stands in the source (start and end in characters, as for a slice,
    with quotes where `write` brings them), what it says, and how a translation of it is written.

    A value of several lines is Markdown: in one that `flows` these flow together, in one that does not each
    line break is meant. None of one line."""

    start: int
    end: int
    text: str
    write: Callable[[str], str]
    flows: bool | None = None
