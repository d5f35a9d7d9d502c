"""What may stay as it is: names, abbreviations, code, and words that a language shares with English."""

import re

from langcodes import Language

from langassets.locales import tag_of
from langassets.translation.checks.data import read, word_sets
from langassets.translation.checks.languages.english import (
    NAMES,
    NAMES_OF_WORDS,
    WORDS_IN_NAMES,
    is_english,
    languages,
)
from langassets.translation.checks.languages.scripts import scripts_for
from langassets.translation.checks.pair import WORD, Pair

_RELATIVES = read("relatives")
_LOANWORDS = frozenset(_RELATIVES["loanwords"].split())
_OWN_WORDS = word_sets(_RELATIVES["own_words"])
_ENDINGS = word_sets(_RELATIVES["endings"])
# Units and the mark between them, `1.6mm x 2mm x 1mm`, say nothing of a language.
_OF_A_MEASURE = 2
_ENGLISH_ADJECTIVE = ("ish", "ian", "ese", "an", "ic", "ch", "ek", "ew")


def may_stay(pair: Pair) -> bool:
    """Whether the source says the same in every language: a name, an abbreviation, code."""
    words = _without_terms(pair)
    if not pair.is_from_english:
        return sum(word.islower() for word in words) < 2
    english = [word for word in words if is_english(word) and not _is_language_name(word, pair)]
    if len(words) == 1 and words[0].islower() and len(words[0]) < 4:
        return True  # a code: `it` in a table of languages
    if not english:
        long = [word for word in words if len(word) > _OF_A_MEASURE]
        return len(long) < 4 or not any(word.islower() for word in long)
    if len(words) == 1 and not pair.segment.protected and _is_shared(words[0], pair):
        return True
    if not all(word[0].isupper() and word.lower() in WORDS_IN_NAMES for word in english):
        return False
    return any(_is_name(word) for word in words)


def _without_terms(pair: Pair) -> list[str]:
    """The source's words without names of plain words and the glossary's terms that stay as they are."""
    text = pair.source_prose
    for name in NAMES_OF_WORDS:
        text = text.replace(name, " ")
    for term in pair.terms:
        if term.translation in (None, term.source):
            text = re.sub(re.escape(term.source), " ", text, flags=re.IGNORECASE)
    return WORD.findall(text)


def _is_name(word: str) -> bool:
    """Whether a word can only be a name or an abbreviation: GitHub, API, Kubernetes."""
    if is_english(word) and not (word.isupper() and len(word) > 1):
        return False
    return not word.islower()


def _is_language_name(word: str, pair: Pair) -> bool:
    """Whether a word is a language's name, and the same in the target: Hindi is, Italian is not."""
    code = languages().get(word.lower())
    if code is None:
        return False
    if Language.get(code).display_name(tag_of(pair.target_language)).lower() == word.lower():
        return True
    return "Latn" in scripts_for(pair.target_language) and not word.endswith(_ENGLISH_ADJECTIVE)


def _is_shared(word: str, pair: Pair) -> bool:
    """Whether one word alone may be the target's own, or a name."""
    lower = word.lower()
    if lower in NAMES and word[0].isupper():
        return True
    if "Latn" not in scripts_for(pair.target_language):
        return False
    if lower in _LOANWORDS | _OWN_WORDS.get(pair.target, frozenset()):
        return True
    endings = tuple(_ENDINGS.get(pair.target, ()))
    return lower.endswith(endings) or lower.removesuffix("s").endswith(endings)
