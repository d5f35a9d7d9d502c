"""Kinds that contents hold, whose cutting or writing was mended; see `MENDINGS`."""

from langassets.errors import InputError
from langassets.translation.documents.content import TranslatableString
from langassets.translation.documents.segments import segment_text
from langassets.translation.markdown.front_matter import front_matter
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


def _is_value(piece: Piece, source: str, end: int) -> bool:
    if not isinstance(piece, Slot) or piece.within:
        return True
    if piece.write is None or piece.start >= end:
        return piece.write is not None
    # Of a value on one line only what stands before it, or a part of it, was lost.
    before = source[: piece.start].rstrip(" ").rpartition(" ")[2]
    said = source[piece.start : piece.end]
    return before.startswith(("&", "!")) or said.startswith("*") or said.strip("\"'")[:1] in ":{<"
