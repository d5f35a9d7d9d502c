"""English vocabulary: words that give a text away as English, and words that are names all the same."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from itertools import product

from langassets import lazy
from langassets.locales import cldr_locale, english_name
from langassets.translation.checks.data import read
from langassets.translation.checks.languages.frequencies import common_english

_LISTS = read("english")

FUNCTION_WORDS = frozenset(_LISTS["function"].split())
SHARED_WORDS = frozenset(_LISTS["shared_function"].split())
"""The function words that are words of other languages too."""
WORDS_IN_NAMES = frozenset(_LISTS["in_names"].split())
NAMES = frozenset(_LISTS["names"].split())
LOANWORDS = frozenset(read("relatives")["loanwords"].split())
NAMES_OF_WORDS: list[str] = _LISTS["names_of_words"].splitlines()
_VOCABULARY = FUNCTION_WORDS | WORDS_IN_NAMES | frozenset(_LISTS["technical"].split()) | LOANWORDS
# An inflected form's ending, and what its base form ends with instead.
_ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("es", ""),
    ("s", ""),
    ("ed", ""),
    ("d", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
)
# What makes a word of another one: `unpublish`, `reorder`.
_BEGINNING = re.compile(r"\A(?:un|re|de|dis|mis|pre|sub|super)-?(?=\w{4})")


@cache
def languages() -> Mapping[str, str]:
    """The code of each language that CLDR has a locale of, by its English name in small letters."""
    found = {locale.split("_")[0] for locale in lazy.babel_localedata.locale_identifiers()}
    others: dict[str, str] = _LISTS["other_language_names"]
    return {english_name(code).lower(): code for code in sorted(found)} | others


@cache
def calendar(language: str) -> Mapping[str, frozenset[tuple[str, int]]]:
    """What each name of a month or a day, in small letters and without its full stop, is by CLDR: kind and
    number; nothing for a language without a locale."""
    locale = cldr_locale(language)
    if locale is None:
        return {}
    found = defaultdict[str, set[tuple[str, int]]](set)
    for kind, widths in (("month", locale.months), ("day", locale.days)):
        for context, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for number, name in widths[context][width].items():
                found[name.lower().rstrip(".")].add((kind, number))
    return {name: frozenset(meanings) for name, meanings in found.items()}


def means_the_same(word: str, language: str) -> bool:
    """Whether an English month or day has the same name in a language: `November` has, in a dozen."""
    lower = word.lower()
    return bool(calendar("en").get(lower, frozenset()) & calendar(language).get(lower, frozenset()))


def is_english(word: str) -> bool:
    """Whether a word of two letters or more is English vocabulary, in any of its forms."""
    word = word.lower()
    if len(word) < 2:
        return False
    if _is_known(word) or word in languages() or word in calendar("en"):
        return True
    forms = [word.removesuffix(old) + new for old, new in _ENDINGS if word.endswith(old)]
    bare = _BEGINNING.sub("", word)
    return any(map(_is_known, forms)) or (bare != word and is_english(bare))


def _is_known(word: str) -> bool:
    return word in _VOCABULARY or word in common_english()
