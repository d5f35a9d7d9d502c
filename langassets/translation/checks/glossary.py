"""The glossary: a term that occurs in the source is there in the translation as the glossary says.

Words are inflected, so a word counts as there where its stem is: its beginning, or its consonants in order,
for vowels come and go within a word (`книжка`, `книжок`; درس, دروس). No stemmer knows more of what is left:
день and дней, käsi and kädessä, אישה and נשים share no stem. So where a language changes its stems, a
term that is not found is a doubt; an error elsewhere.
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache

from langassets.translation.checks.data import read
from langassets.translation.checks.pair import WORD, Pair, plain
from langassets.translation.types import Term

# How much of a word's beginning its inflected forms share, about: Fenster and Fenstern, ילד and ילדים.
_STEM = 0.7
# So many consonants tell one word from another.
_CONSONANTS = 3
_CHANGING = str.maketrans("", "", read("inflection")["changing"].replace(" ", ""))
_KEEPING = frozenset(read("inflection")["keeping"].split())


def glossary(pair: Pair) -> Iterator[str]:
    """Every term of the glossary that the source holds, in the wording that the glossary asks for."""
    for term in pair.terms:
        if term.translation is None and _is_lost(term, pair):
            yield f"{term.source!r} must stay as it is"
        elif term.translation and pair.target in _KEEPING and _is_lost(term, pair):
            yield _demand(term)


def inflection(pair: Pair) -> Iterator[str]:
    """The same, where a form of the term may have been missed."""
    for term in pair.terms:
        if term.translation and pair.target not in _KEEPING and _is_lost(term, pair):
            yield _demand(term)


def _demand(term: Term) -> str:
    return f"{term.source!r} must be translated as {' or '.join(map(repr, _wordings(term)))}"


def _wordings(term: Term) -> tuple[str, ...]:
    return (term.translation or term.source, *term.others)


def _is_lost(term: Term, pair: Pair) -> bool:
    """Whether a term stands in the source, and none of its wordings in the translation."""
    flags = 0 if any(map(str.isupper, term.source)) else re.IGNORECASE  # its case counts when it has capitals
    if not re.search(rf"(?<!\w){re.escape(term.source)}(?!\w)", pair.source_prose, flags):
        return False
    text = plain(pair.prose)
    if term.translation is None:
        return plain(term.source) not in text
    return not any(_has_words(plain(wording), text) for wording in _wordings(term))


def _has_words(term: str, text: str) -> bool:
    """Whether each word of a term is in a text, inflected or with a prefix as languages do."""
    words = WORD.findall(term)
    return term in text or (bool(words) and all(_has_word(word, text) for word in words))


def _has_word(word: str, text: str) -> bool:
    if word[: max(3, math.ceil(len(word) * _STEM))] in text:
        return True
    consonants = _consonants(word)
    return len(consonants) >= _CONSONANTS and any(
        consonants in _consonants(other) for other in WORD.findall(text)
    )


@lru_cache(maxsize=4096)
def _consonants(word: str) -> str:
    return word.translate(_CHANGING)
