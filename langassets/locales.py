"""Language codes: what counts as one, and which ones mean the same language.

A language may be spelled in several ways (`iw`, `he`, `HE`); they have one tag (BCP-47: `he`, `zh-CN`), which
is what prompts and memory go by. Which of the codes it is stored under: `langassets.tiering.language_keys`.
"""

import json
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from langassets import lazy

# Letters, digits, hyphen and underscore only: a code becomes part of an object's key, so nothing
# that could name another folder ever passes. 35 characters is BCP-47's own advice (RFC 5646, 4.4.1).
_CODE = re.compile(r"(?=.{2,35}\Z)[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*\Z")


@lru_cache(maxsize=4096)
def is_language_code(code: str) -> bool:
    """Whether `code` is well-formed enough to stand in a storage key and to be understood as a language."""
    if code in known_languages():
        return True
    if not _CODE.match(code):
        return False
    try:
        lazy.langcodes.standardize_tag(code)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def tag_of(code: str) -> str:
    """The BCP-47 tag of an application's language code: `iw` is `he`, `zh_CN` is `zh-CN`.

    Raises ValueError where `is_language_code` says no.
    """
    if code in known_languages():
        return code
    if not is_language_code(code):
        raise ValueError(f"{code!r} is not a language code; expected one like 'he', 'pt-BR' or 'zh_CN'")
    return lazy.langcodes.standardize_tag(code)


# CLDR's matching says 1 of `no` and `nb`, and of no two languages else; 4 and more of languages that are
# merely close (`hr` and `bs`), 20 of `nb` and `nn`.
_ONE_LANGUAGE = 1


@lru_cache(maxsize=65536)
def same_language(one: str, other: str) -> bool:
    """Whether two codes name the same language in the same script; regions are ignored (`en` and `en-GB`).

    A language that has its macrolanguage's place there (`cmn` for `zh`, `arb` for `ar`) is the same.
    """
    if script_of(one) != script_of(other):
        return False
    first, second = _bare(one), _bare(other)
    if first == second or {first, second} <= known_languages().keys():
        return first == second or {first, second} == {"nb", "no"}
    return lazy.langcodes.tag_distance(first, second) <= _ONE_LANGUAGE


@lru_cache(maxsize=65536)
def distance(wanted: str, offered: str) -> int:
    """How far text in one variant of a language is from what readers of another want, by CLDR's matching: 0
    where likely subtags make them one (`zh-TW` and `zh-Hant`), 5 for `pt-PT` and `pt-BR`."""
    return lazy.langcodes.tag_distance(_plain(wanted), _plain(offered))


def is_as_good(wanted: str, offered: str) -> bool:
    """Whether nobody tells the variants apart: `he` and `he-IL`, `no` and `nb`, `zh-Hant` and `zh-TW`."""
    return distance(wanted, offered) <= _ONE_LANGUAGE


@lru_cache(maxsize=4096)
def without_region(code: str) -> str:
    """The tag without what the language has anyway: `he` for `he-IL`, `zh` for `cmn`; `ar-SA` stays."""
    tag = _plain(code)
    bare = tag.split("-", maxsplit=1)[0]
    return bare if lazy.langcodes.get(bare).maximize() == lazy.langcodes.get(tag).maximize() else tag


@lru_cache(maxsize=4096)
def _plain(code: str) -> str:
    return lazy.langcodes.standardize_tag(tag_of(code), macro=True)


def _bare(code: str) -> str:
    known = known_languages().get(tag_of(code))
    return known.bare if known else _plain(code).split("-", maxsplit=1)[0]


@lru_cache(maxsize=4096)
def script_of(code: str) -> str | None:
    """The ISO 15924 script that text in a language is in: `Hebr` for `he`, `Arab` for `az-IR`; None where
    CLDR's likely subtags do not know. (langcodes knows fewer of them, and says Latin of the rest.)"""
    known = known_languages().get(tag_of(code))
    return known.script if known else _likely_script(code)


def _likely_script(code: str) -> str | None:
    tag = lazy.langcodes.get(_plain(code))
    if tag.script:
        return tag.script
    likely = lazy.babel_core.get_global("likely_subtags")
    found = likely.get(f"{tag.language}_{tag.territory}") or likely.get(f"{tag.language}")
    return found.split("_")[1] if found else None


def cldr_locale(code: str) -> "lazy.babel_core.Locale | None":
    """What CLDR has of a language, by Babel; None for one that it has no locale of."""
    try:
        return lazy.babel_core.Locale.parse(tag_of(code), sep="-")
    except (ValueError, lazy.babel_core.UnknownLocaleError):
        return None


def is_right_to_left(code: str) -> bool:
    """Whether text in this language runs from right to left."""
    known = known_languages().get(tag_of(code))
    return known.right_to_left if known else _runs_right_to_left(script_of(code))


def _runs_right_to_left(script: str | None) -> bool:
    return bool(script) and lazy.fontTools_unicodedata.script_horizontal_direction(script, "LTR") == "RTL"


def english_name(code: str) -> str:
    """The language's name in English: `Hebrew` for `he`; the code itself where there is none."""
    return _names(tag_of(code))[0]


def own_name(code: str) -> str:
    """The language's name in itself: `עברית` for `he`; the English name where there is none."""
    return _names(tag_of(code))[1]


class Language(NamedTuple):
    """What is known of a tag: its names in English and in itself, its language without script and region (and
    with the macrolanguage in the place of `cmn` or `arb`), script, and direction."""

    english: str
    own: str
    bare: str
    script: str | None
    right_to_left: bool


def looked_up(tag: str) -> Language:
    """All that of a tag, from what langcodes, Babel and fontTools have: 28 MB, from the first on."""
    script = _likely_script(tag)
    bare = _plain(tag).split("-", maxsplit=1)[0]
    return Language(*_looked_up_names(tag), bare, script, _runs_right_to_left(script))


def _looked_up_names(tag: str) -> tuple[str, str]:
    language = lazy.langcodes.get(tag)
    # Maximized, for the data has names in zh-Hant-TW, and none in zh-TW.
    return language.display_name("en"), language.display_name(language.maximize())


@lru_cache(maxsize=4096)
def _names(tag: str) -> tuple[str, str]:
    known = known_languages().get(tag)
    return known[:2] if known else _looked_up_names(tag)


@cache
def known_languages() -> dict[str, Language]:
    """CLDR's locales, by their tags, which `make reference` looks up: langcodes takes long to load."""
    found = json.loads(files("langassets").joinpath("languages.json").read_text("utf-8"))
    return {tag: Language(*known) for tag, known in found.items()}


def both_names(code: str) -> str:
    """The language's name in English and in itself: `French – français`; once where they are the same.

    A right-to-left name is isolated (U+2068, U+2069), so that it does not reorder figures behind it.
    """
    english, own = english_name(code), own_name(code)
    if own == english:
        return english
    return f"{english} – \u2068{own}\u2069" if is_right_to_left(code) else f"{english} – {own}"
