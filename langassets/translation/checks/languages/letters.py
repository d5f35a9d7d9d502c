"""Letters: of the target's script where there is something to say, and of no other script or relative."""

from collections.abc import Iterator

from langassets.locales import same_language, script_of
from langassets.translation.checks.data import read
from langassets.translation.checks.languages.scripts import (
    script_name,
    script_name_of,
    script_of_letter,
    scripts_for,
    scripts_in,
)
from langassets.translation.checks.languages.unchanged import may_stay
from langassets.translation.checks.pair import Pair

_RELATIVES = read("relatives")
_FOREIGN_LETTERS: dict[str, str] = _RELATIVES["foreign_letters"]
_SIMPLIFIED, _TRADITIONAL = frozenset(_RELATIVES["simplified"]), frozenset(_RELATIVES["traditional"])
_ENOUGH = 2
_CHINESE_ENOUGH = 3
_SENTENCE = 5
# Greek letters are signs in mathematics.
_GREEK_SIGNS = 3


def script(pair: Pair) -> Iterator[str]:
    """Letters of the target's script where there is something to say, and of no third one."""
    counts, expected = scripts_in(pair.prose), scripts_for(pair.target_language)
    if not expected:
        return
    allowed = expected | {"Latn"} | ({"Grek"} if counts["Grek"] <= _GREEK_SIGNS else set())
    strangers = [name for name in counts if name not in allowed]
    if strangers:
        in_source = scripts_in(pair.source_prose)
        strangers = [name for name in strangers if name not in in_source]
    if strangers:
        yield f"there are {script_name(strangers[0])} letters in it"
    if "Latn" in expected or same_language(pair.source_language, pair.target_language):
        return
    added = [word for word in pair.words if word.lower() not in pair.source_vocabulary]
    foreign = [word for word in added if any(script_of_letter(letter) == "Latn" for letter in word)]
    if not expected & counts.keys():
        # Where there are the source's own words alone, `untranslated` has its say.
        if foreign or not (counts["Latn"] or may_stay(pair)):
            yield f"there is no {script_name_of(pair.target_language)} letter in it"
    elif len(foreign) > 3 and len(foreign) * 2 > len(pair.words):
        yield f"most of it is not in {script_name_of(pair.target_language)} letters"


def letters(pair: Pair) -> Iterator[str]:
    """No words in letters that only a relative of the target's language has."""
    if pair.target == "zh":
        yield from _chinese(pair)
    elif pair.target == "ja" and "Hira" in scripts_for(pair.target_language):
        yield from _japanese(pair)
    foreign = set(_FOREIGN_LETTERS.get(pair.target, ""))
    strange = {word.lower() for word in pair.words if not foreign.isdisjoint(word.lower())}
    if len(strange - pair.source_vocabulary) >= _ENOUGH:
        yield "there are words in it with letters that the language does not have"


def _chinese(pair: Pair) -> Iterator[str]:
    wanted, other, name = _SIMPLIFIED, _TRADITIONAL, "Traditional"
    if script_of(pair.target_language) == "Hant":
        wanted, other, name = _TRADITIONAL, _SIMPLIFIED, "Simplified"
    found = sum(character in other for character in pair.prose)
    if found >= _CHINESE_ENOUGH and found > sum(character in wanted for character in pair.prose):
        yield f"it is written in {name} Chinese"


def _japanese(pair: Pair) -> Iterator[str]:
    counts = scripts_in(pair.prose)
    sentence = len(pair.source_words) > _SENTENCE and pair.source.rstrip().endswith((".", "!", "?"))
    if sentence and counts["Hani"] and not counts["Hira"] + counts["Kana"]:
        yield "there is no kana in it: it reads like Chinese"
