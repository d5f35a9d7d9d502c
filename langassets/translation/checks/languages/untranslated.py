"""Text left in the source's language: the whole segment, or a stretch of it.

Names stay in every language, and so do labels of a user interface that the reader will see in English
(in bold, in quotes, as a link's text): neither counts.
"""

import re
from collections.abc import Iterator, Sequence

from langcodes import Language

from langassets.locales import same_language, tag_of
from langassets.translation.checks.languages.english import (
    FUNCTION_WORDS,
    NAMES,
    NAMES_OF_WORDS,
    SHARED_WORDS,
    WORDS_IN_NAMES,
    is_english,
    languages,
)
from langassets.translation.checks.languages.scripts import scripts_for
from langassets.translation.checks.pair import WORD, Pair, prose_of

# A stretch this long that stands in the source word for word is no coincidence.
_STRETCH = 3
_WORD_OR_CUT = re.compile(rf"{WORD.pattern}|\|")
_LABEL = re.compile(
    r"(?<!\w)--?\w[\w-]*+|\S*[=_]\S*|\*\*[^*]++\*\*|\*[^*]++\*|(?<!\w)_[^_]++_(?!\w)|\[[^\]]*+\]|\"[^\"]*+\"|“[^”]*+”|«[^»]*+»|„[^“”]*+[“”]|'[^']*+'(?!\w)"
)

# Endings that English shares with a language, so that one word (`Configuration` in French) tells nothing.
_SHARED_ENDINGS = {
    "fr": r"tion|sion|ment|[ai]ble|age|[ae]nce|al|ct|ure|ode|ide|ype|ice|icle|ule|ine|ent|ant|ote|one",
    "es": r"al|or|ble|o|a|ar|is",
    "pt": r"al|or|o|a|ar|is",
    "it": r"o|a|i",
    "ca": r"al|or|ble|o|a|ar|is|ent|ant",
    "ro": r"al|or|ent|ant|bil|ct|et",
    "de": r"tion|sion|er|ent|ant|em|us|um|est|ext|ext|and|al|or|ame",
    "nl": r"er|ent|ant|em|us|um|est|and|or|ode|ct",
    "sv": r"tion|sion|er|ent|ant|em|us|um|est|ext|and|al|or",
    "da": r"tion|sion|er|ent|em|us|um|est|and|al|or",
    "no": r"er|ent|em|us|um|est|and|al|or",
    "nb": r"er|ent|em|us|um|est|and|al|or",
}
# Short English function words that are words of another language too.
_ALSO = {
    "fr": frozenset({"a", "as", "but", "do", "if", "me", "on", "or", "us"}),
    "es": frozenset({"a", "as", "do", "has", "he", "me", "no"}),
    "pt": frozenset({"a", "as", "do", "for", "me", "no"}),
    "it": frozenset({"a", "do", "i", "in", "me", "no", "or"}),
    "de": frozenset({"all", "am", "an", "as", "her", "in", "so", "was"}),
    "nl": frozenset({"as", "had", "in", "is", "me", "of", "over", "so", "was", "we"}),
    "sv": frozenset({"all", "an", "as", "i", "is", "my", "over", "under"}),
    "pl": frozenset({"a", "do", "i", "my", "no", "on", "to"}),
}

_ENGLISH_ADJECTIVE = re.compile(r"(?:ish|ian|ese|an|ic|ch|ek|ew)\Z")

# Loanwords, and what several languages have in common with English: as a label of one word they tell nothing,
# and whoever translates them can only write the same.
_LOANWORD_LINES = """
    april argument august backend blog bonus browser bug button cache chat client cloud code computer context
    cookie dashboard data database design desktop detail download element email feedback filter format
    forum framework frontend gallery global hardware idea index input internet job layout limit link login
    markup material menu minor modal mode model monitor net no normal note november offline online parameter
    password person plan plugin podcast prefix problem process program quiz radio routine script september
    server service signal smartphone software standard start status stop streaming student super symbol
    system tag team terminal test text token tool tools total tutorial type unit update upload version video
    virus visual volume web website widget workflow workflows workshop
"""
_LOANWORDS = frozenset(_LOANWORD_LINES.split())
# French shares more with English than its endings tell.
_OWN_WORDS = {
    "fr": frozenset({"date", "effort", "plus", "point", "port", "simple", "source", "sport", "transport"})
}


