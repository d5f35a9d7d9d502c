"""Content that would do something in a reader's browser: a lesson may have it, its translation never adds it.

Whatever a lesson says to the model, and whoever wrote a translation memory: no script comes in this way.
"""

import re
from collections import Counter
from collections.abc import Iterator

from langassets.translation.checks.pair import Pair

# What opens HTML need not close it: a tag left open takes in what follows it.
_ACTIVE = re.compile(
    r"(?P<html><[A-Za-z/!?%])|(?P<scheme>\b(?:javascript|vbscript|data)\s*+:(?=\S))|(?P<template>\{\{|\{%|[$\#]\{)",
    re.IGNORECASE,
)
_NAMES = {"html": "HTML", "scheme": "an address that runs something", "template": "a placeholder"}


def may_be_active(text: str) -> bool:
    """Whether there is anything of the kind in a text."""
    return ("<" in text or ":" in text or "{" in text) and _ACTIVE.search(text) is not None


def active(pair: Pair) -> Iterator[str]:
    """No HTML, no address that runs something and no placeholder that the source does not have."""
    if not may_be_active(pair.prose):
        return
    after, before = _found(pair.prose), _found(pair.source_prose)
    for kind, name in _NAMES.items():
        if after[kind] > before[kind]:
            yield f"there is {name} that the source does not have"


def _found(text: str) -> Counter[str]:
    return Counter(str(match.lastgroup) for match in _ACTIVE.finditer(text))
