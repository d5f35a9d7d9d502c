"""Blocks that hold others and that CommonMark does not know: MkDocs marks them by indentation, and the
directives of MyST are fences of colons or backticks with a name in braces, that hold Markdown or something
else.

The name says which, and whether what stands behind it is a title. Fences with a name that is not known here
are left alone, as other fences are.
"""

import re

from markdown_it.rules_block import StateBlock

from langassets.translation.markdown.blocks.leaves import Kind, Leaf, note, span_of, text_of

_INDENT = 4
# As Python-Markdown and its extensions read them: of the quotes the last one ends a title, and what can be
# opened needs no kind beside it.
_CONTAINER = re.compile(
    r"""(?: !!! | \?\?\?\+? ) [ ]? [\w-]+ (?:[ ]+[\w-]+)* (?:[ ]+"(?P<title>[^\n]*)")? [ \t]* \Z
      | \?\?\?\+? [ ]? [ ]* "(?P<summary>[^\n]*)" [ \t]* \Z
      | ===[!+]{0,2} [ ]+ "(?P<tab>[^\n]*)" [ \t]* \Z""",
    re.VERBOSE,
)


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The indented containers of MkDocs: admonitions (`!!! note "Title"`, `???`) and tabs (`=== "Title"`).

    CommonMark takes what is indented below such a line for a code block, and would leave its prose alone.
    """
    begin = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith(("!!!", "???", "==="), begin):
        return False
    match = _CONTAINER.match(state.src[begin : state.eMarks[start]])
    if match and not silent:
        if match.lastgroup and match[match.lastgroup]:
            note(
                state, Kind.TITLE, (begin + match.start(match.lastgroup), begin + match.end(match.lastgroup))
            )
        indent = state.sCount[start] + _INDENT
        after = start + 1
        while after < end and (state.isEmpty(after) or state.sCount[after] >= indent):
            after += 1
        parse_inside(state, range(start + 1, after), indent)
        state.line = after
    return match is not None


def parse_inside(state: StateBlock, lines: range, indent: int) -> None:
    """Parses lines as the blocks of a container, whose own line stands before them."""
    outer = state.parentType, state.lineMax, state.blkIndent
    state.push("container_open", "div", 1).map = [lines.start - 1, lines.stop]
    state.parentType, state.lineMax, state.blkIndent = "container", lines.stop, indent
    state.md.block.tokenize(state, lines.start, lines.stop)
    state.parentType, state.lineMax, state.blkIndent = outer
    state.push("container_close", "div", -1)


# What is `titled` is so by what stands behind its name, a `version` by what follows the number; of `other`
# nothing is read.
_NAMES = {
    "titled": """
        admonition attention caution danger error hint important note seealso tip warning todo
        dropdown details card grid-item-card tab tab-item sidebar topic rubric table list-table
        exercise solution theorem lemma proof definition corollary example remark axiom
    """,
    "untitled": """
        figure div container compound aside margin epigraph pull-quote highlights blockquote glossary
        grid grid-item tab-set tabs card-carousel only hlist solution-start exercise-start
    """,
    "version": "versionadded versionchanged versionremoved deprecated",
    "other": """
        code code-block code-cell sourcecode math mermaid raw eval-rst literalinclude include image iframe
        toctree csv-table bibliography plantuml graphviz digraph graph parsed-literal doctest testcode
        testoutput index meta
    """,
}
_KINDS = {name: kind for kind, names in _NAMES.items() for name in names.split()}
# Options whose values are read; all others say how, not what.
_SPOKEN = frozenset({"alt", "caption", "title", "header", "footer"})

_DIRECTIVE = re.compile(
    r"(?P<fence>`{3,}|~{3,}|:{3,})[ \t]*\{(?P<name>[A-Za-z][\w:.-]*)\}[ \t]*(?P<argument>.*?)[ \t\r]*\Z"
)
_OPTION = re.compile(r":(?P<name>[A-Za-z][\w-]*):(?:[ \t]+(?P<value>.*?))?[ \t\r]*\Z")


def directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A directive of MyST, as a block rule for markdown-it."""
    found = None if state.is_code_block(start) else _DIRECTIVE.match(text_of(state, start))
    if not found or ("`" in found["fence"] and "`" in found["argument"]):
        return False
    kind = _KINDS.get(found["name"].removeprefix("prf:"))
    last = _closing(state, start, end, found["fence"]) if kind else None
    if last is None:
        return False
    if not silent:
        first, stop = found.span("argument")
        if kind == "version":
            first += len(found["argument"]) - len(found["argument"].partition(" ")[2])
        if first < stop and kind in ("titled", "version"):
            _note_argument(state, start, first, stop)
        body = _after_options(state, range(start + 1, last))
        if kind == "other":
            state.push("fence", "code", 0).map = [start, last]
            note(state, Kind.FENCE, *(span_of(state, line) for line in (start, *range(body, last))))
        else:
            known = len(state.env["leaves"])
            parse_inside(state, range(body, last), state.blkIndent)
            _note_first(state, body, known)
        state.line = min(last + 1, end)
    return True


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
        text = text_of(state, line).rstrip()
        if len(text) >= len(fence) and not text.strip(fence[0]) and not state.is_code_block(line):
            return line
    if fence[0] != ":":
        return end
    shortest[end] = len(fence)
    return None


def _after_options(state: StateBlock, lines: range) -> int:
    """The line after a directive's options; a value that is read is noted."""
    if lines and text_of(state, lines[0]).rstrip() == "---":
        ends = (line for line in lines[1:] if text_of(state, line).rstrip() == "---")
        return next(ends, lines.start - 1) + 1
    for line in lines:
        option = _OPTION.match(text_of(state, line))
        if not option:
            return line
        if option["value"] and option["name"] in _SPOKEN:
            _note_argument(state, line, *option.span("value"))
    return lines.stop


def _note_first(state: StateBlock, line: int, known: int) -> None:
    """That the first leaf of a body, if it is a paragraph on this line, stands right below the head."""
    for leaf in state.env["leaves"][known : known + 1]:
        if leaf.kind is Kind.PARAGRAPH and leaf.lines[0][0] <= state.eMarks[line]:
            state.env["leaves"][known] = Leaf(Kind.BELOW_HEAD, leaf.lines)


def _note_argument(state: StateBlock, line: int, first: int, stop: int) -> None:
    begin, _ = span_of(state, line)
    note(state, Kind.ARGUMENT, (begin + first, begin + stop))
