"""A text cut into segments for a translator, and put together again around the translations.

A segment is a paragraph, a heading, a list item's text, a table's cell, a title. Whatever is not prose
stays in the source, character for character. Lines that Markdown would flow together reach the
translator as one line: given back unchanged, the source's own lines stay; a translation stands on one
line, which renders the same and is valid in every container (list item, quote, table).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from langassets.errors import InputError
from langassets.translation.markdown.anchors.anchored import anchors, in_page_fragments, with_insertions
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.markdown.slots import Slot, markdown_slots, plain_slots
from langassets.translation.types import Segment, Wording


@dataclass(frozen=True, slots=True)
class SegmentedText:
    """A text, and the segments to translate in it, in order of appearance."""

    source: str
    slots: tuple[Slot, ...] = field(repr=False)
    is_markdown: bool = True

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The segments; one that occurs twice is there twice."""
        return tuple(slot.segment for slot in self.slots)

    def rebuild(self, translations: Sequence[str | Wording]) -> str:
        """The text with `translations`, one for each segment, in their places; some may be people's.

        A translation equal to its segment's text leaves the source as it was, byte for byte. Raises
        InputError when their number is wrong, or one lacks a protected part or is empty.
        """
        if len(translations) != len(self.slots):
            raise InputError(f"{len(self.slots)} segments, but {len(translations)} translations")
        return "".join(self._pieces(translations))

    def written(self, translations: Sequence[str | Wording]) -> list[str]:
        """What stands in place of each segment then; see `rebuild`."""
        return [self._written(slot, one) for slot, one in zip(self.slots, translations, strict=True)]

    def anchored(self, fragments: Collection[str], slugs: Slugs) -> "SegmentedText":
        """The same with an anchor for each heading that links lead to: those in the text, and others with
        these `fragments`."""
        if not self.is_markdown:
            return self
        added = anchors(self.source, in_page_fragments(self.source) | set(fragments), slugs)
        if not added or any(slot.start < one.offset < slot.end for slot in self.slots for one in added):
            return self
        moved = (
            (slot, sum(len(one.text) for one in added if one.offset <= slot.start)) for slot in self.slots
        )
        slots = tuple(replace(slot, start=slot.start + by, end=slot.end + by) for slot, by in moved)
        return SegmentedText(with_insertions(self.source, added), slots)

    def _written(self, slot: Slot, translation: str | Wording) -> str:
        own = Wording(slot.segment.text) if isinstance(translation, Wording) else slot.segment.text
        if translation == own:
            return self.source[slot.start : slot.end]
        if isinstance(translation, Wording):
            return slot.render_wording(translation)
        return slot.render(translation)

    def _pieces(self, translations: Sequence[str | Wording]) -> Iterator[str]:
        position = 0
        for slot, written in zip(self.slots, self.written(translations), strict=True):
            yield self.source[position : slot.start]
            yield written
            position = slot.end
        yield self.source[position:]


def segment_text(text: str, *, markdown: bool = True) -> SegmentedText:
    """`text` cut into segments: as Markdown, or line by line where it is a label or a script."""
    return SegmentedText(text, tuple(markdown_slots(text) if markdown else plain_slots(text)), markdown)
