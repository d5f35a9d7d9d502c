"""Letters: of the target's script where there is something to say, and of no other script or relative; and
words that are foreign to the text around them, in another alphabet or in two that look alike."""

import re
from collections.abc import Iterator
from itertools import groupby

from langassets.locales import same_language, script_of
from langassets.translation.checks.data import read
from langassets.translation.checks.languages.unchanged import may_stay
from langassets.translation.checks.pair import Pair
from langassets.translation.checks.scripts import script_name, script_of_letter, scripts_for, scripts_of

_RELATIVES = read("relatives")
_FOREIGN_LETTERS = {
    language: frozenset(letters) for language, letters in _RELATIVES["foreign_letters"].items()
}
_LOOKALIKES: dict[str, dict[str, str]] = _RELATIVES["lookalikes"]
_SIMPLIFIED, _TRADITIONAL = frozenset(_RELATIVES["simplified"]), frozenset(_RELATIVES["traditional"])
_ENOUGH = 2
_CHINESE_ENOUGH = 3
_SENTENCE = 5
_ANYWHERE = frozenset({"Latn", ""})
# Greek letters are signs in mathematics.
_GREEK_SIGNS = 3
# A Latin letter beside a Greek, Cyrillic or Armenian one: most texts have none, and are done.
_MIXED = re.compile("[a-zA-Z][\u0370-\u058f]|[\u0370-\u058f][a-zA-Z]")
_ALPHABETS = frozenset({"Grek", "Copt", "Cyrl", "Armn"})
# A word in small Latin letters that is no unit: `5 km`, `10 min`.
_LATIN_WORD = re.compile(r"(?<![\w./\\@#:-])(?<!\d )[a-z]{3,}(?![\w./\\@:-])")
# So much of a word's beginning is its stem: `notebook` for `notebooks`, `validate` for `validation`.
_STEM = 4


def script(pair: Pair) -> Iterator[str]:
    """Letters of the target's script where there is something to say, and of no third one."""
    found, expected = pair.scripts, scripts_for(pair.target_language)
    if not expected:
        return
    if not found <= expected | _ANYWHERE:
        yield from _strangers(pair, expected | _ANYWHERE)
    if "Latn" in expected or same_language(pair.source_language, pair.target_language):
        return
    foreign = [word for word in pair.new_words if "Latn" in scripts_of(word)] if "Latn" in found else []
    if not expected & found:
        # Where there are the source's own words alone, `untranslated` has its say.
        if foreign or not ("Latn" in found or may_stay(pair)):
            yield f"there is no {script_name(script_of(pair.target_language))} letter in it"
    elif len(foreign) > 3 and len(foreign) * 2 > len(pair.words):
        yield f"most of it is not in {script_name(script_of(pair.target_language))} letters"


def _strangers(pair: Pair, allowed: frozenset[str]) -> Iterator[str]:
    every = [*map(script_of_letter, pair.prose)]
    allowed |= scripts_of(pair.source_prose) | ({"Grek"} if every.count("Grek") <= _GREEK_SIGNS else set())
    if stranger := next((name for name in every if name not in allowed), ""):
        yield f"there are {script_name(stranger)} letters in it"


def letters(pair: Pair) -> Iterator[str]:
    """No words in letters that only a relative of the target's language has."""
    if pair.target == "zh":
        yield from _chinese(pair)
    elif pair.target == "ja" and "Hira" in scripts_for(pair.target_language):
        yield from _japanese(pair)
    foreign = _FOREIGN_LETTERS.get(pair.target, frozenset())
    if foreign.isdisjoint(pair.prose.lower()):
        return
    if len({word.lower() for word in pair.new_words if foreign & {*word.lower()}}) >= _ENOUGH:
        yield "there are words in it with letters that the language does not have"


def _chinese(pair: Pair) -> Iterator[str]:
    wanted, other, name = _SIMPLIFIED, _TRADITIONAL, "Traditional"
    if script_of(pair.target_language) == "Hant":
        wanted, other, name = _TRADITIONAL, _SIMPLIFIED, "Simplified"
    found = sum(character in other for character in pair.prose)
    if found >= _CHINESE_ENOUGH and found > sum(character in wanted for character in pair.prose):
        yield f"it is written in {name} Chinese"


def _japanese(pair: Pair) -> Iterator[str]:
    sentence = len(pair.source_words) > _SENTENCE and pair.source.rstrip().endswith((".", "!", "?"))
    if sentence and "Hani" in pair.scripts and pair.scripts.isdisjoint({"Hira", "Kana"}):
        yield "there is no kana in it: it reads like Chinese"


def foreign(pair: Pair) -> Iterator[str]:
    """No word of letters that only look like the target's, no Latin word that the source does not have."""
    if not _ALPHABETS.isdisjoint(pair.scripts) and _MIXED.search(pair.prose):
        mixed = (word for word in pair.words if _is_mixed(word, pair))
        yield from (f"there are letters of two alphabets in {word!r}" for word in mixed)
    expected = scripts_for(pair.target_language)
    if not expected or "Latn" in expected or same_language(pair.source_language, pair.target_language):
        return
    found = _LATIN_WORD.findall(pair.prose) if "Latn" in pair.scripts else ()
    if not found:
        return
    known = [word for word in pair.source_vocabulary if len(word) > 2]
    stems = tuple(word[:_STEM] for word in known)
    for word in found:
        if not word.startswith(stems) and not any(word in longer for longer in known):
            yield f"there is a word of another language in it: {word!r}"
            return


def _is_mixed(word: str, pair: Pair) -> bool:
    """Whether one alphabet's few letters in a word look like another's; `PDFов` is a name and its ending."""
    if not _MIXED.search(word) or word.lower() in pair.source_vocabulary:
        return False
    runs = [(script, "".join(run)) for script, run in groupby(word, script_of_letter) if script]
    names = (run for script, run in runs if script == "Latn" and len(run) > 1)
    if any(run.isupper() or run.lower() in pair.source_vocabulary for run in names):
        return False
    letters = {script: "".join(run for of, run in runs if of == script) for script, _ in runs}
    few, *_, many = sorted(letters, key=lambda script: len(letters[script]))
    return set(letters[few]) <= set(_LOOKALIKES.get(few, {}).get(many, ""))
