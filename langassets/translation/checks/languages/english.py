"""English vocabulary: words that give a text away as English, and words that are names all the same.

How often each word comes tells English words from names, and from words that another language has too. The
figures are `wordfreq`'s on Zipf's scale, the logarithm to base 10 of a word's uses in a thousand million
words, from books, subtitles, news and the web, in 40 languages. A name comes as often in every language's
texts; an English word comes in English ones.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product

from langassets import lazy
from langassets.locales import cldr_locale, english_name
from langassets.translation.checks.data import read

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
# Languages that write names as English does, and have lists as good as its own.
_OTHERS = ("fr", "de", "es", "it", "nl", "pl", "pt")
# Read from the lists: a word of 8 in a million, in texts of every kind; below it are many names of products.
_COMMON = 3.5
# How much rarer than in English, in most of the others: 8 times. Of 45 names of people and places, 7 are.
_RARER = 0.9
# A language's own word: how much rarer than in English it may be (5 times), how much more frequent (10 times:
# French `font` is another word), and how rare at all.
_RARER_YET_OWN, _ANOTHER_WORD, _RARE = -0.7, 1.0, 3.5
# Lists under another name, or another language's: a quarter of what Malay's holds is English.
_LISTED_AS = {"hr": "sh", "bs": "sh", "sr": "sh", "no": "nb", "nn": "nb", "tl": "fil", "ms": "id"}
# What a word has that is not in a list: less than its least.
_NOWHERE = 2.0


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


@cache
def common_english() -> frozenset[str]:
    """English words, in small letters, that are no names and not the words of most other languages too."""
    common = {word: zipf - _RARER for word, zipf in _english().items() if zipf >= _COMMON}
    elsewhere = Counter(
        word
        for language in _OTHERS
        for word, zipf in _listed(language)
        if word in common and zipf > common[word]
    )
    return frozenset(word for word in common if elsewhere[word] <= len(_OTHERS) // 2)


@cache
def shared_with(language: str) -> frozenset[str]:
    """English words, in small letters, that are a language's own as well; where it has no list, those of most
    others."""
    name = _LISTED_AS.get(language, language)
    return _shared_with((name,) if name in lazy.wordfreq.available_languages("small") else _OTHERS)


@cache
def _shared_with(names: tuple[str, ...]) -> frozenset[str]:
    lists = [dict(_listed(name)) for name in names]
    found = set()
    for word, zipf in _english().items():
        middle = sorted(each.get(word, _NOWHERE) for each in lists)[len(lists) // 2]
        if middle >= _RARE and _RARER_YET_OWN <= middle - zipf <= _ANOTHER_WORD:
            found.add(word)
    return frozenset(found)


@cache
def _english() -> Mapping[str, float]:
    return dict(_listed("en"))  # kept: each language is held against it


def _listed(language: str) -> Iterator[tuple[str, float]]:
    """The words of a language's small list with their Zipf frequencies."""
    listed = lazy.wordfreq.get_frequency_list(language, "small")
    lazy.wordfreq.get_frequency_list.cache_clear()  # 5 MB a language, for what is read once
    for step, words in enumerate(listed):
        zipf = 9 - step / 100
        yield from ((word, zipf) for word in words)
