"""Where the prose of a Markdown document stands: its leaf blocks, line by line.

The block structure is markdown-it's (CommonMark, GFM tables, footnotes, `$$` blocks, the indented containers
of MkDocs and the directives of MyST). The parser itself keeps only line numbers, so each rule for a leaf is
wrapped to note where the line's own text begins, behind quote marks and list indentation.
"""

import re
from collections.abc import Callable
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import (
    StateBlock,
    fence,
    heading,
    html_block,
    lheading,
    paragraph,
    reference,
    table,
)
from markdown_it.rules_block.html_block import HTML_SEQUENCES
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def

from langassets.errors import InputError
from langassets.translation.markdown.blocks.containers import container, directive
from langassets.translation.markdown.blocks.leaves import Kind, Leaf, Span, note, span_of
from langassets.translation.markdown.blocks.math import math_block
from langassets.translation.markdown.blocks.simple import Block, after_blanks, simple_block

__all__ = ["PARSER", "Kind", "Leaf", "Span", "leaves_of"]

# Deep enough for any lesson (a nested list takes two levels), shallow enough for Python's own stack.
_MAX_NESTING = 100
# A lesson asks each rule a few times a line. Quotes that end otherwise than they began make the parser read
# the rest of the text again for each, which would take hours.
_CALLS, _CALLS_A_LINE = 5_000, 50


def leaves_of(source: str) -> tuple[list[Leaf], frozenset[str]]:
    """The leaf blocks of a Markdown document in order, and the labels that its references define.

    Raises InputError for a text that no parser of this kind gets through in reasonable time.
    """
    text = _normal(source)
    leaves, references, start = list[Leaf](), set[str](), 0
    while (start := after_blanks(text, start)) < len(text):
        block = simple_block(text, start) or _parsed(text, start, references)
        leaves += block.leaves
        start = block.end
    return leaves, frozenset(references)


_SECTION_END = re.compile(r"\n(?:[ \t]*\n)+(?=[^ \t\n])")
# These look for their end beyond what is cut out for the parser.
_DIRECTIVE = re.compile(r"(?:`{3}|~{3}|:{3})[ \t]*\{")


def _parsed(text: str, start: int, references: set[str]) -> Block:
    """What begins here as the parser finds it, up to the next simple block or the document's end."""
    end = start
    while end < len(text):
        found = _SECTION_END.search(text, end)
        before, end = end, found.end() if found else len(text)
        # A fence that is not simple has no end.
        if _DIRECTIVE.search(text, before, end) or text.startswith("```", before):
            end = len(text)
        elif simple_block(text, end):
            break
    leaves, defined = _whole(text[start:end])
    if end < len(text) and leaves and _goes_on(text[start:end], leaves[-1]):
        end = len(text)
        leaves, defined = _whole(text[start:])
    references |= defined
    return Block([leaf.moved(start) for leaf in leaves] if start else leaves, end)


def _whole(text: str) -> tuple[list[Leaf], frozenset[str]]:
    _, env = tokens_of(text)
    return env["leaves"], frozenset(env.get("references", ()))


def _goes_on(text: str, last: Leaf) -> bool:
    """Whether the last leaf of a text would take in what followed it beyond a blank line."""
    begin, end = last.lines[-1]
    if end < len(text.rstrip()):
        return False
    first, line = text[slice(*last.lines[0])], text[begin:end].rstrip()
    if last.kind is Kind.HTML:
        # Of these the last two end with a blank line.
        return any(one.search(first) and not other.search(line) for one, other, _ in HTML_SEQUENCES[:-2])
    if last.kind is not Kind.FENCE:
        return False
    mark = first[: len(first) - len(first.lstrip(first[0]))]
    # One whose end is indented too far to be one has the blank line after it too.
    return not (len(last.lines) > 1 and line.startswith(mark) and not line.strip(mark[0]))


def _normal(source: str) -> str:
    """A source as the parser wants it (LF, no NUL), with every character where it was."""
    return source.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")


def tokens_of(source: str) -> tuple[list[Token], dict[str, Any]]:
    """The blocks of a Markdown document as tokens, and what was noted of it: its `leaves`, and `references`
    where it defines any. Raises as `leaves_of` does."""
    env: dict[str, Any] = {"leaves": [], "calls": 0, "most": _CALLS + _CALLS_A_LINE * source.count("\n")}
    return PARSER.parse(_normal(source), env), env


Rule = Callable[[StateBlock, int, int, bool], bool]


def _noting(kind: Kind, rule: Rule, without: int = 0) -> Rule:
    """`rule`, which also notes the lines that it took but for the last ones, `without` of them."""

    def noting(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        state.env["calls"] += 1
        if state.env["calls"] > state.env["most"]:
            raise InputError(
                "this text nests quotes and lists in a way that takes too long to parse; simplify it"
            )
        if not rule(state, start, end, silent):
            return False
        if not silent:
            note(state, kind, *[span_of(state, line) for line in range(start, state.line - without)])
        return True

    return noting


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    parser.core.ruler.enableOnly(["block"])
    ruler = parser.block.ruler
    everywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    ruler.before("table", "container", container, everywhere)
    ruler.before("table", "directive", directive, everywhere)
    ruler.before("fence", "math", _noting(Kind.FORMULA, math_block), everywhere)
    ruler.at("fence", _noting(Kind.FENCE, fence), everywhere)
    ruler.before("reference", "footnote", footnote_def, {"alt": ["paragraph", "reference"]})
    ruler.at("reference", _noting(Kind.DEFINITION, reference))
    ruler.at("paragraph", _noting(Kind.PARAGRAPH, paragraph))
    ruler.at("heading", _noting(Kind.HEADING, heading), {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at("lheading", _noting(Kind.PARAGRAPH, lheading, without=1))
    ruler.at("table", _noting(Kind.TABLE, table), {"alt": ["paragraph", "reference"]})
    ruler.at("html_block", _noting(Kind.HTML, html_block), {"alt": ["paragraph", "reference", "blockquote"]})
    return parser


PARSER = _parser()
