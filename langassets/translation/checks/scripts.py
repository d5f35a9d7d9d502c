"""Which script a letter belongs to, as Unicode says, and which scripts a language is written in."""

from functools import lru_cache

from langassets import lazy
from langassets.locales import script_of

_SCRIPTS_OF = {
    "Jpan": frozenset({"Hani", "Hira", "Kana"}),
    "Kore": frozenset({"Hang", "Hani"}),
    "Hans": frozenset({"Hani", "Bopo"}),
    "Hant": frozenset({"Hani", "Bopo"}),
}
_NAMES = {
    "Latn": "Latin", "Grek": "Greek", "Cyrl": "Cyrillic", "Hebr": "Hebrew", "Arab": "Arabic",
    "Deva": "Devanagari", "Hani": "Chinese", "Hira": "Japanese", "Kana": "Japanese", "Hang": "Korean",
    "Jpan": "Japanese", "Kore": "Korean", "Hans": "Chinese", "Hant": "Chinese",
}  # fmt: skip
# Unicode's names for 'common to several', 'inherited from the letter before' and 'unknown'.
_NO_SCRIPT = {"Zyyy", "Zinh", "Zzzz"}


@lru_cache(maxsize=8192)
def script_of_letter(letter: str) -> str:
    """The ISO 15924 script of one letter; empty where it is none, or is written in several scripts."""
    script: str = lazy.fontTools_unicodedata.script(letter) if letter.isalpha() else ""
    return "" if script in _NO_SCRIPT else script


def scripts_of(text: str) -> frozenset[str]:
    """The scripts of a text's letters, and '' where it holds anything else."""
    return frozenset(map(script_of_letter, set(text)))


@lru_cache(maxsize=512)
def scripts_for(language: str) -> frozenset[str]:
    """The scripts that text in a language is made of: three for Japanese, one for most; none where nobody
    can tell."""
    script = script_of(language)
    return _SCRIPTS_OF.get(script, frozenset({script})) if script else frozenset()


def script_name(script: str | None) -> str:
    """What to call a script in a sentence: its code where it has no name here."""
    return _NAMES.get(script or "", script or "")