def untranslated(pair: Pair) -> Iterator[str]:
    """The source's own words do not stand where the target's should."""
    if same_language(pair.source_language, pair.target_language):
        return
    if _letters(pair.prose) == _letters(pair.source_prose):
        if not may_stay(pair):
            yield "it is the source, left untranslated"
        return
    stretch = _stretch(pair)
    if stretch:
        yield f"a stretch is left untranslated: {' '.join(stretch[:8])!r}"


def may_stay(pair: Pair) -> bool:
    """Whether the source says the same in every language: a name, an abbreviation, code."""
    words = _without_terms(pair)
    if not pair.source_language.lower().startswith("en"):
        return sum(word.islower() for word in words) < 2
    english = [word for word in words if is_english(word) and not _is_language_name(word, pair)]
    if len(words) == 1 and words[0].islower() and len(words[0]) < 4:
        return True  # a code: `it` in a table of languages
    if not english:
        return len(words) < 4 or not any(word.islower() for word in words)
    if len(words) == 1 and not pair.segment.protected and _is_shared(words[0], pair):
        return True
    if not all(word[0].isupper() and word.lower() in WORDS_IN_NAMES for word in english):
        return False
    return any(_is_name(word) for word in words)


def _is_name(word: str) -> bool:
    """Whether a word can only be a name or an abbreviation: GitHub, API, Kubernetes."""
    if is_english(word) and not (word.isupper() and len(word) > 1):
        return False
    return word[0].isupper() or not word.islower()


def _is_language_name(word: str, pair: Pair) -> bool:
    """Whether a word is a language's name, and the same in the target: Hindi is, Italian is not."""
    code = languages().get(word.lower())
    if code is None:
        return False
    if Language.get(code).display_name(tag_of(pair.target_language)).lower() == word.lower():
        return True
    return "Latn" in scripts_for(pair.target_language) and not _ENGLISH_ADJECTIVE.search(word)


def _is_shared(word: str, pair: Pair) -> bool:
    """Whether one word alone may be the target's own, or a name."""
    lower = word.lower()
    if lower in NAMES and word[0].isupper():
        return True
    if "Latn" not in scripts_for(pair.target_language):
        return False
    if lower in _LOANWORDS or lower in _OWN_WORDS.get(pair.target, ()):
        return True
    endings = _SHARED_ENDINGS.get(pair.target)
    return bool(endings and re.search(rf"(?:{endings})s?\Z", lower))


def _without_terms(pair: Pair) -> list[str]:
    """The source's words without names of plain words and the glossary's terms that stay as they are."""
    text = pair.source_prose
    for name in NAMES_OF_WORDS:
        text = text.replace(name, " ")
    for term in pair.terms:
        if term.translation in (None, term.source):
            text = re.sub(re.escape(term.source), " ", text, flags=re.IGNORECASE)
    return WORD.findall(text)


def _letters(text: str) -> str:
    return "".join(WORD.findall(text)).casefold()


def _stretch(pair: Pair) -> Sequence[str]:
    """The longest stretch of words that stand in the source in the same order, if it gives itself away."""
    if not pair.source_language.lower().startswith("en"):
        return ()
    words = _WORD_OR_CUT.findall(prose_of(_LABEL.sub(" | ", pair.translation)))
    source = [word.lower() for word in pair.source_words]
    after: dict[str, list[int]] = {}
    for index, word in enumerate(source):
        after.setdefault(word, []).append(index)
    best: Sequence[str] = ()
    lengths: dict[int, int] = {}
    for end, word in enumerate(words):
        lengths = {index: lengths.get(index - 1, 0) + 1 for index in after.get(word.lower(), ())}
        longest = max(lengths.values(), default=0)
        if longest >= _STRETCH and longest > len(best):
            stretch = words[end - longest + 1 : end + 1]
            best = stretch if _is_prose(stretch, pair) else best
    return best


def _is_prose(stretch: Sequence[str], pair: Pair) -> bool:
    """Whether a stretch of words is English and no name, nor the target's own words that look the same."""
    lower = [word for word in stretch if word.islower()]
    if "Latn" in scripts_for(pair.target_language):
        own = _ALSO.get(pair.target, SHARED_WORDS)
        return any(word in FUNCTION_WORDS and word not in own for word in lower) or _is_mostly_english(lower)
    return sum(is_english(word) for word in lower) >= 2


def _is_mostly_english(words: Sequence[str]) -> bool:
    return len(words) > 3 and sum(is_english(word) for word in words) > len(words) * 0.8
