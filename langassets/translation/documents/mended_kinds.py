"""Kinds that contents hold, whose cutting or writing was mended; see `MENDINGS`."""

import re

from langassets.errors import InputError
from langassets.translation.documents.content import TranslatableString
from langassets.translation.documents.segments import segment_text
from langassets.translation.icu import ICU, SIMPLE_ICU, argument_at
from langassets.translation.markdown.anchors.anchored import anchors, in_page_fragments
from langassets.translation.markdown.front_matter import front_matter
from langassets.translation.markdown.patterns import EXPRESSION, is_code
from langassets.translation.markdown.pieces import Piece, Slot


def holds_values(string: TranslatableString) -> bool:
    """Whether a string has an attribute of HTML, a title of a definition, or front matter of several lines or
    with anchors: they were left in the source's language, or came out broken."""
    if not string.markdown or not any(sign in string.text for sign in ("<", "]:", "---", "+++")):
        return False
    try:
        end, _ = front_matter(string.text)
        return any(_is_value(piece, string.text, end) for piece in segment_text(string.text).pieces)
    except InputError:  # nothing is ever made of it
        return False


_BLOCKS = re.compile(
    r"""^[ \t>]*+(?: `{3,}[ \t]*\{[A-Za-z] | ~{3,}[ \t]*\{[A-Za-z] | :{3,}[ \t]*\{
        | :{3,}[^\n]*\{[^\n]*title= | \?{3}\+?[ ]*" | ={3}\+!
        | [!?]{3}[^"\n]*"[^"\n]*"[^"\n]*" | ::[A-Za-z][\w-]*[\[{] | /{3}[^/\n]*\n[ >]*[ ]{4}
        | \[![A-Za-z]+[\w-]*[-|\d] )""",
    re.MULTILINE | re.VERBOSE,
)


def holds_blocks(string: TranslatableString) -> bool:
    """Whether a string has a directive of MyST, an admonition without a kind or with quotes in its title, or
    another block whose title was left in the source's language or whose options were translated. What only
    looks like one is made again as well."""
    return string.markdown and _BLOCKS.search(string.text) is not None


def holds_messages(string: TranslatableString) -> bool:
    """Whether a string has an argument of ICU MessageFormat: its keywords were translated."""
    found = (argument_at(string.text, head.start()) for head in ICU.finditer(string.text))
    return any(found) or SIMPLE_ICU.search(string.text) is not None


def _is_value(piece: Piece, source: str, end: int) -> bool:
    if not isinstance(piece, Slot) or piece.within:
        return True
    if piece.write is None or piece.start >= end:
        return piece.write is not None
    # Of a value on one line only what stands before it, or a part of it, was lost.
    before = source[: piece.start].rstrip(" ").rpartition(" ")[2]
    said = source[piece.start : piece.end]
    return before.startswith(("&", "!")) or said.startswith("*") or said.strip("\"'")[:1] in ":{<"


_CODE = re.compile(rf"(?P<sure><[A-Za-z][^<>\n]*\{{|\{{%[-~+]?\s*end)|\{{%|{EXPRESSION}")


def holds_expressions(string: TranslatableString) -> bool:
    """Whether a string has an expression of MDX, which went to the model as prose, or the end of a template's
    statement, whose beginning was left outside its segment."""
    if not string.markdown or "{" not in string.text:
        return False
    return any(found["sure"] or is_code(found[0]) for found in _CODE.finditer(string.text))


def links_to_its_headings(string: TranslatableString) -> bool:
    """Whether a link leads to a heading of the same text."""
    return string.markdown and bool(anchors(string.text, in_page_fragments(string.text)))


def holds_wikilinks(string: TranslatableString) -> bool:
    """Whether there is a link in double brackets."""
    return string.markdown and re.search(r"\[\[[^\[\]\s]", string.text) is not None
