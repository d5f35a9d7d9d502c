"""MDX's expressions in braces, and what tells them from prose."""

import re

_STRING = r"""(?:"(?:[^"\\\n]|\\.){0,500}+"|'(?:[^'\\\n]|\\.){0,500}+'|`(?:[^`\\]|\\.){0,2000}+`)"""


def _braces(depth: int) -> str:
    """Braces with braces in them, so many deep: each begins a stretch that ends at the next, which is what
    keeps it linear."""
    within = rf"[^{{}}\"'`]++|{_STRING}" + (f"|{_braces(depth - 1)}" if depth else "")
    return rf"\{{(?:{within})*+\}}"


EXPRESSION = _braces(4)
"""A JavaScript expression in braces, as far as its braces and strings tell."""

# What an expression has, and no prose in braces: a call, an arrow, a comparison, a choice, a comment,
# a spread, a sum of strings, or a string for the whole of it.
_IS_CODE = re.compile(
    r"""\w\((?!e?s\)) | => | [=!]==? | && | \|\| | \s\?\s.*\s:\s | /\* | \{\s*\.\.\.\w
      | ["'`]\s*\+ | \+\s*["'`] | \A\{\s*(?:"[^"]*"|'[^']*'|`[^`]*`)\s*\}\Z""",
    re.VERBOSE | re.DOTALL,
)


def is_code(expression: str) -> bool:
    """Whether what stands in braces is an expression, and no prose."""
    return bool(_IS_CODE.search(expression))
