"""Numbers in words: whether a text says a number that it does not write in digits.

The words are CLDR's rules of spelling numbers out, by `unicode-rbnf`: cardinals and ordinals, in every gender
and case that a language has. `data/numerals.yaml` adds what a noun says of its number.
"""

import re
import unicodedata
from functools import cache
from typing import Any

from langassets import lazy
from langassets.translation.checks.data import read
from langassets.translation.checks.pair import subtag_of
from langassets.translation.checks.scripts import scripts_for

# Larger numbers are rarely written out, but for round ones.
_SPELT_OUT = {*range(101), 200, 500, 1000, 1_000_000, 1_000_000_000}
# Where there are no rules: what style guides have written out.
_SMALL = 10
# Written without spaces: a word is found anywhere.
_WITHOUT_SPACES = {"Hani", "Hira", "Thai", "Laoo", "Khmr", "Mymr", "Hang"}
# Prefixes are written in one with the word: Hebrew and Arabic prepositions and articles.
_PREFIXED = {"Hebr", "Arab"}
# Rules for years say `nineteen ninety`.
_SPELLS = re.compile("spellout(?!.*year)")
_FORMS: dict[str, dict[str, str]] = read("numerals")


def is_said(number: str, text: str, language: str, *, otherwise: bool = False) -> bool:
    """Whether a text in this language has the number (digits alone) in words, in a dual, or in a word that
    stands for it; `otherwise` for a small number where nobody knows the language's words."""
    value = int(number)
    if value not in _SPELT_OUT:
        return _stands_for(value, text, language)
    pattern = _pattern(value, language)
    if pattern is None:
        return (otherwise and value <= _SMALL) or _stands_for(value, text, language)
    return bool(pattern.search(_bare(text))) or _stands_for(value, text, language)


def _stands_for(value: int, text: str, language: str) -> bool:
    forms = _FORMS.get(subtag_of(language), {})
    every = (forms.get(name, "") for name in (str(value), "any"))
    return any(re.search(form, text, re.IGNORECASE) for form in every if form)


@cache
def _pattern(value: int, language: str) -> re.Pattern[str] | None:
    """What finds a number's words, in any form; None for a language that CLDR has no rules of."""
    words = {_bare(word) for word in _spelt_out(value, language)}
    if not words:
        return None
    scripts = scripts_for(language)
    if scripts & _WITHOUT_SPACES:
        return re.compile("|".join(map(re.escape, words)))
    before = r"\b\w{0,2}" if scripts & _PREFIXED else r"\b"
    # A longer word may go on (`deuxième`, `zweistufig`), and its end may change (`dva`, `dve`).
    whole = (rf"{re.escape(word)}\w*" if len(word) > 2 else re.escape(word) for word in words)
    stems = (rf"{re.escape(word[: -1 - (len(word) > 4)])}\w{{1,3}}\b" for word in words if len(word) > 2)
    return re.compile(f"{before}(?:{'|'.join((*whole, *stems))})")


def _spelt_out(value: int, language: str) -> set[str]:
    """A number in the words of every public set of rules: by gender, case and kind."""
    found = set[str]()
    for engine in _engines(language):
        sets = [
            name for name, rules in engine.rulesets.items() if _SPELLS.match(name) and not rules.is_private
        ]
        found.update(engine.format_number(value, ruleset_names=sets).text_by_ruleset.values())
    return {word for word in found if not any(map(str.isdigit, word))}


@cache
def _engines(language: str) -> list[Any]:
    """The rules of a language, or none."""
    try:
        return [lazy.unicode__rbnf.RbnfEngine.for_language(subtag_of(language))]
    except ValueError:
        return []


def _bare(text: str) -> str:
    """A text in small letters without marks: `إثنان` and `اثنان` are one."""
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
