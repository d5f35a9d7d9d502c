"""Strings within a text that are written by rules of their own: a value of the front matter, an attribute of
a tag, the title of a definition."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """One translatable value: where it stands in the source (start and end in characters, as for a slice,
    with quotes where `write` brings them), what it says, and how a translation of it is written."""

    start: int
    end: int
    text: str
    write: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class TextValue(Value):
    """A value of several lines, which is Markdown. In one that does not `flow`, each line break is meant."""

    flows: bool
