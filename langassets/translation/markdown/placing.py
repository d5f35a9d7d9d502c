"""A translation put where its segment stood, so that it cannot change the structure around it.

Rendered Markdown shows an escaped character as itself, so escaping is always safe; what cannot be
escaped (a newline) becomes a space.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from markdown_it.rules_block.html_block import HTML_SEQUENCES

from langassets.errors import InputError

TAG = re.compile(r"<x(\d{1,9})/>")


class Place(Enum):
    """What surrounds a segment: it decides what would break there.

    Above a line of dashes even an escaped pipe makes a table; lines with pipes of their own that would
    flow together there cannot be translated.
    """

    LINE = "line"
    HEADING = "heading"
    ABOVE_DASHES = "above dashes"
    CELL = "cell"
    FIRST_CELL = "first cell"
    TITLE = "title"
    LABEL = "label"
    NOWHERE = "nowhere"
    HTML = "html"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tag stands for: the source's own characters, and whether a line ends in them."""

    text: str
    breaks_line: bool = False


def place(translation: str, shown: Sequence[Shown], where: Place) -> str:
    """The text to write into the source for a translation.

    Raises InputError when the tags `<x1/>`, … are not each there exactly once, or nothing is left to show.
    """
    if where is Place.NOWHERE:
        raise InputError("lines with a pipe stand above a line of dashes; put a blank line between them")
    pieces = TAG.split(translation)
    numbers = [int(number) for number in pieces[1::2]]
    if sorted(numbers) != list(range(1, len(shown) + 1)):
        raise InputError(f"a translation must hold each of <x1/> to <x{len(shown)}/> once; it has {numbers}")
    texts = [_prose(piece, where) for piece in pieces[::2]]
    placed = _assembled(texts, [shown[number - 1] for number in numbers], where)
    if not placed:
        raise InputError("a translation is empty: write one")
    return placed


_SPACES = re.compile(r"[ \t]*+[\r\n][ \t\r\n]*+")
_TAG_LIKE = re.compile(r"(?<!\\)((?:\\\\)*)<(?=[A-Za-z/!?]|\Z)")
_DEFINITION = re.compile(r"(?<!\\)((?:\\\\)*)\]:")
_DOLLARS = re.compile(r"(?<=\$)\$")
_PIPE = re.compile(r"(?<!\\)\|")


def _prose(text: str, where: Place) -> str:
    """One stretch between tags: on one line, and with nothing that starts a tag or a cell."""
    text = _SPACES.sub(" ", text)
    if where is Place.PLAIN:
        return text
    if where is Place.HTML:
        return text.replace("<", "&lt;").replace("|", "&#124;")
    text = _TAG_LIKE.sub(r"\1\\<", text)
    if where in (Place.CELL, Place.FIRST_CELL):
        text = _PIPE.sub(r"\\|", text)
    elif where in (Place.ABOVE_DASHES, Place.TITLE):
        text = text.replace("\\|", "|").replace("|", "&#124;")
    if where not in (Place.HEADING, Place.CELL):
        text = _DEFINITION.sub(r"\1\\]:", text)  # a definition, when a bracket opened on some line before
    text = _DOLLARS.sub(r"\\$", text)
    if where is Place.LABEL:
        return text.translate(_ROUND)
    return text.replace('"', "'") if where is Place.TITLE else text


_ROUND = str.maketrans("[]", "()")


INVISIBLE = "\N{WORD JOINER}"
"""Neither a blank nor a sign to Markdown, and nothing to a reader."""


def _assembled(texts: list[str], shown: list[Shown], where: Place) -> str:
    """Texts and parts in turn; each line of them as harmless as the first."""
    markdown = where not in (Place.PLAIN, Place.HTML)
    finished: list[str] = []
    line, by_part = texts[0].lstrip(), False
    for part, text in zip(shown, texts[1:], strict=True):
        line = _even_backslashes(line) if markdown else line
        if markdown and line.endswith("]") and part.text.startswith(":"):
            line += INVISIBLE
        if part.breaks_line:
            if line.strip():  # a break before the first word, or after another, would be an empty line
                finished += [_line_start(line.rstrip(), by_part, where), part.text]
            line, by_part = text.lstrip(), False
        else:
            by_part = by_part or not line
            line += part.text + (" " if markdown and _runs_on(part, text) else "") + text
    line = line.rstrip()
    if not line and finished:
        return "".join(finished[:-1])
    if markdown:
        line = _even_backslashes(line)
    if line.endswith("\\") and where in (Place.CELL, Place.FIRST_CELL):
        line += " "  # a table counts no backslashes: one before a pipe escapes it, whatever precedes
    if line.endswith("#") and where in (Place.HEADING, Place.ABOVE_DASHES):
        line = re.sub(r"(^|\s)(#+)$", r"\1\\\2", line)
    return "".join(finished) + _line_start(line, by_part, where)


def _runs_on(part: Shown, text: str) -> bool:
    """Whether a bare address would take in what follows: renderers end it at a blank or a sign of ASCII."""
    return bool(_BARE_ADDRESS.match(part.text)) and text[:1] > "\x7f" and not text[0].isspace()


_BARE_ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z")


def _even_backslashes(text: str) -> str:
    """Text whose last backslash does not escape what follows."""
    return text + "\\" if (len(text) - len(text.rstrip("\\"))) % 2 else text


# What begins a block at the start of a line (CommonMark 4 and 5; tables, footnotes and MkDocs beside it).
_BLOCK_START = re.compile(
    r"""(?P<escape> \#{1,6}(?=[ \t]|$) | > | [-+*](?=[ \t]|$) | (?:-[ \t]*)+$ | =+[ \t]*$ | `{3} | ~{3}
        | (?:\*[ \t]*)+$ | (?:_[ \t]*)+$ | \$\$ | :(?=[ \t:-]) | \| | -[-|: \t]+$
        | \*\[ | \[\^ | !!! | \?\?\? | ===)
      | (?P<number>\d{1,9})[.)](?=[ \t]|$)""",
    re.VERBOSE,
)
_PART_BLOCK_START = re.compile(
    r"\$\$(?:(?:(?!\$\$).)*+|.+\$\$)\Z|\\\[.*\\\]\s*\Z|\[\^[^\]]*\]:|`{3}[^`]*\Z", re.DOTALL
)
# What a backslash more would not keep from being a mark of a formula, but would show itself.
_FORMULA = re.compile(r"\\\[|\\\]\s*\Z")


def _line_start(line: str, by_part: bool, where: Place) -> str:
    """A line that can only be a paragraph's; `by_part` says that a protected part begins it."""
    if where in (Place.HEADING, Place.CELL, Place.TITLE, Place.LABEL, Place.PLAIN, Place.HTML):
        return line
    match = _BLOCK_START.match(line)
    if by_part:  # a part cannot be escaped, but what is invisible before it makes it a word
        looks = match is not None and line[0] not in "`$"
        looks = looks or bool(_PART_BLOCK_START.match(line))
        return INVISIBLE + line if looks or _opens_html(line) else line
    if _FORMULA.match(line):
        return INVISIBLE + line
    if not match:
        return line
    number = match.end("number")
    if number >= 0:
        return f"{line[:number]}\\{line[number:]}"
    is_formula = line.startswith("[") and line.endswith("\\]")  # with a backslash before it
    return INVISIBLE + line if is_formula else f"\\{line}"


def _opens_html(line: str) -> bool:
    return line.startswith("<") and any(start.search(line) for start, _, _ in HTML_SEQUENCES)
