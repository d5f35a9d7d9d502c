"""Formulas as blocks: `$$` at the start of a line, up to a line that ends in `$$`."""

from markdown_it.rules_block import StateBlock


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule for markdown-it; a formula without an end, or with a blank line in it, is none."""
    if state.is_code_block(start) or not _line(state, start).startswith("$$"):
        return False
    first = _line(state, start)[2:].rstrip()
    last = start if len(first) > 2 and first.endswith("$$") else None
    if last is None and "$$" not in first:
        last = _last_line(state, start, end)
    if last is None:
        return False
    if not silent:
        state.push("math_block", "math", 0).map = [start, last + 1]
        state.line = last + 1
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _last_line(state: StateBlock, start: int, end: int) -> int | None:
    """The line that ends the formula; lines that were searched in vain are not searched again."""
    line: int = max(start + 1, state.env.get("without_math_end", 0))
    while line < end and not state.isEmpty(line):
        if _line(state, line).rstrip().endswith("$$"):
            return line
        line += 1
    state.env["without_math_end"] = line
    return None
