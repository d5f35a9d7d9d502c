"""What tells English words from names, and from words that another language has too: how often each comes.

The figures are `wordfreq`'s on Zipf's scale, the logarithm to base 10 of a word's uses in a thousand million
words, from books, subtitles, news and the web, in 40 languages. A name comes as often in every language's
texts; an English word comes in English ones.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

from langassets import lazy

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
_LISTS = {"hr": "sh", "bs": "sh", "sr": "sh", "no": "nb", "nn": "nb", "tl": "fil", "ms": "id"}
# What a word has that is not in a list: less than its least.
_NOWHERE = 2.0


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
    name = _LISTS.get(language, language)
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
