"""Numbers and addresses: the same ones as in the source, in the target's own digits if it likes."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from langassets.translation.checks.numerals import is_said
from langassets.translation.checks.pair import Pair

# Thousands and decimals by any convention: 1,000 and 1.000 and 1 000 and 1'000, 3.14 and 3,14 and ٣٫١٤.
_NUMBER = re.compile(r"\d+(?:[.,:/٫٬'’]\d+)*(?:[ \u00a0\u202f]\d{3}(?!\d))*")
_SEPARATORS = re.compile(r"[^0-9]")
_DIGITS = re.compile(r"[0-9]+")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]\"'«»]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IN_ADDRESSES = ("://", "www.", "@")

_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th|s)\b")
_TIME = re.compile(r"\b(\d{1,2})(?::\d\d)?\s*(?:a\.?m|p\.?m)\b", re.IGNORECASE)
_MYRIADS = re.compile("[万萬億亿만억]")


def numbers(pair: Pair) -> Iterator[str]:
    """No number of the source is missing, none is new; a small one may be said in words, on either side."""
    source, translation = _in_ascii(pair.source_prose), _in_ascii(pair.prose)
    if sorted(_DIGITS.findall(source)) == sorted(_DIGITS.findall(translation)):
        return  # 5/6 and 5 6, 10:30 and 10 h 30 are the same
    before, after = _numbers(source), _numbers(translation)
    if before == after or _MYRIADS.search(pair.prose):
        return  # 10,000 is 1万
    if _TIME.search(pair.source_prose):
        return  # 5 pm is 17
    free = {match[1] for match in _ORDINAL.finditer(pair.source_prose)}
    missing, added = set(before - after) - free, after - before
    lost = [
        number
        for number in missing
        if not is_said(number, pair.prose, pair.target_language, otherwise=not added)
    ]
    if lost:
        yield f"the number {min(lost)} of the source is missing"
    new = [number for number in added if not is_said(number, pair.source_prose, pair.source_language)]
    if new and not lost:
        yield f"the number {min(new)} is not in the source"


def addresses(pair: Pair) -> Iterator[str]:
    """No web or mail address that the source does not have: its own are protected."""
    if not any(sign in pair.prose for sign in _IN_ADDRESSES):
        return
    found = (address.rstrip(".,;:!?") for address in _URL.findall(pair.prose))
    if any(address not in pair.source_prose for address in found):
        yield "there is an address that the source does not have"


def _numbers(text: str) -> Counter[str]:
    """The numbers of a text without their separators."""
    return Counter(_SEPARATORS.sub("", match) for match in _NUMBER.findall(text))


def _in_ascii(text: str) -> str:
    """A text with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
