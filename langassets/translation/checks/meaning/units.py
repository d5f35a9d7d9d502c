"""Units: what a number counts or measures is the same in the translation.

CLDR says how a language writes each unit, long and short; a number whose unit is written in another way than
CLDR knows is left alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Literal

from langassets import lazy
from langassets.locales import cldr_locale
from langassets.translation.checks.pair import Pair

_KINDS = {
    "duration": "millisecond second minute hour day week month year",
    "digital": "byte kilobyte megabyte gigabyte terabyte",
    "length": "millimeter centimeter meter kilometer inch foot mile",
    "mass": "gram kilogram pound",
    "temperature": "celsius fahrenheit",
}
# A number for each plural form of CLDR's languages.
_NUMBERS = (0, 1, 2, 3, 5, 11, 100, 1.5)
_LENGTHS: Sequence[Literal["long", "short", "narrow"]] = ("long", "short", "narrow")
# One Latin letter is short for anything; one Chinese sign is a word.
_AT_LEAST = 2
_IDEOGRAPHS = "\u2e80"
_FIGURE = re.compile(r"\d[\d.,٫٬]*")
_COUNTED = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)*)[\s\u00a0\u202f-]?([^\W\d_]+|°[CF])")


def units(pair: Pair) -> Iterator[str]:
    """No number has a unit that CLDR has for another one of the same kind."""
    if not pair.is_from_english or not _FIGURE.search(pair.source_prose):
        return
    wanted = dict(_measured(pair.source_prose, _forms("en")))
    if not wanted:
        return
    for number, unit in _measured(pair.prose, _forms(pair.target_language)):
        expected = wanted.get(number)
        if expected and not unit & expected and _kinds(unit) & _kinds(expected):
            yield f"the unit of {number} is another one than in the source"


def _measured(text: str, forms: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    """Each number with a unit, once: which one counts of two cannot be told."""
    found = [(number, _unit(word.casefold(), forms)) for number, word in _COUNTED.findall(text)]
    for number, unit in found:
        if unit and sum(number == other for other, _ in found) == 1:
            yield number, unit


def _unit(word: str, forms: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """What a word stands for; where no blanks are written, what it begins with."""
    if word in forms or word < _IDEOGRAPHS:
        return forms.get(word)
    return next((forms[word[:end]] for end in range(len(word), 0, -1) if word[:end] in forms), None)


def _kinds(units: frozenset[str]) -> set[str]:
    return {unit.partition("-")[0] for unit in units}


@cache
def _forms(language: str) -> Mapping[str, frozenset[str]]:
    """The units that each written form in a language may stand for; none where CLDR does not have it."""
    locale = cldr_locale(language)
    if locale is None:
        return {}
    forms = defaultdict[str, set[str]](set)
    numbers = {locale.plural_form(number): number for number in _NUMBERS}.values()
    for kind, names in _KINDS.items():
        for name, length, number in product(names.split(), _LENGTHS, numbers):
            unit = f"{kind}-{name}"
            written = lazy.babel_units.format_unit(number, unit, length=length, locale=locale)
            forms[_FIGURE.sub("", written).strip(" \u00a0\u202f-").casefold()].add(unit)
    return {
        form: frozenset(units)
        for form, units in forms.items()
        if len(form) >= _AT_LEAST or form > _IDEOGRAPHS
    }
