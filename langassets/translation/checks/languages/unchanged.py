"""What may stay as it is: names, abbreviations, code, and words that a language shares with English."""

import re
import unicodedata

from langassets import lazy
from langassets.locales import tag_of
from langassets.translation.checks.languages.english import (
    FUNCTION_WORDS,
    LOANWORDS,
    NAMES,
    NAMES_OF_WORDS,
    WORDS_IN_NAMES,
    calendar,
    is_english,
    languages,
    shared_with,
)
from langassets.translation.checks.pair import WORD, Pair
from langassets.translation.checks.scripts import scripts_for

# Units and the mark between them, `1.6mm x 2mm x 1mm`, say nothing of a language.
_OF_A_MEASURE = 2
_OF_A_CODE = 3
_ENGLISH_ADJECTIVE = ("ish", "ian", "ese", "an", "ic", "ch", "ek", "ew")
# A command, a file, a key, and nothing beside it: `migrate-links`, `max_retries`, `setup.cfg`.
_IDENTIFIER = re.compile(r"\W*[a-z0-9]+(?:[-_.:]+[a-z0-9]+)+\W*\Z")
_AROUND = re.compile(r"\A\W+|\W+\Z")


def may_stay(pair: Pair) -> bool:
    """Whether the source says the same in every language: a name, an abbreviation, code."""
    return _is_the_same(pair) or _label(pair) in pair.code()


def _label(pair: Pair) -> str:
    return _AROUND.sub("", pair.source_prose)


def _is_the_same(pair: Pair) -> bool:
    words = [label] if (label := _label(pair)).lower() in languages() else _without_terms(pair)
    if not pair.is_from_english:
        return sum(word.islower() for word in words) < 2
    if _IDENTIFIER.match(pair.source_prose) or _is_code(words, pair):
        return True
    english = [word for word in words if _is_prose(word) and not _is_language_name(word, pair)]
    if not english:
        long = [word for word in words if len(word) > _OF_A_MEASURE]
        return len(long) < 4 or not any(word.islower() for word in long)
    if len(english) == 1 and _is_shared(english[0], pair):
        return True  # `Configuration` in French; `MCP server` where that is the target's word too
    if not all(word[0].isupper() and word.lower() in WORDS_IN_NAMES for word in english):
        return False
    # Only a name or an abbreviation begins one: `MCP Server` is a name, and `Resource URI` is not.
    first = words[0]
    return not first.islower() and (not _is_prose(first) or (first.isupper() and len(first) > 1))


def _is_code(words: list[str], pair: Pair) -> bool:
    """Whether it is a code alone: `it` in a table of languages."""
    if len(words) != 1 or pair.segment.protected or not words[0].islower() or len(words[0]) > _OF_A_CODE:
        return False
    return not is_english(words[0]) or (len(words[0]) == 2 and lazy.langcodes.tag_is_valid(words[0]))


def _without_terms(pair: Pair) -> list[str]:
    """The source's words without names of plain words and the glossary's terms that stay as they are."""
    text = pair.source_prose
    for name in NAMES_OF_WORDS:
        text = text.replace(name, " ")
    for term in pair.terms:
        if term.translation in (None, term.source):
            text = re.sub(re.escape(term.source), " ", text, flags=re.IGNORECASE)
    return WORD.findall(text)


def _is_prose(word: str) -> bool:
    """Whether a word is English, and no name that is spelt like one: `Excel`, `ID`."""
    lower = word.lower()
    is_short = len(word) == _OF_A_MEASURE and word.isupper() and lower not in FUNCTION_WORDS
    return is_english(word) and not is_short and not (word[0].isupper() and lower in NAMES)


def _is_language_name(word: str, pair: Pair) -> bool:
    """Whether a word is a language's name, and the same in the target: Hindi is, Italian is not.

    It is where CLDR says so, accents apart, and in Latin letters also where it is no English adjective and
    CLDR puts nothing before it (`Kihindi`).
    """
    code = languages().get(word.lower())
    if code is None:
        return False
    name = lazy.langcodes.get(code).display_name(lazy.langcodes.get(tag_of(pair.target_language)).maximize())
    own, given = [_bare(part) for part in name.split()], _bare(word)
    if given in own or " " in word:
        return given in {*own, _bare(name)}
    is_english_alone = given.endswith(_ENGLISH_ADJECTIVE) or any(part.endswith(given) for part in own)
    return "Latn" in scripts_for(pair.target_language) and not is_english_alone


def _bare(text: str) -> str:
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKD", text.lower())))


def _is_shared(word: str, pair: Pair) -> bool:
    """Whether one word alone may be the target's own."""
    if "Latn" not in scripts_for(pair.target_language):
        return False
    lower = word.lower()
    date = calendar("en").get(lower, frozenset())
    if date & calendar(pair.target_language).get(lower, frozenset()):  # `November`, in a dozen languages
        return True
    forms = {lower, lower.removesuffix("s")} - languages().keys() - calendar("en").keys()
    return not forms.isdisjoint(LOANWORDS) or not forms.isdisjoint(shared_with(pair.target))
