"""What a parsed Markdown document is for us: leaf blocks, as offsets into the source."""

from dataclasses import dataclass
from enum import Enum

Span = tuple[int, int]
"""Start and end of a stretch of the source, in characters, as for a slice."""


class Kind(Enum):
    """What a leaf is: it decides how its text is cut, and what a translation must not contain."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    SETEXT = "setext"
    TABLE = "table"
    HTML = "html"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One block that holds text; each of `lines` runs from its first character that is not blank."""

    kind: Kind
    lines: tuple[Span, ...]
