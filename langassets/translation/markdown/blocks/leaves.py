"""What the blocks of a document are, where they hold text, and how a parser's rules note them."""

from enum import Enum, auto
from typing import NamedTuple

from markdown_it.rules_block import StateBlock

Span = tuple[int, int]
"""Start and end of a stretch of the source, in characters, as for a slice."""


class Kind(Enum):
    """What a leaf is: it decides how its text is cut, and what a translation must not contain."""

    PARAGRAPH = auto()
    HEADING = auto()
    TABLE = auto()
    HTML = auto()
    TITLE = auto()
    ARGUMENT = auto()
    BELOW_HEAD = auto()
    FENCE = auto()
    FORMULA = auto()
    DEFINITION = auto()


class Leaf(NamedTuple):
    """One block that holds text; each of `lines` runs from its first character that is not blank."""

    kind: Kind
    lines: tuple[Span, ...]

    def moved(self, by: int) -> "Leaf":
        """The same in a source that has so many characters more before it."""
        return Leaf(self.kind, tuple((start + by, end + by) for start, end in self.lines))


def note(state: StateBlock, kind: Kind, *lines: Span) -> None:
    """Notes a leaf of the text that a parser reads."""
    state.env["leaves"].append(Leaf(kind, lines))


def span_of(state: StateBlock, line: int) -> Span:
    """Where a line's own text stands, behind quote marks and a list's indentation."""
    return state.bMarks[line] + state.tShift[line], state.eMarks[line]


def text_of(state: StateBlock, line: int) -> str:
    """That text."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
