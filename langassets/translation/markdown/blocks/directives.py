"""The directives of MyST: fences of colons or backticks with a name in braces, that hold Markdown, or
something else.

The name says which, and whether what stands behind it is a title. Fences with a name that is not known here
are left alone, as other fences are.
"""

import re

from markdown_it.rules_block import StateBlock

from langassets.translation.markdown.blocks.containers import parse_inside
from langassets.translation.markdown.blocks.leaves import Kind, Leaf, Span

_TITLED_NAMES = """
    admonition attention caution danger error hint important note seealso tip warning todo
    dropdown details card grid-item-card tab tab-item sidebar topic rubric table list-table
    exercise solution theorem lemma proof definition corollary example remark axiom
"""
_TITLED = frozenset(_TITLED_NAMES.split())
_HOLDING_NAMES = """
    figure div container compound aside margin epigraph pull-quote highlights blockquote glossary
    grid grid-item tab-set tabs card-carousel only hlist solution-start exercise-start
"""
_HOLDING = frozenset(_HOLDING_NAMES.split())
_VERSIONS = frozenset({"versionadded", "versionchanged", "versionremoved", "deprecated"})
_OTHER_NAMES = """
    code code-block code-cell sourcecode math mermaid raw eval-rst literalinclude include image iframe toctree
    csv-table bibliography plantuml graphviz digraph graph parsed-literal doctest testcode testoutput index
    meta
"""
_OTHER = frozenset(_OTHER_NAMES.split())
# Options whose values are read; all others say how, not what.
_SPOKEN = frozenset({"alt", "caption", "title", "header", "footer"})

_DIRECTIVE = re.compile(
    r"(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*\{(?P<name>[A-Za-z][\w:.-]*)\}[ \t]*(?P<argument>.*?)[ \t\r]*\Z"
)
_OPTION = re.compile(r":(?P<name>[A-Za-z][\w-]*):(?:[ \t]+(?P<value>.*?))?[ \t\r]*\Z")


def directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule for markdown-it; see this module."""
    found = None if state.is_code_block(start) else _DIRECTIVE.match(_line(state, start))
    if not found or ("`" in found["fence"] and "`" in found["argument"]):
        return False
    name = found["name"].removeprefix("prf:")
    if not any(name in names for names in (_TITLED, _HOLDING, _VERSIONS, _OTHER)):
        return False
    last = _closing(state, start, end, found["fence"])
    if last is None:
        return False
    if not silent:
        _note_argument(state, start, found, name)
        body = _after_options(state, range(start + 1, last))
        if name in _OTHER:
            state.push("fence", "code", 0).map = [start, last]
            lines = (_span(state, line) for line in (start, *range(body, last)))
            state.env["leaves"].append(Leaf(Kind.FENCE, tuple(lines)))
        else:
            known = len(state.env["leaves"])
            parse_inside(state, range(body, last), state.blkIndent)
            _note_first(state, body, known)
        state.line = min(last + 1, end)
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[slice(*_span(state, line))]


def _span(state: StateBlock, line: int) -> Span:
    return state.bMarks[line] + state.tShift[line], state.eMarks[line]


def _closing(state: StateBlock, start: int, end: int, fence: str) -> int | None:
    """The line that ends a fence; where none does, the end of what it stands in, or None for one of colons.

    What was searched for in vain is not searched for again.
    """
    shortest: dict[int, int] = state.env.setdefault("without_closing_colons", {})
    if fence[0] == ":" and len(fence) >= shortest.get(end, len(fence) + 1):
        return None
    for line in range(start + 1, end):
        if state.sCount[line] < state.blkIndent and not state.isEmpty(line):
            return None if fence[0] == ":" else line
        text = _line(state, line).rstrip()
        if len(text) >= len(fence) and not text.strip(fence[0]) and not state.is_code_block(line):
            return line
    if fence[0] != ":":
        return end
    shortest[end] = len(fence)
    return None


def _after_options(state: StateBlock, lines: range) -> int:
    """The line after a directive's options; a value that is read is noted."""
    if lines and _line(state, lines[0]).rstrip() == "---":
        ends = (line for line in lines[1:] if _line(state, line).rstrip() == "---")
        return next(ends, lines.start - 1) + 1
    for line in lines:
        option = _OPTION.match(_line(state, line))
        if not option:
            return line
        if option["value"] and option["name"] in _SPOKEN:
            _note(state, line, option.span("value"))
    return lines.stop


def _note_argument(state: StateBlock, start: int, found: re.Match[str], name: str) -> None:
    first, last = found.span("argument")
    if name in _VERSIONS:
        first += len(found["argument"]) - len(found["argument"].partition(" ")[2])
    if first < last and (name in _TITLED or name in _VERSIONS):
        _note(state, start, (first, last))


def _note_first(state: StateBlock, line: int, known: int) -> None:
    """That the first leaf of a body, if it is a paragraph on this line, stands right below the head."""
    leaves: list[Leaf] = state.env["leaves"]
    first = leaves[known] if len(leaves) > known else None
    if first and first.kind is Kind.PARAGRAPH and first.lines[0][0] <= state.eMarks[line]:
        leaves[known] = Leaf(Kind.BELOW_HEAD, first.lines)


def _note(state: StateBlock, line: int, span: tuple[int, int]) -> None:
    begin = state.bMarks[line] + state.tShift[line]
    state.env["leaves"].append(Leaf(Kind.ARGUMENT, ((begin + span[0], begin + span[1]),)))
