"""What no translation adds: characters that no lesson is written with (controls, damage, invisible ones,
escapes left over), addresses, and content that would do something in a reader's browser.

Whatever a lesson says to the model, and whoever wrote a translation memory: no script comes in this way.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from langassets.locales import is_right_to_left
from langassets.translation.checks.pair import Pair

# Zero width space, word joiner and byte order mark. Joiners (U+200C, U+200D) write Persian and Hindi.
_INVISIBLE = "\u200b\u2060\ufeff\u00ad\u180e\u2061\u2062\u2063\u2064"
# Embeddings and overrides reach beyond their text when one is lost; isolates (U+2066 to 2069) do not.
_EMBEDDINGS = "\u202a\u202b\u202c\u202d\u202e"
ISOLATES = "\u2066\u2067\u2068"
ISOLATE_END = "\u2069"
# Left-to-right and right-to-left marks, and the Arabic letter mark.
MARKS = "\u200e\u200f\u061c"
# Categories of Unicode: controls, private use, halves of a pair, not assigned.
_NEVER_PRINTED = {"Cc", "Co", "Cs", "Cn"}
_ESCAPES = re.compile(
    r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\[nrt](?![A-Za-z])|&(?:#\d+|#x[0-9a-fA-F]+|quot|apos|amp|lt|gt|nbsp);"
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'«»]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IN_ADDRESSES = ("://", "www.", "@")
# What opens HTML need not close it: a tag left open takes in what follows it.
_ACTIVE = re.compile(
    r"(?P<html><[A-Za-z/!?%])|(?P<scheme>\b(?:javascript|vbscript|data)\s*+:(?=\S))|(?P<template>\{\{|\{%|[$\#]\{)",
    re.IGNORECASE,
)
_NAMES = {"html": "HTML", "scheme": "an address that runs something", "template": "a placeholder"}


def characters(pair: Pair) -> Iterator[str]:
    """Every character can be printed, and none of them is damage."""
    text = pair.translation
    if "\ufffd" in text and text.count("\ufffd") > pair.source.count("\ufffd"):
        yield "a character was lost (U+FFFD)"
    if "\\" in text or "&" in text:
        left = set(_ESCAPES.findall(text)) - set(_ESCAPES.findall(pair.source))
        if left:
            yield f"there is an escape that the source does not have: {min(left)}"
    if text.isprintable():  # no stray character, line end or mark is
        return
    bad = [character for character in set(text) if is_stray(character) and character not in pair.source]
    if bad:
        yield f"there is a character that does not belong: U+{ord(min(bad)):04X}"
    if "\n" in text.strip() and "\n" not in pair.source:
        yield "it has more than one line"
    added = [mark for mark in MARKS[1:] if mark in text and mark not in pair.source]
    if added and not is_right_to_left(pair.target_language):
        yield "there is a right-to-left mark in text that runs from left to right"


def is_stray(character: str) -> bool:
    """Whether a character has no place in prose: controls, invisible ones, overrides, private use, halves."""
    if character in "\n\r\t":
        return False
    if character in _INVISIBLE or character in _EMBEDDINGS:
        return True
    return unicodedata.category(character) in _NEVER_PRINTED


def addresses(pair: Pair) -> Iterator[str]:
    """No web or mail address that the source does not have: its own are protected."""
    if not any(sign in pair.prose for sign in _IN_ADDRESSES):
        return
    found = (address.rstrip(".,;:!?") for address in _URL.findall(pair.prose))
    if any(address not in pair.source_prose for address in found):
        yield "there is an address that the source does not have"


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
