"""Blocks at the top of a document that can be told by their lines alone, as most can: headings, paragraphs,
fences, tables, HTML and lists without anything unusual. A parser of everything takes ten times as long.

What is found here is what the parser would find; of whatever is not plainly one of these it says nothing.
"""

import re
from typing import NamedTuple

from markdown_it.rules_block.html_block import HTML_SEQUENCES

from langassets.translation.markdown.blocks.leaves import Kind, Leaf, Span

# What no line but a paragraph's begins with; a bracket's section is looked at for definitions.
_WORDS = r"(?:[^\W\d_]|[\"'(“‘«]|!?\[|`(?!``)|\*{1,2}(?=[^\s*])|_(?=[^\W_])|\d{1,9}(?![\d.)]))[^\n]*+"
_MARKER = r"(?:[-*+]|\d{1,9}[.)])"
_BLANK = r"[ \t]*(?:\n|\Z)"
# What ends a paragraph without a blank line before it, wherever it stands.
_INTERRUPTS = r"\#{1,6}[ \t]|`{3,}[^`\n]*+\n"
_SIMPLE = re.compile(
    rf"""(?P<heading>\#{{1,6}}[ \t][^\n]*+)(?:\n|\Z)
      | (?P<rule>-{{3,}}|\*{{3,}}|_{{3,}})[ \t]*+(?:\n|\Z)
      | (?P<paragraph>{_WORDS}(?:\n{_WORDS})*+)(?:\n(?={_BLANK}|{_INTERRUPTS}|[-*+][ ]{{1,4}}{_WORDS})|\Z)
      | (?P<table>\|[^\n\\]*+\n\|[-:| \t]*+\n(?:\|[^\n]*+\n)*+(?:\|[^\n]*+)?+)(?={_BLANK})
      | (?P<list>{_MARKER}[ ]{{1,4}}{_WORDS}(?:\n[ ]*+(?:{_MARKER}[ ]{{1,4}})?{_WORDS})*+)
        (?:\n(?=(?:[ \t]*\n)++(?:[^ \t\n]|[ \t]*\Z)|[ \t]*\Z|{_INTERRUPTS})|\Z)
    """,
    re.VERBOSE,
)
_FENCE = re.compile(r"(`{3,})(?![ \t]*\{)[^`\n]*+\n(?:[^\n]*+\n)*?[ ]{0,3}\1`*+[ \t]*+(?:\n|\Z)")
# Up to a blank line; above a line of dashes it may be a table.
_HTML = re.compile(rf"[ ]{{0,3}}(<[^\n]*+)(?!\n[ \t]*[-|:])(?:\n(?!{_BLANK})[^\n]*+)*+")
_BLANKS = re.compile(r"(?:[ \t]*\n)*+(?:[ \t]*\Z)?")
_LINE = re.compile(r"^[ \t]*+(.*)", re.MULTILINE)
_ITEM = re.compile(rf"(?P<marker>{_MARKER})[ ]{{1,4}}")
_RULE_CELL = re.compile(r"[ \t]*:?-+:?[ \t]*\Z")
# Rows that are filled up with cells are counted by the parser, which stops at some number.
_MOST_CELLS = 60_000


class Block(NamedTuple):
    """What begins at a place: its leaves, and where what follows it begins."""

    leaves: list[Leaf]
    end: int


def after_blanks(text: str, start: int) -> int:
    """Where the first line from `start` on begins that is not blank."""
    found = _BLANKS.match(text, start)
    return found.end() if found else start


def simple_block(text: str, start: int) -> Block | None:
    """The block that begins here, at the start of a line where nothing is open; None where it is not simple.
    Its lines end with LF, as the parser wants them."""
    if text.startswith("```", start):
        fence = _FENCE.match(text, start)
        return Block([Leaf(Kind.FENCE, _lines(text, start, fence.end()))], fence.end()) if fence else None
    found = _SIMPLE.match(text, start)
    kind = found.lastgroup if found else None
    if not found or not kind:
        end = _end_of_html(text, start)
        return Block([Leaf(Kind.HTML, _lines(text, start, end))], end) if end else None
    last = found.end(kind)
    leaves: list[Leaf] | None = []
    match kind:
        case "heading":
            leaves = [Leaf(Kind.HEADING, ((start, last),))]
        case "paragraph" if text.find("]:", start, last) < 0 or text.find("[", start, last) < 0:
            leaves = [Leaf(Kind.PARAGRAPH, _lines(text, start, last))]
        case "table":
            leaves = _table(text, start, last)
        case "list":
            leaves = _items(text, start, last) if "]:" not in text[start:last] else None
        case "paragraph":
            leaves = None
    return None if leaves is None else Block(leaves, found.end())


def _end_of_html(text: str, start: int) -> int | None:
    """Where the last line of the HTML that begins here ends; nothing where none does, or it has no end."""
    whole = _HTML.match(text, start)
    ends = next((ends for begins, ends, _ in HTML_SEQUENCES if whole and begins.search(whole[1])), None)
    if not whole or not ends or ends.search(""):
        return whole.end() if whole and ends else None
    found = ends.search(text, start)
    end = text.find("\n", found.end()) if found else 0
    return len(text) if end < 0 else end


def _lines(text: str, start: int, end: int) -> tuple[Span, ...]:
    end -= text.endswith("\n", start, end)
    if text[start] not in " \t" and text.find("\n", start, end) < 0:
        return ((start, end),)
    return tuple([line.span(1) for line in _LINE.finditer(text, start, end)])


def _table(text: str, start: int, end: int) -> list[Leaf] | None:
    lines = _lines(text, start, end)
    head, dashes = (text[slice(*span)].rstrip(" \t") for span in lines[:2])
    cells = dashes[1:-1].split("|")
    is_one = head.endswith("|") and dashes.endswith("|") and len(dashes) > 1
    is_one &= len(cells) == head.count("|") - 1 and len(cells) * len(lines) < _MOST_CELLS
    return [Leaf(Kind.TABLE, lines)] if is_one and all(map(_RULE_CELL.match, cells)) else None


def _items(text: str, start: int, end: int) -> list[Leaf] | None:
    """A paragraph for each item of a list, nested ones too; None where one does not begin right below its
    list's marks or its parent's text, or a line goes on elsewhere."""
    leaves: list[list[Span]] = []
    open_items: list[tuple[int, int, str]] = []  # columns of marker and text, and the kind of marker
    for line in _LINE.finditer(text, start, end):
        begin, stop = line.span(1)
        column = begin - line.start()
        item = _ITEM.match(text, begin)
        if item is None:
            if column != open_items[-1][1]:
                return None
            leaves[-1].append((begin, stop))
            continue
        marker = item["marker"]
        while open_items and column < open_items[-1][0]:
            open_items.pop()
        if open_items and column == open_items[-1][0]:
            if open_items.pop()[2] != marker[-1]:
                return None
        else:
            column_of_text = open_items[-1][1] if open_items else 0
            # Another number would go on with the text above it.
            if column != column_of_text or (open_items and marker[:-1] not in ("", "1")):
                return None
        open_items.append((column, column + item.end() - begin, marker[-1]))
        leaves.append([(item.end(), stop)])
    return [Leaf(Kind.PARAGRAPH, tuple(spans)) for spans in leaves]
