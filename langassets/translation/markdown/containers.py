"""The indented containers of MkDocs: admonitions (`!!! note "Title"`, `???`) and tabs (`=== "Title"`).

CommonMark takes what is indented below such a line for a code block, and would leave its prose alone.
"""

import re

from markdown_it.rules_block import StateBlock

from langassets.translation.markdown.leaf import Kind, Leaf

_INDENT = 4
_FIRST_LINE = re.compile(
    r"""(?: !!! | \?\?\?\+? ) [ ]? [\w-]+ (?:[ ]+[\w-]+)* (?:[ ]+"(?P<title>[^"\n]*)")? [ \t]* \Z
      | ===[!+]? [ ]+ "(?P<tab>[^"\n]*)" [ \t]* \Z""",
    re.VERBOSE,
)


def container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule for markdown-it; the title is noted as a leaf, what is indented is parsed as blocks."""
    if state.is_code_block(start):
        return False
    begin = state.bMarks[start] + state.tShift[start]
    if state.src[begin : begin + 3] not in ("!!!", "???", "==="):
        return False
    match = _FIRST_LINE.match(state.src[begin : state.eMarks[start]])
    if not match:
        return False
    if silent:
        return True
    for group in ("title", "tab"):
        if match[group]:
            span = (begin + match.start(group), begin + match.end(group))
            state.env["leaves"].append(Leaf(Kind.TITLE, (span,)))
    _content(state, start, end)
    return True


def _content(state: StateBlock, start: int, end: int) -> None:
    indent = state.sCount[start] + _INDENT
    after = start + 1
    while after < end and (state.isEmpty(after) or state.sCount[after] >= indent):
        after += 1
    parent, line_max, block_indent = state.parentType, state.lineMax, state.blkIndent
    state.push("container_open", "div", 1).map = [start, after]
    state.parentType, state.lineMax, state.blkIndent = "container", after, indent
    state.md.block.tokenize(state, start + 1, after)
    state.parentType, state.lineMax, state.blkIndent = parent, line_max, block_indent
    state.push("container_close", "div", -1)
    state.line = after
