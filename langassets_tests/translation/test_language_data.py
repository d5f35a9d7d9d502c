"""What is known of languages comes from Unicode and CLDR: no language's own text is called another's."""

from collections.abc import Iterator
from itertools import combinations

import langcodes
import pytest
from babel import Locale, localedata

from langassets.locales import is_right_to_left, known_languages, looked_up, same_language, script_of
from langassets.translation.checks.languages.language import language
from langassets.translation.checks.languages.letters import letters, script
from langassets.translation.checks.languages.untranslated import untranslated
from langassets.translation.checks.pair import Pair
from langassets.translation.checks.scripts import scripts_of
from langassets.translation.types import Segment

SCRIPTS = {
    "pbt": "Arab", "azb": "Arab", "acm": "Arab", "afb": "Arab", "aii": "Syrc", "hbo": "Hebr",
    "cjy": "Hans", "cdo": "Hans", "bgq": "Deva", "har": "Ethi", "xal": "Cyrl", "grc": "Grek",
    "he": "Hebr", "iw": "Hebr", "zh-TW": "Hant", "zh": "Hans", "cmn": "Hans", "ja": "Jpan",
    "az-IR": "Arab", "pa-PK": "Arab", "sr": "Cyrl", "sr-ME": "Latn", "sr-Latn": "Latn",
    "pa-Arab": "Arab", "sat": "Olck", "ff-Adlm": "Adlm", "qaa": None,
}  # fmt: skip
# A word of the script's own, from the language's name for itself.
OWN_WORDS = {
    "zgh": "ⵜⴰⵎⴰⵣⵉⵖⵜ", "ff-Adlm": "𞤆𞤵𞤤𞤢𞤪", "sat": "ᱥᱟᱱᱛᱟᱲᱤ", "mni-Mtei": "ꯃꯤꯇꯩꯂꯣꯟ", "iu": "ᐃᓄᒃᑎᑐᑦ",
    "ii": "ꆈꌠꉙ", "vai": "ꕙꔤ", "jv-Java": "ꦗꦮ", "ban-Bali": "ᬩᬮᬶ", "su-Sund": "ᮞᮥᮔ᮪ᮓ", "lis": "ꓡꓲ",
    "chr": "ᏣᎳᎩ", "nqo": "ߒߞߏ", "ccp": "𑄌𑄋𑄴𑄟𑄳𑄦", "dv": "ދިވެހި", "am": "አማርኛ", "bo": "བོད་ཡིག",
    "lo": "ລາວ",
}  # fmt: skip


def found(source: str, translation: str, target: str) -> list[str]:
    pair = Pair(Segment(source), translation, "en", target)
    return [*script(pair), *letters(pair), *language(pair), *untranslated(pair)]


@pytest.mark.parametrize(("code", "expected"), SCRIPTS.items())
def test_a_language_is_written_in_the_script_that_cldr_says(code: str, expected: str | None) -> None:
    assert script_of(code) == expected


def test_right_to_left_is_what_unicode_says_of_the_script() -> None:
    right = [
        code for code in (*SCRIPTS, *OWN_WORDS, "ckb", "yi", "syr", "mid", "rhg") if is_right_to_left(code)
    ]
    assert right == [
        "pbt", "azb", "acm", "afb", "aii", "hbo", "he", "iw", "az-IR", "pa-PK", "pa-Arab", "ff-Adlm",
        "ff-Adlm", "nqo", "dv", "ckb", "yi", "syr", "mid", "rhg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("arb", "ar", True), ("cmn", "zh", True), ("swh", "sw", True), ("zsm", "ms", True),
        ("no", "nb", True), ("pes", "fa", True), ("iw", "he", True), ("cmn-Hant", "zh-TW", True),
        ("en", "en-GB", True), ("nn", "nb", False), ("nn", "no", False), ("zh", "zh-TW", False),
        ("sr", "sr-Latn", False), ("hr", "bs", False), ("id", "ms", False), ("az", "az-IR", False),
        ("qaa", "qab", False), ("qaa", "qaa", True),
    ],
)  # fmt: skip
def test_two_codes_of_one_language_are_one(one: str, other: str, same: bool) -> None:
    assert same_language(one, other) is same_language(other, one) is same


@pytest.mark.parametrize(("code", "word"), OWN_WORDS.items())
def test_an_answer_in_the_languages_own_script_is_sound(code: str, word: str) -> None:
    assert found("The language", word, code) == []
    assert found("The language of this lesson is this one.", f"{word} {word} {word}.", code) == []
    assert any(found("The language of this lesson", "Язык этого урока", code))


@pytest.mark.parametrize("code", ["qaa", "tlh"])
def test_a_language_that_nobody_knows_the_script_of_is_let_be(code: str) -> None:
    for word in (*OWN_WORDS.values(), "Язык", "lugha"):
        assert list(script(Pair(Segment("The language"), word, "en", code))) == []


def _texts() -> Iterator[tuple[str, str, str]]:
    """Names of languages, in English and in each locale of CLDR that has them."""
    english = Locale("en").languages
    for name in sorted(localedata.locale_identifiers()):
        own = Locale.parse(name).languages
        keys = [
            key for key in sorted(english) if own.get(key, english[key]) != english[key] and "_" not in key
        ]
        if len(keys) >= 15 and not name.startswith(("en", "ht")):  # CLDR's Haitian Creole is French
            source, text = (", ".join(names[key] for key in keys[:40]) for names in (english, own))
            yield name.replace("_", "-"), source, text


def test_no_locales_own_text_is_called_another_language() -> None:
    every = list(_texts())
    wrong = {code: said for code, source, text in every if (said := found(f"{source}.", f"{text}.", code))}
    assert wrong == {}
    assert len(every) > 700
    assert all(scripts_of(text) - {""} for _, _, text in every)


def test_what_is_known_of_languages_is_what_is_looked_up() -> None:
    known = known_languages()
    assert [tag for tag in known if langcodes.standardize_tag(tag) != tag] == []
    assert {one.bare for one in known.values()} <= known.keys()
    for tag in ("he", "az-IR", "zh-TW", "sr-Latn", "no", "ku-IQ"):
        assert looked_up(tag) == known[tag]


def test_of_known_languages_bokmal_and_norwegian_alone_are_one() -> None:
    bare = sorted({one.bare for one in known_languages().values()})
    near = [pair for pair in combinations(bare, 2) if langcodes.tag_distance(*pair) <= 1]
    assert near == [("nb", "no")]
