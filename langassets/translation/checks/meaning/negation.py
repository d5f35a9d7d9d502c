"""Negation: a 'not' of the source is in the translation, in one of the ways in which the language says no.

The other way round, only a prohibition is told that the source does not make: within a sentence, a
translation says no where English says 'only', 'optional', 'keep' or 'free' (docs/quality.md).
"""

import re
from collections.abc import Iterator
from functools import cache

from langassets.translation.checks.data import read
from langassets.translation.checks.pair import Pair, plain
from langassets.translation.checks.scripts import scripts_for

_SOME = frozenset(
    {"not", "never", "cannot", "don", "doesn", "didn", "isn", "aren", "wasn", "won", "can", "couldn"}
)
# Capitals alone are a keyword (NOT NULL); 'not only', 'not found' and the like are said otherwise elsewhere.
_NEGATION = re.compile(
    r"\b(?:[Nn]ot|[Nn]ever|[Cc]annot)\b(?! (?:only|just|necessarily|sure|yet|found|all|every|enough|supported"
    r"|specified|defined|set|allowed|valid)\b)"
    r"|\b(?:[Ii]s|[Aa]re|[Ww]as|[Dd]o|[Dd]oes|[Dd]id|[Hh]as|[Hh]ave|[Ww]o|[Cc]ould|[Cc]a|[Mm]ust)n['’]t\b"
)
_SAID_OTHERWISE = re.compile(
    r"\b(?:if|or|whether|why|and) not\b|\bnot (?:only|just)\b|[\"'“(]not\b|\bnot[-_=]|\bunless\b|\bwithout\b"
)
# What a prohibition may stand for.
_MAY_FORBID = re.compile(
    r"\b(?:not|no|never|cannot|without|none|nothing|nor|neither|nobody|un\w+|in\w+|im\w+|ir\w+|il\w+|dis\w+|non\w*"
    r"|mis\w+|mal\w+|\w*less|fail\w*|avoid\w*|prevent\w*|lack\w*|refus\w*|den\w+|only|until|except|rather|instead"
    r"|before|hardly|few|free|ignor\w*|skip\w*|leave|keep|stop|exclu\w*|deprec\w*|off|reject\w*|forbid\w*|err\w*|out"
    r"|too|otherwise|optional\w*|still|already|bad|broken|corrupt|abort\w*|a[nb]\w+|empty|false|hid\w+|problem|needs?"
    r"|suppress\w*|overrid\w*|restrict\w*|pre|don|doesn|didn|isn|aren|wasn|won|can|couldn|haven|hasn)\b",
    re.IGNORECASE,
)
# Norwegian and Bosnian by another code.
_BEFORE = " *_•\"'«“„¡"
_ALIKE = {"nb": "no", "nn": "no", "bs": "hr"}


def negation(pair: Pair) -> Iterator[str]:
    """A sentence that says no says no in the translation, and none forbids what the source does not."""
    if not pair.is_from_english:
        return
    if _SOME.isdisjoint(pair.source_vocabulary):
        yield from _prohibition(pair)
        return
    found = _NEGATION.search(pair.source_prose)
    if not found or _SAID_OTHERWISE.search(pair.source_prose):
        return
    says_no = _pattern_of("says_no", pair.target)
    # As the lists spell it: Arabic is written with and without its points.
    spelt = plain(pair.prose) if "Arab" in scripts_for(pair.target_language) else pair.prose
    if says_no and not says_no.search(spelt):
        yield f"the source says {found[0]!r}, and nothing in the translation says no"


def _prohibition(pair: Pair) -> Iterator[str]:
    """One word may be a code (`ne` is Nepali); more of them forbid only where the source may do so."""
    forbids = _pattern_of("forbids", pair.target)
    if forbids is None or not forbids.match(pair.prose.lstrip(_BEFORE)):
        return
    if len(pair.source_words) > 1 and not _MAY_FORBID.search(pair.source_prose):
        yield "it forbids, and the source does not"


@cache
def _pattern_of(kind: str, language: str) -> re.Pattern[str] | None:
    words = read("negation")[kind].get(_ALIKE.get(language, language))
    return re.compile("|".join(map(_pattern, words.split())), re.IGNORECASE) if words else None


def _pattern(word: str) -> str:
    begins, ends = "" if word.startswith("*") else r"(?<!\w)", "" if word.endswith("*") else r"(?!\w)"
    return begins + r"\w*".join(map(re.escape, word.strip("*").split("*"))) + ends
