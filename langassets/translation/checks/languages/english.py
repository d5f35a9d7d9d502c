"""English vocabulary: words that give a text away as English, and words that are names all the same."""

from collections.abc import Mapping
from functools import cache

from langassets.locales import english_name
from langassets.translation.checks.data import read
from langassets.translation.checks.languages.frequencies import common_english

_LISTS = read("english")

FUNCTION_WORDS = frozenset(_LISTS["function"].split())
SHARED_WORDS = frozenset(_LISTS["shared_function"].split())
"""The function words that are words of other languages too."""
WORDS_IN_NAMES = frozenset(_LISTS["in_names"].split())
NAMES = frozenset(_LISTS["names"].split())
NAMES_OF_WORDS: list[str] = _LISTS["names_of_words"].splitlines()
_VOCABULARY = FUNCTION_WORDS | WORDS_IN_NAMES | frozenset(_LISTS["technical"].split())
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


@cache
def languages() -> Mapping[str, str]:
    """The code of each language that lessons speak of, by its English name in small letters."""
    return {english_name(code).lower(): code for code in _LISTS["language_codes"].split()}


def is_english(word: str) -> bool:
    """Whether a word of two letters or more is English vocabulary, in any of its forms."""
    word = word.lower()
    if len(word) < 2:
        return False
    if _is_known(word) or word in languages():
        return True
    return any(word.endswith(old) and _is_known(word.removesuffix(old) + new) for old, new in _ENDINGS)


def _is_known(word: str) -> bool:
    return word in _VOCABULARY or word in common_english()
