"""The glossary: a term that occurs in the source is there in the translation as the glossary says."""

import math
import re
import unicodedata
from collections.abc import Iterator

from langassets.translation.checks.pair import WORD, Pair

# How much of a word's beginning its inflected forms share, about: Fenster and Fenstern, ילד and ילדים.
_STEM = 0.7


def glossary(pair: Pair) -> Iterator[str]:
    """Every term of the glossary that the source holds, in the wording that the glossary asks for."""
    for term in pair.terms:
        if not _occurs(term.source, pair.source_prose):
            continue
        text = _plain(pair.prose)
        if term.translation is None:
            if _plain(term.source) not in text:
                yield f"{term.source!r} must stay as it is"
        elif not _has_words(_plain(term.translation), text):
            yield f"{term.source!r} must be translated as {term.translation!r}"


def _occurs(term: str, text: str) -> bool:
    """Whether a term stands in a text as whole words; its case counts when it has capitals."""
    flags = 0 if any(map(str.isupper, term)) else re.IGNORECASE
    return bool(re.search(rf"(?<!\w){re.escape(term)}(?!\w)", text, flags))


def _has_words(term: str, text: str) -> bool:
    """Whether each word of a term is in a text, inflected or with a prefix as languages do."""
    stems = [word[: max(3, math.ceil(len(word) * _STEM))] for word in WORD.findall(term)]
    return term in text or (bool(stems) and all(stem in text for stem in stems))


def _plain(text: str) -> str:
    """A text without vowel points, tatweel and case."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign) and sign != "\u0640")
