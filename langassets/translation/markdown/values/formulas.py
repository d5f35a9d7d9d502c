"""Words in formulas: `\\text{…}` and its like."""

import re
from collections.abc import Iterator

from langassets.translation.markdown.values import Value

_WORDS = re.compile(r"\\(?:text(?:bf|it|rm|sf|normal)?|mbox)\{(?P<words>[^{}$\\]+)\}")
_SIGNS = re.compile(r"[\\{}$&#_%~^`<>|\]]+")


def words_in(formula: str) -> Iterator[Value]:
    """The words in a formula, in order."""
    for found in _WORDS.finditer(formula):
        yield Value(*found.span("words"), found["words"], _written)


def _written(text: str) -> str:
    """Words without the signs that mean something to TeX, or to Markdown around it."""
    return _SIGNS.sub(" ", text)
