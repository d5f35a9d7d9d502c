"""The stretches of a leaf block that hold a text each: what renderers flow together, and its surroundings."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from langassets.translation.markdown import escaping
from langassets.translation.markdown.blocks import Kind, Leaf, Span
from langassets.translation.markdown.escaping import HEADING, LINE, TITLE, Context

Stretch = tuple[Sequence[Span], Context]


def stretches_of(source: str, leaf: Leaf) -> Iterable[Stretch]:
    """A leaf's stretches in order; some hold nothing. Of raw HTML it knows none."""
    read = _READ.get(leaf.kind)
    return read(source, leaf.lines) if read else []


def _cells(source: str, lines: Sequence[Span]) -> Iterator[Stretch]:
    """The cells of a GFM table, which the parser knows only by their text."""
    rows = [_row(source, start, end) for start, end in lines]
    if len(rows[0]) == 1:  # one column whose only pipes are escaped: it is a table by its text alone
        return
    for row in rows[:1] + rows[2:]:  # without the dashes
        for start, end in row:
            yield [(start, end)], escaping.FIRST_CELL if start == row[0][0] else escaping.CELL


_CELL_END = re.compile(r"\|(?<!\\\|)")


def _row(source: str, start: int, end: int) -> list[Span]:
    pipes = [found.start() for found in _CELL_END.finditer(source, start, end)]
    return list(zip([start, *(pipe + 1 for pipe in pipes)], [*pipes, end], strict=True))


_OPENING_HASHES = re.compile(r"#*+[ \t]*+")
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t\r]*+\Z")


def _heading(source: str, lines: Sequence[Span]) -> list[Stretch]:
    start, end = lines[0]
    opening = _OPENING_HASHES.match(source, start)
    begin = opening.end() if opening else start
    closing = _CLOSING_HASHES.search(source[start:end]) if "#" in source[begin:end] else None
    return [([(begin, start + closing.start() if closing else end)], HEADING)]


# What begins a paragraph that is no prose but JavaScript, in MDX.
_MODULE = re.compile(
    r"""import\s+(?:[\w*{][^'";]*\sfrom\s+)?(['"])[^'"\n]+\1;?[ \t\r]*$
      | export\s+(?:const|let|var)\s+\w+\s*=
      | export\s+(?:default\s+)?(?:async\s+)?(?:function|class)\s+\w+\s*[({]
      | export\s+(?:default\s+[\w.({]+;?[ \t\r]*$|\{|\*\s+from\b)""",
    re.VERBOSE | re.MULTILINE,
)

# Lines within a paragraph that renderers beyond CommonMark give a meaning: directives (`:::`, `///`) and
# alerts (`[!NOTE]`), with a title or without, directives of one line (`::name`), attributes (`{: .class}`),
# shortcodes (`{{% x %}}`), includes (`--8<--`), the place of a table of contents; and marks before prose: a
# definition, an abbreviation, a checkbox. All of them begin with one of the `_SIGNS`.
_ALERT = r"\[![A-Za-z][\w-]*(?:\|[^\]\n]*)?\][+-]?"
_LINE_ALONE = re.compile(
    rf":{{3,}}|/{{3}}|::[A-Za-z][\w-]*(?:\[[^\[\]]*\])?(?:\{{[^{{}}]*\}})?\s*\Z|{_ALERT}\s*\Z"
    r"|\{:?[^{}]*\}\s*\Z|\{\{[%<][^{}]*\}\}\s*\Z|-+8<-+|\[(?:TOC|\[_?toc_?\])\]\s*\Z",
    re.IGNORECASE,
)
_TITLED = re.compile(
    rf":{{2,}}[ \t]*[\w-]+\[(?P<label>[^\[\]]+)\]"
    rf"|:{{3,}}[ \t]*[\w-]*[ \t]*\{{[^{{}}\n]*?\btitle=\"(?P<attribute>[^\"\n]+)\""
    rf"|(?::{{3,}}[ \t]*[\w-]+|{_ALERT})[ \t]+(?P<title>[^\s{{\[].*)"
    r"|/{3,}[ \t]*(?!html\b)[\w-]+[ \t]*\|[ \t]*(?P<argument>[^\s{].*)"
)
_TITLE_CONTEXTS = {"label": escaping.LABEL, "attribute": TITLE}
_SIGNS = (":", "///", "[", "{", "-", "*[")
_MARK = re.compile(r":[ \t]+|\*\[[^\]]{1,200}\]:[ \t]*|\[[ xX]\][ \t]+")


def _paragraph(source: str, lines: Sequence[Span], first: Context = LINE) -> Iterable[Stretch]:
    """A paragraph's stretches; what begins it stands in the `first` context. None of JavaScript."""
    if _MODULE.match(source, lines[0][0], lines[-1][1]):
        return []
    if not any(source.startswith(_SIGNS, start) for start, _ in lines):
        return [(lines, first)]
    found = _cut(source, lines)
    return ((flow, first if flow and flow[0][0] == lines[0][0] else context) for flow, context in found)


def _cut(source: str, lines: Sequence[Span]) -> Iterator[Stretch]:
    """A paragraph's lines, cut where Markdown's dialects would not flow them together."""
    flow: list[Span] = []
    head: Span | None = None
    for start, end in lines:
        text = source[start:end]
        if head and _column(source, start) >= _column(source, head[0]) + 4:
            continue  # an option of the block: how it looks, not what it says
        head = None
        titled = _TITLED.match(text)
        if titled or _LINE_ALONE.match(text):
            yield flow, LINE
            flow = []
            head = (start, end) if text.startswith("///") else None
            if titled and titled.lastgroup:
                first, last = titled.span(titled.lastgroup)
                yield [(start + first, start + last)], _TITLE_CONTEXTS.get(titled.lastgroup, LINE)
            continue
        mark = _MARK.match(text)
        if mark and (not flow or text[0] != "["):
            yield flow, LINE
            flow = []
            start += mark.end()
        flow.append((start, end))
    yield flow, LINE


def _column(source: str, place: int) -> int:
    return place - source.rfind("\n", 0, place)


_READ: Mapping[Kind, Callable[[str, Sequence[Span]], Iterable[Stretch]]] = {
    Kind.PARAGRAPH: _paragraph,
    Kind.BELOW_HEAD: partial(_paragraph, first=escaping.BELOW_HEAD),
    Kind.HEADING: _heading,
    Kind.TABLE: _cells,
    Kind.TITLE: lambda _, lines: [(lines, TITLE)],
    Kind.ARGUMENT: lambda _, lines: [(lines, escaping.ARGUMENT)],
}
