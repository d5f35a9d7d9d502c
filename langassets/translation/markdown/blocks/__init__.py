"""Where the prose of a Markdown document stands: its leaf blocks, line by line.

The block structure is markdown-it's (CommonMark, GFM tables, footnotes, `$$` blocks and the indented
containers of MkDocs). The parser itself keeps only line numbers, so each rule for a leaf is wrapped to
note where the line's own text begins, behind quote marks and list indentation.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, heading, html_block, lheading, paragraph, reference, table
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def

from langassets.errors import InputError
from langassets.translation.markdown.blocks.math import math_block

Span = tuple[int, int]
"""Start and end of a stretch of the source, in characters, as for a slice."""


class Kind(Enum):
    """What a leaf is: it decides how its text is cut, and what a translation must not contain."""

    PARAGRAPH = auto()
    HEADING = auto()
    TABLE = auto()
    HTML = auto()
    TITLE = auto()
    DEFINITION = auto()


@dataclass(frozen=True, slots=True)
class Leaf:
    """One block that holds text; each of `lines` runs from its first character that is not blank."""

    kind: Kind
    lines: tuple[Span, ...]


# Deep enough for any lesson (a nested list takes two levels), shallow enough for Python's own stack.
_MAX_NESTING = 100
# A lesson asks each rule a few times a line. Quotes that end otherwise than they began make the parser read
# the rest of the text again for each, which would take hours.
_CALLS, _CALLS_A_LINE = 5_000, 50


def leaves_of(source: str) -> tuple[list[Leaf], frozenset[str]]:
    """The leaf blocks of a Markdown document in order, and the labels that its references define.

    Raises InputError for a text that no parser of this kind gets through in reasonable time.
    """
    _, env = tokens_of(source)
    return env["leaves"], frozenset(env.get("references", {}))


def tokens_of(source: str) -> tuple[list[Token], dict[str, Any]]:
    """The blocks of a Markdown document as tokens, and what was noted of it: its `leaves`, and `references`
    where it defines any. Raises as `leaves_of` does."""
    env: dict[str, Any] = {"leaves": [], "calls": 0, "most": _CALLS + _CALLS_A_LINE * source.count("\n")}
    # As the parser wants it (LF, no NUL), with every character where it was.
    text = source.replace("\r\n", " \n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return PARSER.parse(text, env), env


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
            lines = range(start, state.line - without)
            spans = tuple((state.bMarks[line] + state.tShift[line], state.eMarks[line]) for line in lines)
            state.env["leaves"].append(Leaf(kind, spans))
        return True

    return noting


_INDENT = 4
_CONTAINER = re.compile(
    r"""(?: !!! | \?\?\?\+? ) [ ]? [\w-]+ (?:[ ]+[\w-]+)* (?:[ ]+"(?P<title>[^"\n]*)")? [ \t]* \Z
      | ===[!+]? [ ]+ "(?P<tab>[^"\n]*)" [ \t]* \Z""",
    re.VERBOSE,
)


def _container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The indented containers of MkDocs: admonitions (`!!! note "Title"`, `???`) and tabs (`=== "Title"`).

    CommonMark takes what is indented below such a line for a code block, and would leave its prose alone.
    """
    begin = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith(("!!!", "???", "==="), begin):
        return False
    match = _CONTAINER.match(state.src[begin : state.eMarks[start]])
    if match and not silent:
        for group in ("title", "tab"):
            if match[group]:
                title = (begin + match.start(group), begin + match.end(group))
                state.env["leaves"].append(Leaf(Kind.TITLE, (title,)))
        _indented(state, start, end)
    return match is not None


def _indented(state: StateBlock, start: int, end: int) -> None:
    """Parses the indented lines below `start` as blocks."""
    indent = state.sCount[start] + _INDENT
    after = start + 1
    while after < end and (state.isEmpty(after) or state.sCount[after] >= indent):
        after += 1
    outer = state.parentType, state.lineMax, state.blkIndent
    state.push("container_open", "div", 1).map = [start, after]
    state.parentType, state.lineMax, state.blkIndent = "container", after, indent
    state.md.block.tokenize(state, start + 1, after)
    state.parentType, state.lineMax, state.blkIndent = outer
    state.push("container_close", "div", -1)
    state.line = after


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    parser.core.ruler.enableOnly(["block"])
    ruler = parser.block.ruler
    everywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    ruler.before("table", "container", _container, everywhere)
    ruler.before("fence", "math", math_block, everywhere)
    ruler.before("reference", "footnote", footnote_def, {"alt": ["paragraph", "reference"]})
    ruler.at("reference", _noting(Kind.DEFINITION, reference))
    ruler.at("paragraph", _noting(Kind.PARAGRAPH, paragraph))
    ruler.at("heading", _noting(Kind.HEADING, heading), {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.at("lheading", _noting(Kind.PARAGRAPH, lheading, without=1))
    ruler.at("table", _noting(Kind.TABLE, table), {"alt": ["paragraph", "reference"]})
    ruler.at("html_block", _noting(Kind.HTML, html_block), {"alt": ["paragraph", "reference", "blockquote"]})
    return parser


PARSER = _parser()
