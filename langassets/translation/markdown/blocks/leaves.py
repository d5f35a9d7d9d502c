"""What the blocks of a document are, where they hold text."""

from enum import Enum, auto
from typing import NamedTuple

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
