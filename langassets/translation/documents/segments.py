"""A text cut into segments for a translator, and put together again around the translations.

A segment is a paragraph, a heading, a list item's text, a table's cell, a title. Whatever is not prose
stays in the source, character for character. Lines that Markdown would flow together reach the
translator as one line: given back unchanged, the source's own lines stay; a translation stands on one
line, which renders the same and is valid in every container (list item, quote, table).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from langassets.errors import InputError
from langassets.translation.markdown.anchors.anchored import anchors, in_page_fragments
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.markdown.pieces import Piece, Slot, Translation, between, joined, replaced, split
from langassets.translation.markdown.slots import markdown_pieces, plain_slots
from langassets.translation.types import Segment


@dataclass(frozen=True)
class SegmentedText:
    """A text, and the segments to translate in it, in order of appearance."""

    source: str
    pieces: tuple[Piece, ...] = field(repr=False)
    is_markdown: bool = True

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """One for each segment."""
        return tuple([slot for piece in self.pieces for slot in piece.slots])

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments; one that occurs twice is there twice."""
        return tuple([slot.segment for slot in self.slots])

    @property
    def outline(self) -> list[str]:
        """What stands between them."""
        return between(self.source, self.pieces)

    def rebuild(self, translations: Sequence[Translation], language: str | None = None) -> str:
        """The text with `translations`, one for each segment, in their places; some may be people's. With a
        `language` (a tag), with its own categories of plurals.

        A translation equal to its segment's text leaves the source as it was, byte for byte. Raises
        InputError when their number is wrong, or one lacks a protected part or is empty.
        """
        count = len(self.slots)
        if len(translations) != count:
            raise InputError(f"{count} segments, but {len(translations)} translations")
        return joined(self.source, self.pieces, translations, language)

    def written(self, translations: Sequence[Translation], language: str | None = None) -> list[str]:
        """What stands in place of each segment then; see `rebuild`. A piece that holds several, one within
        another, stands in place of the first, and nothing in place of the others."""
        written: list[str] = []
        for piece, own in split(self.pieces, translations):
            written += [piece.written(self.source, own, language), *[""] * (len(own) - 1)]
        return written

    def anchored(self, fragments: Collection[str], slugs: Slugs) -> "SegmentedText":
        """The same with an anchor for each heading that links lead to: those in the text, and others with
        these `fragments`."""
        if not self.is_markdown:
            return self
        added = anchors(self.source, in_page_fragments(self.source) | set(fragments), slugs)
        if not added or any(piece.start < at < piece.end for piece in self.pieces for at, _, _ in added):
            return self
        pieces = (
            piece.moved(sum(len(text) for at, _, text in added if at <= piece.start)) for piece in self.pieces
        )
        return SegmentedText(replaced(self.source, added), tuple(pieces))

    def as_it_is(self) -> list[str]:
        """What stands in place of each segment in the source."""
        return self.written([slot.segment.text for slot in self.slots])


def segment_text(text: str, *, markdown: bool = True, also: Collection[str] = ()) -> SegmentedText:
    """`text` cut into segments: as Markdown, with what else is read in it (`Also`), or line by line where it
    is a label or a script."""
    pieces = markdown_pieces(text, also) if markdown else plain_slots(text)
    return SegmentedText(text, tuple(pieces), markdown)
