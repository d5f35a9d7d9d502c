"""Numbers: the same ones as in the source, in the target's own digits or words if it likes.

The words are CLDR's rules of spelling numbers out, by `unicode-rbnf`: cardinals and ordinals, in every gender
and case that a language has. `data/numerals.yaml` adds what a noun says of its number.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from langassets import lazy
from langassets.translation.checks.data import read
from langassets.translation.checks.pair import Pair, subtag_of
from langassets.translation.checks.scripts import scripts_for

# Thousands and decimals by any convention: 1,000 and 1.000 and 1 000 and 1'000, 3.14 and 3,14 and ٣٫١٤.
_NUMBER = re.compile(r"\d+(?:[.,:/٫٬'’]\d+)*(?:[ \u00a0\u202f]\d{3}(?!\d))*")
_SEPARATORS = re.compile(r"[^0-9]")
_DIGITS = re.compile(r"[0-9]+")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")

_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th|s)\b")
_TIME = re.compile(r"\b(\d{1,2})(?::\d\d)?\s*(?:a\.?m|p\.?m)\b", re.IGNORECASE)
_MYRIADS = re.compile("[万萬億亿만억]")

# Larger numbers are rarely written out, but for round ones.
_SPELT_OUT = {*range(101), 200, 500, 1000, 1_000_000, 1_000_000_000}
# Where there are no rules: what style guides have written out.
_SMALL = 10
# Written without spaces: a word is found anywhere.
_WITHOUT_SPACES = {"Hani", "Hira", "Thai", "Laoo", "Khmr", "Mymr", "Hang"}
# Prefixes are written in one with the word: Hebrew and Arabic prepositions and articles.
_PREFIXED = {"Hebr", "Arab"}
# Rules for years say `nineteen ninety`.
_SPELLS = re.compile("spellout(?!.*year)")
_FORMS: dict[str, dict[str, str]] = read("numerals")


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
        if not _is_said(number, pair.prose, pair.target_language, otherwise=not added)
    ]
    if lost:
        yield f"the number {min(lost)} of the source is missing"
    new = [number for number in added if not _is_said(number, pair.source_prose, pair.source_language)]
    if new and not lost:
        yield f"the number {min(new)} is not in the source"


def _numbers(text: str) -> Counter[str]:
    """The numbers of a text without their separators."""
    return Counter(_SEPARATORS.sub("", match) for match in _NUMBER.findall(text))


def _in_ascii(text: str) -> str:
    """A text with the digits of every script as 0 to 9."""
    if text.isascii():
        return text
    return _OTHER_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def _is_said(number: str, text: str, language: str, *, otherwise: bool = False) -> bool:
    """Whether a text in this language has the number (digits alone) in words, in a dual, or in a word that
    stands for it; `otherwise` for a small number where nobody knows the language's words."""
    value = int(number)
    if _stands_for(value, text, language):
        return True
    if value not in _SPELT_OUT:
        return False
    pattern = _pattern(value, language)
    return bool(pattern.search(_bare(text))) if pattern else otherwise and value <= _SMALL


def _stands_for(value: int, text: str, language: str) -> bool:
    forms = _FORMS.get(subtag_of(language), {})
    every = (forms.get(name, "") for name in (str(value), "any"))
    return any(re.search(form, text, re.IGNORECASE) for form in every if form)


@cache
def _pattern(value: int, language: str) -> re.Pattern[str] | None:
    """What finds a number's words, in any form; None for a language that CLDR has no rules of."""
    words = {_bare(word) for word in _spelt_out(value, language)}
    if not words:
        return None
    scripts = scripts_for(language)
    if scripts & _WITHOUT_SPACES:
        return re.compile("|".join(map(re.escape, words)))
    before = r"\b\w{0,2}" if scripts & _PREFIXED else r"\b"
    # A longer word may go on (`deuxième`, `zweistufig`), and its end may change (`dva`, `dve`).
    whole = (rf"{re.escape(word)}\w*" if len(word) > 2 else re.escape(word) for word in words)
    stems = (rf"{re.escape(word[: -1 - (len(word) > 4)])}\w{{1,3}}\b" for word in words if len(word) > 2)
    return re.compile(f"{before}(?:{'|'.join((*whole, *stems))})")


def _spelt_out(value: int, language: str) -> set[str]:
    """A number in the words of every public set of rules: by gender, case and kind."""
    found = set[str]()
    for engine in _engines(language):
        sets = [
            name for name, rules in engine.rulesets.items() if _SPELLS.match(name) and not rules.is_private
        ]
        found.update(engine.format_number(value, ruleset_names=sets).text_by_ruleset.values())
    return {word for word in found if not any(map(str.isdigit, word))}


@cache
def _engines(language: str) -> list[Any]:
    """The rules of a language, or none."""
    try:
        return [lazy.unicode__rbnf.RbnfEngine.for_language(subtag_of(language))]
    except ValueError:
        return []


def _bare(text: str) -> str:
    """A text in small letters without marks: `إثنان` and `اثنان` are one."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
