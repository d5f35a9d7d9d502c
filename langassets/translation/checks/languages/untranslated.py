"""Text left in the source's language: the whole segment, or a stretch of it.

Names stay in every language, and so do labels of a user interface that the reader will see in English
(in bold, in quotes, as a link's text): neither counts.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from langassets.locales import same_language
from langassets.translation.checks.data import read
from langassets.translation.checks.languages.english import (
    FUNCTION_WORDS,
    SHARED_WORDS,
    is_english,
    languages,
)
from langassets.translation.checks.languages.unchanged import may_stay
from langassets.translation.checks.pair import WORD, Pair, prose_of
from langassets.translation.checks.scripts import scripts_for, scripts_of
from langassets.translation.checks.wording import QUOTES

# A stretch this long that stands in the source word for word is no coincidence.
_STRETCH = 3
# Few words between two commas are a term; with these many in small letters a list of them is a stretch.
_LIST = 4
# A compound is one word: `up-to-date`, `End-to-End-Lösung`.
_COMPOUND = re.compile(rf"{WORD.pattern}(?:[-‐‑]{WORD.pattern})*+")
_COMPOUND_OR_CUT = re.compile(rf"{_COMPOUND.pattern}|\|")
_COMMA = re.compile(r"[,،、，;；]")
_LABEL = re.compile(
    r"""
    (?<!\w)--?\w[\w-]*+ | [^\s=_]*+[=_]\S*+             # an option, a variable
    | \*\*[^*]++\*\* | \*[^*]++\* | (?<!\w)_[^_]++_(?!\w)    # in bold, emphasized
    | \[[^\]]*+\]                                           # a link's text
    | '[^']*+'(?!\w) | "[^"]*+" | {quoted}                   # in the marks of any language
    """.format(
        quoted=" | ".join(
            f"{opens}[^{opens}{closes}]*+[{closes}]" for opens, closes in QUOTES.items() if opens not in "'\""
        )
    ),
    re.VERBOSE,
)
_ENGLISH_CREOLES = frozenset(read("relatives")["english_creoles"].split())
_OWN_FUNCTION_WORDS = {
    language: frozenset(words.split()) for language, words in read("relatives")["function_words"].items()
}


def untranslated(pair: Pair) -> Iterator[str]:
    """The source's own words do not stand where the target's should."""
    if same_language(pair.source_language, pair.target_language):
        return
    if pair.target in _ENGLISH_CREOLES and pair.is_from_english:
        if _is_the_source(pair) and len(pair.words) > _LIST:
            yield "it is the source, left untranslated"
        return
    if _is_the_source(pair):
        if not may_stay(pair):
            yield "it is the source, left untranslated"
        return
    if _is_source_words(pair) and not may_stay(pair):
        yield "it has only words of the source"
        return
    stretch = _stretch(pair)
    if stretch:
        yield f"a stretch is left untranslated: {' '.join(stretch[:8])!r}"


def _is_source_words(pair: Pair) -> bool:
    """Whether a language of another script has nothing but the source's own words, and not all of them."""
    expected = scripts_for(pair.target_language)
    if not expected or "Latn" in expected or expected & pair.scripts or "Latn" not in pair.scripts:
        return False
    return not any("Latn" in scripts_of(word) for word in pair.new_words)


def _is_the_source(pair: Pair) -> bool:
    """Whether the words are the source's but for case: who joined two of them, hyphen or not, wrote it so."""
    if "".join(pair.words).casefold() != "".join(pair.source_words).casefold():
        return False
    return _compounds(pair.prose) == _compounds(pair.source_prose)


def _compounds(text: str) -> list[str]:
    return [word.casefold() for word in _COMPOUND.findall(text)]


def _stretch(pair: Pair) -> Sequence[str]:
    """The longest stretch of words that stand in the source in the same order, if it gives itself away."""
    if not pair.is_from_english or _longest_run(pair) < _STRETCH:
        return ()
    text = prose_of(_LABEL.sub(" | ", pair.translation))
    within = _shared_stretches(pair, _COMMA.sub(" | ", text), _STRETCH)
    across = _shared_stretches(pair, text, _LIST) if _COMMA.search(text) else []
    lists = [stretch for stretch in across if sum(map(str.islower, stretch)) >= _LIST]
    longest_first = sorted([*within, *lists], key=len, reverse=True)
    return next((stretch for stretch in longest_first if _is_prose(stretch, pair)), ())


def _longest_run(pair: Pair) -> int:
    """How many words of the source follow each other at most, in whatever order the source has them."""
    if len(pair.words) - len(pair.new_words) < _STRETCH:
        return 0
    known = set(map(str.casefold, pair.source_words))
    runs = groupby(word.casefold() in known for word in pair.words)
    return max(len([*run]) for is_shared, run in runs if is_shared)


def _shared_stretches(pair: Pair, text: str, least: int) -> list[Sequence[str]]:
    """The stretches of at least so many words, cut at `|`, that the source has in the same order."""
    words = _COMPOUND_OR_CUT.findall(text)
    places: dict[str, list[int]] = {}
    for place, word in enumerate(_compounds(pair.source_prose)):
        places.setdefault(word, []).append(place)
    found = list[Sequence[str]]()
    lengths: dict[int, int] = {}  # of the stretch that ends at this place of the source
    for end, word in enumerate(words, 1):
        lengths = {place: lengths.get(place - 1, 0) + 1 for place in places.get(word.casefold(), ())}
        if (longest := max(lengths.values(), default=0)) >= least:
            found.append(words[end - longest : end])
    return found


def _is_prose(stretch: Sequence[str], pair: Pair) -> bool:
    """Whether a stretch of words is English and no name, nor the target's own words that look the same."""
    lower = [word for word in stretch if word.islower()]
    english = sum(is_english(word) and word not in languages() for word in lower)
    if english < 2 or "Latn" not in scripts_for(pair.target_language):
        return english >= 2  # one word among names may be the target's own: `via` is, in a dozen languages
    own = _OWN_FUNCTION_WORDS.get(pair.target, SHARED_WORDS)
    is_mostly_english = len(lower) > 3 and english > len(lower) * 0.8
    return is_mostly_english or any(word in FUNCTION_WORDS and word not in own for word in lower)
