"""Where each segment of a text stands: a document cut at everything that is not prose."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it.rules_block.html_block import HTML_SEQUENCES

from langassets.errors import InputError
from langassets.translation.markdown.blocks import Kind, leaves_of
from langassets.translation.markdown.escaping import (
    ABOVE_DASHES,
    HEADING,
    HTML,
    LINE,
    NOWHERE,
    PLAIN,
    TAG,
    Context,
    escaped,
)
from langassets.translation.markdown.front_matter import Value, front_matter
from langassets.translation.markdown.html import sentences_of
from langassets.translation.markdown.inline import BlockText, Part, protected_parts, tagged_text
from langassets.translation.markdown.marks import flanked
from langassets.translation.markdown.patterns import Syntax
from langassets.translation.markdown.stretches import stretches_of
from langassets.translation.markdown.trimming import merged_tags, trimmed
from langassets.translation.types import Segment, Wording


@dataclass(frozen=True, slots=True)
class Slot:
    """A segment, the stretch of the source that its translation replaces, and what surrounds it."""

    start: int
    end: int
    segment: Segment
    parts: tuple[Part, ...]
    context: Context
    write: Callable[[str], str] | None = None
    """How a value of the front matter is written, quotes and all."""

    def render(self, translation: str) -> str:
        """What to write between `start` and `end`; InputError where that cannot be."""
        return self._render(translation, self.parts)

    def render_wording(self, wording: Wording) -> str:
        """The same for what a person wrote, with whichever parts they want in it."""
        numbers = list(dict.fromkeys(map(int, TAG.findall(wording.text))))
        renumbered = {number: place for place, number in enumerate(numbers, 1)}
        text = TAG.sub(lambda tag: f"<x{renumbered[int(tag[1])]}/>", wording.text)
        return self._render(text, [self._part(number, wording) for number in numbers])

    def _render(self, translation: str, parts: Sequence[Part]) -> str:
        if self.context.syntax is Syntax.MARKDOWN:
            translation = flanked(self.segment.text, translation)
        text = escaped(translation, parts, self.context)
        return self.write(text) if self.write else text

    def _part(self, number: int, wording: Wording) -> Part:
        own = wording.parts.get(number)
        if own is not None:
            return Part(0, 0, "hard" if "\n" in own else "own", own)
        if not 0 < number <= len(self.parts):
            raise InputError(f"<x{number}/> stands for nothing in this segment: remove it")
        return self.parts[number - 1]


def markdown_slots(source: str) -> Iterator[Slot]:
    """The slots of a Markdown document, front matter first."""
    end, values = front_matter(source)
    for value in values:
        yield from _value_slot(value)
    blank = re.sub(r"[^\r\n]", " ", source[:end])
    leaves, references = leaves_of(blank + source[end:] if end else source)
    for leaf in leaves:
        if leaf.kind is Kind.HTML:
            yield from _html_slots(BlockText(source, leaf.lines))
        for lines, context in stretches_of(source, leaf):
            yield from _slots(BlockText(source, lines), context, references)


def plain_slots(source: str) -> Iterator[Slot]:
    """The slots of a text without markup: one for each line that says something."""
    for line in re.finditer(r"[^\r\n]+", source):
        yield from _slots(BlockText(source, [line.span()]), PLAIN)


def _value_slot(value: Value) -> Iterator[Slot]:
    text = " ".join(value.text.split())
    for slot in plain_slots(text):
        if (slot.start, slot.end) == (0, len(text)):
            yield replace(slot, start=value.start, end=value.end, write=value.write)


def _html_slots(block: BlockText) -> Iterator[Slot]:
    # CommonMark 4.6, kind 7: the tag that stands alone on the first line is what makes this HTML.
    first_line = block.content.split("\n", 1)[0]
    alone = len(first_line) if HTML_SEQUENCES[6][0].match(first_line) else 0
    for begin, end, parts in sentences_of(block, protected_parts(block, Syntax.HTML)):
        start = max(begin, alone)
        yield from _slot(block, [part for part in parts if part.start >= start], start, end, HTML)


def _slots(block: BlockText, context: Context, references: frozenset[str] = frozenset()) -> Iterator[Slot]:
    parts = protected_parts(block, context.syntax, references)
    yield from _slot(block, parts, 0, len(block.content), context)


_LETTER = re.compile(r"[^\W\d_]")


def _slot(block: BlockText, parts: Sequence[Part], start: int, end: int, context: Context) -> Iterator[Slot]:
    """The slot between two offsets of the content, if there is something to translate."""
    kept, start, end = trimmed(block.content, parts, start, end)
    kept = merged_tags(kept)
    text = tagged_text(block.content, kept, start, end)
    if not _LETTER.search(TAG.sub("", text)):
        return
    if context in (LINE, HEADING) and block.is_above_dashes(end):
        flows = any("|" in part.text for part in kept) and "\n" in block.content[start:end]
        context = NOWHERE if flows else ABOVE_DASHES
    segment = Segment(text, tuple(part.text for part in kept))
    yield Slot(block.at(start), block.at(end), segment, tuple(kept), context)
