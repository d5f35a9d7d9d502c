"""Marks that a language has in pairs: Spanish opens a question and an exclamation.

Of other conventions the prompt tells the model (`conventions.yaml`) and no check does: one French message in
four that people translated has no space before its colon, and two to six Chinese or Japanese ones in a
hundred have a half-width mark (docs/quality.md).
"""

import re
from collections.abc import Iterator

from langassets.translation.checks.pair import Pair

_OPENED = frozenset({"es"})
_CLOSED = {"?": "¿", "!": "¡"}
_ENDS = re.compile(r"\w[\"'»”*_)]*([?!])(?!\S)")


def punctuation(pair: Pair) -> Iterator[str]:
    """A question that is one in the source too is opened where the language does that."""
    if pair.target not in _OPENED:
        return
    for mark in sorted(set(_ENDS.findall(pair.prose))):
        if mark in pair.source_prose and not any(each in pair.prose for each in _CLOSED.values()):
            yield f"{mark} is there without {_CLOSED[mark]}"
