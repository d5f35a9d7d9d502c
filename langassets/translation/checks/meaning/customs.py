"""Customs of a language: how readers are addressed, and marks that come in pairs: Spanish opens a question
and an exclamation.

Of other conventions the prompt tells the model (`conventions.yaml`) and no check does: one French message in
four that people translated has no space before its colon, and two to six Chinese or Japanese ones in a
hundred have a half-width mark (docs/quality.md).
"""

import re
from collections.abc import Iterator

from langassets.translation.checks.data import read
from langassets.translation.checks.pair import Pair

_OTHER = {"formal": "informal", "informal": "formal"}
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


def formality(pair: Pair) -> Iterator[str]:
    """No pronoun of the way that was not asked for; nothing where none was."""
    if pair.formality not in _OTHER:
        return
    other = read("formality")[_OTHER[pair.formality]].get(pair.target, "").split()
    found = {*pair.words, *(word.lower() for word in pair.words)}.intersection(other)
    if found:
        yield f"{min(found)!r} addresses the reader in another way than {pair.formality}"
