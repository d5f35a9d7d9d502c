"""Where each segment of a text stands: a document cut at everything that is not prose."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.rules_block.html_block import HTML_SEQUENCES

from langassets.translation.markdown.blocks import leaves_of
from langassets.translation.markdown.front_matter import Value, front_matter
from langassets.translation.markdown.html import runs_of
from langassets.translation.markdown.inline import Part, Prose, Syntax, parts_of, text_of
from langassets.translation.markdown.leaf import Kind, Leaf, Span
from langassets.translation.markdown.marks import flanked
from langassets.translation.markdown.placing import TAG, Place, Shown, place
from langassets.translation.markdown.tables import cells_of
from langassets.translation.markdown.trimming import joined, trimmed
from langassets.translation.types import Segment


@dataclass(frozen=True, slots=True)
class Slot:
    """A segment, the stretch of the source that its translation replaces, and what surrounds it."""

    start: int
    end: int
    segment: Segment
    shown: tuple[Shown, ...]
    place: Place
    write: Callable[[str], str] | None = None
    """How a value of the front matter is written, quotes and all."""

    def render(self, translation: str) -> str:
        """What to write between `start` and `end`; InputError where that cannot be."""
        if self.place not in (Place.PLAIN, Place.HTML):
            translation = flanked(self.segment.text, translation)
        text = place(translation, self.shown, self.place)
        return self.write(text) if self.write else text


def markdown_slots(source: str) -> Iterator[Slot]:
    """The slots of a Markdown document, front matter first."""
    end, values = front_matter(source)
    for value in values:
        yield from _value_slot(value)
    blank = re.sub(r"[^\r\n]", " ", source[:end])
    leaves, references = leaves_of(blank + source[end:] if end else source)
    for leaf in leaves:
        yield from _leaf_slots(source, leaf, references)


def plain_slots(source: str) -> Iterator[Slot]:
    """The slots of a text without markup: one for each line that says something."""
    for line in re.finditer(r"[^\r\n]+", source):
        yield from _slots(Prose(source, [line.span()]), Syntax.PLAIN, Place.PLAIN)


def _value_slot(value: Value) -> Iterator[Slot]:
    text = " ".join(value.text.split())
    for slot in _slots(Prose(text, [(0, len(text))]), Syntax.PLAIN, Place.PLAIN):
        if (slot.start, slot.end) == (0, len(text)):
            yield Slot(value.start, value.end, slot.segment, slot.shown, Place.PLAIN, value.write)


def _leaf_slots(source: str, leaf: Leaf, references: frozenset[str]) -> Iterator[Slot]:
    if leaf.kind is Kind.TABLE:
        for span, first in cells_of(source, leaf):
            where = Place.FIRST_CELL if first else Place.CELL
            yield from _slots(Prose(source, [span]), Syntax.MARKDOWN, where, references)
    elif leaf.kind is Kind.HTML:
        yield from _html_slots(Prose(source, leaf.lines))
    elif leaf.kind is Kind.TITLE:
        yield from _slots(Prose(source, leaf.lines), Syntax.MARKDOWN, Place.TITLE, references)
    elif leaf.kind is Kind.HEADING:
        start, end = leaf.lines[0]
        mark = re.compile(r"#+[ \t]*+").match(source, start)
        tail = re.search(r"[ \t]+#+[ \t\r]*+\Z", source[start:end])
        span = (mark.end() if mark else start, start + tail.start() if tail else end)
        yield from _slots(Prose(source, [span]), Syntax.MARKDOWN, Place.HEADING, references)
    else:
        lines = leaf.lines[:-1] if leaf.kind is Kind.SETEXT else leaf.lines
        if _MODULE.match(source[lines[0][0] : lines[-1][1]]):
            return
        for run, where in _runs(source, lines):
            yield from _slots(Prose(source, run), Syntax.MARKDOWN, where, references)


# What begins a paragraph that is no prose but JavaScript, in MDX.
_MODULE = re.compile(
    r"""import\s+(?:[\w*{][^'";]*\sfrom\s+)?(['"])[^'"\n]+\1;?[ \t\r]*$
      | export\s+(?:const|let|var)\s+\w+\s*=
      | export\s+(?:default\s+)?(?:async\s+)?(?:function|class)\s+\w+\s*[({]
      | export\s+(?:default\s+[\w.({]+;?[ \t\r]*$|\{|\*\s+from\b)""",
    re.VERBOSE | re.MULTILINE,
)

# Lines within a paragraph that renderers beyond CommonMark give a meaning: directives (`:::`, `///`), alerts
# (`[!NOTE]`), both with a title or without, attributes (`{: .class}`), shortcodes (`{{% x %}}`), includes
# (`--8<--`), the place of a table of contents; and marks before prose: a definition, an abbreviation, a
# checkbox.
_LINE_ALONE = re.compile(
    r":{3,}|/{3}|\[![A-Za-z]+\][+-]?\s*\Z|\{:?[^{}]*\}\s*\Z|\{\{[%<][^{}]*\}\}\s*\Z|-+8<-+"
    r"|\[(?:TOC|\[_?toc_?\])\]\s*\Z",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r":{3,}[ \t]*[\w-]+\[(?P<label>[^\[\]]+)\]"
    r"|(?::{3,}[ \t]*[\w-]+|\[![A-Za-z]+\][+-]?)[ \t]+(?P<title>[^\s{\[].*)"
    r"|/{3,}[ \t]*(?!html\b)[\w-]+[ \t]*\|[ \t]*(?P<argument>[^\s{].*)"
)
_MARK = re.compile(r":[ \t]+|\*\[[^\]]{1,200}\]:[ \t]*|\[[ xX]\][ \t]+")


def _runs(source: str, lines: Sequence[Span]) -> Iterator[tuple[list[Span], Place]]:
    """A paragraph's lines, cut where Markdown's dialects would not flow them together."""
    run: list[Span] = []
    for start, end in lines:
        text = source[start:end]
        titled = _TITLED.match(text)
        if titled or _LINE_ALONE.match(text):
            yield run, Place.LINE
            run = []
            if titled and titled.lastgroup:
                span = (start + titled.start(titled.lastgroup), start + titled.end(titled.lastgroup))
                yield [span], Place.LABEL if titled.lastgroup == "label" else Place.LINE
            continue
        mark = _MARK.match(text)
        if mark and (not run or text[0] != "["):
            yield run, Place.LINE
            run = []
            start += mark.end()
        run.append((start, end))
    yield run, Place.LINE


def _html_slots(prose: Prose) -> Iterator[Slot]:
    parts = parts_of(prose, Syntax.HTML)
    # CommonMark 4.6, kind 7: the tag that stands alone on the first line is what makes this HTML.
    first_line = prose.content.split("\n", 1)[0]
    alone = len(first_line) if HTML_SEQUENCES[6][0].match(first_line) else 0
    taken = 0
    for begin, end in runs_of(prose, parts):
        start = max(begin, alone)
        while taken < len(parts) and parts[taken].start < start:
            taken += 1
        first = taken
        while taken < len(parts) and parts[taken].end <= end:
            taken += 1
        yield from _slot(prose, parts[first:taken], start, end, Place.HTML)


def _slots(
    prose: Prose, syntax: Syntax, where: Place, references: frozenset[str] = frozenset()
) -> Iterator[Slot]:
    parts = parts_of(prose, syntax, references)
    yield from _slot(prose, parts, 0, len(prose.content), where)


_LETTER = re.compile(r"[^\W\d_]")


def _slot(prose: Prose, parts: Sequence[Part], start: int, end: int, where: Place) -> Iterator[Slot]:
    """The slot between two offsets of the content, if there is something to translate."""
    kept, start, end = trimmed(prose.content, parts, start, end)
    kept = joined(kept)
    text = text_of(prose, kept, start, end)
    if not _LETTER.search(TAG.sub("", text) if kept else text):
        return
    if where in (Place.LINE, Place.HEADING) and prose.is_above_dashes(end):
        flows = any("|" in part.shown for part in kept) and "\n" in prose.content[start:end]
        where = Place.NOWHERE if flows else Place.ABOVE_DASHES
    shown = tuple(Shown(part.shown, part.kind == "hard") for part in kept)
    yield Slot(
        prose.at(start), prose.at(end), Segment(text, tuple(item.text for item in shown)), shown, where
    )
