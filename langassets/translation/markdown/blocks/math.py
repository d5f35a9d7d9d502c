"""Formulas: blocks of them (`$$`, or `\\[` and `\\]` as TeX has it), and what tells one from prose."""

import re

from markdown_it.rules_block import StateBlock

from langassets.translation.markdown.blocks.leaves import text_of

_TEX = re.compile(r"(?<!\\)[\^_=+]|\\[A-Za-z]")


def is_math(opener: str, inside: str, after: str = "") -> bool:
    """Whether what stands behind `opener` is a formula, and not two prices or prose in escaped brackets.

    `after` is the character that follows its end. For dollars pandoc's rule, and no prose.
    """
    if opener == "$$":
        return bool(inside.strip())
    if opener != "$":
        return bool(_TEX.search(inside)) or len(inside.strip()) < (4 if opener == "\\(" else 2)
    if not inside or inside[0].isspace() or inside[-1].isspace() or after.isalnum() or "\n\n" in inside:
        return False
    return any(sign in inside for sign in "\\^_={}<>+") or not any(sign.isspace() for sign in inside)


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule for markdown-it; a formula without an end, or with a blank line in it, is none."""
    last = None if state.is_code_block(start) else _last_line(state, start, end)
    if last is None:
        return False
    if not silent:
        state.push("math_block", "math", 0).map = [start, last + 1]
        state.line = last + 1
    return True


def _last_line(state: StateBlock, start: int, end: int) -> int | None:
    """The last line of the formula that begins here, None where there is none.

    Dollars may stand beside it; brackets hold all of it on one line, or each stand on a line of their own.
    """
    line = text_of(state, start).rstrip()
    first = line[2:]
    if line.startswith("$$"):
        if len(first) > 2 and first.endswith("$$"):
            return start
        return None if "$$" in first else _line_with(state, start, end, "$$")
    if line == "\\[":
        return _line_with(state, start, end, "\\]")
    inside = first.removesuffix("\\]")
    is_whole = line.startswith("\\[") and inside != first and "\\]" not in inside
    return start if is_whole and is_math("\\[", inside) else None


def _line_with(state: StateBlock, start: int, end: int, mark: str) -> int | None:
    """The next line that ends a formula; lines that were searched in vain are not searched again."""
    searched: dict[str, int] = state.env.setdefault("without_math_end", {})
    line = max(start + 1, searched.get(mark, 0))
    while line < end and not state.isEmpty(line):
        text = text_of(state, line).rstrip()
        if text == mark or (mark == "$$" and text.endswith(mark)):
            return line
        line += 1
    searched[mark] = line
    return None
