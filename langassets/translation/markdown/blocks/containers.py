"""Blocks that hold others and that CommonMark does not know: MkDocs marks them by indentation."""

import re

from markdown_it.rules_block import StateBlock

from langassets.translation.markdown.blocks.leaves import Kind, note

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
