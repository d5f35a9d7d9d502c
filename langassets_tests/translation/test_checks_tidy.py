"""Repairs: what a model adds goes, what the source has stays, and right-to-left text reads right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.checks import Finding, check, isolate_ltr, tidy
from langassets.translation.types import Segment
from langassets_tests.translation.pairs import SOUND, Sound
from langassets_tests.translation.texts import markdown

LRI, PDI = "\u2066", "\u2069"


def shown(text: str) -> str:
    """A text with its isolates made visible."""
    return text.replace(LRI, "‹").replace(PDI, "›")


@pytest.mark.parametrize(
    ("source", "translation", "tidied"),
    [
        ("Text", "  Texte \n", "Texte"),
        ("Text", "```\nTexte\n```", "Texte"),
        ("Text", "```markdown\nTexte\n```\n", "Texte"),
        ("Text", '"Texte"', "Texte"),
        ("Text", "« Texte »", "Texte"),
        ("Text", "„Text“", "Text"),
        ("Text", "「文」字", "「文」字"),
        ('"Text"', '"Texte"', '"Texte"'),
        ("Say “yes”", "Dites «oui»", "Dites «oui»"),
        ("Text", '"Un" et "deux"', '"Un" et "deux"'),
        ("Two words", "Deux\n  mots", "Deux mots"),
        ("Text", "Te\u200bx\ufefft\u00ade", "Texte"),
        ("Text", "Te\x00x\x07te", "Texte"),
        ("Text", "Cafe\u0301", "Café"),
        ("Use <x1/>", "Utilisez < x1 / >", "Utilisez <x1/>"),
        ("Use <x1/>", "Utilisez <X1/>", "Utilisez <x1/>"),
        ("Use <x1/>", "Utilisez <x1></x1>", "Utilisez <x1/>"),
        ("Use <x1/>", "Utilisez &lt;x1/&gt;", "Utilisez <x1/>"),
        ("Use <x1/>", "استخدم <x١/>", "استخدم <x1/>"),
        ("Text", "\u202bTexte\u202c\u200f", "Texte"),
        ("Text", "نمی\u200cخواهم", "نمی\u200cخواهم"),
    ],
)
def test_what_a_model_adds_is_taken_away(source: str, translation: str, tidied: str) -> None:
    assert tidy(source, translation, "fr") == tidied


@pytest.mark.parametrize("sound", SOUND, ids=lambda sound: f"{sound.language} {sound.segment.text[:10]}")
def test_a_sound_translation_is_left_as_it_is(sound: Sound) -> None:
    assert tidy(sound.segment.text, sound.translation, sound.language) == sound.translation


@given(markdown(), markdown(), st.sampled_from(["he", "ar", "fr", "ja"]))
def test_tidying_twice_is_tidying_once(source: str, translation: str, language: str) -> None:
    once = tidy(source, translation, language)
    assert tidy(source, once, language) == once


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("השתמשו ב-C++ או ב-C#.", "השתמשו ב-‹C++› או ב-‹C#›."),
        ("وC++ لغة قوية", "و‹C++› لغة قوية"),
        ("הספרייה .NET חדשה", "הספרייה ‹.NET› חדשה"),
        ("הריצו עם --help עכשיו", "הריצו עם ‹--help› עכשיו"),
        ("הפונקציה print() מדפיסה", "הפונקציה ‹print()› מדפיסה"),
        ("החום ירד ל -5 מעלות", "החום ירד ל ‹-5› מעלות"),
        ("התקשרו +972-3-555", "התקשרו ‹+972-3-555›"),
        ("ראו **C++** ו-[C#](<x1/>)", "ראו **‹C++›** ו-[‹C#›](<x1/>)"),
        ("(C++)", "(‹C++›)"),
        ("ה-5 וה-API של GPT-4", "ה-5 וה-API של GPT-4"),
        ("C++17 הוא תקן", "C++17 הוא תקן"),
        ("ראו https://a.b/C++ ו-<x1/>.", "ראו https://a.b/C++ ו-<x1/>."),
        ("a/b/c ו-node.js", "a/b/c ו-node.js"),
    ],
)
def test_left_to_right_runs_are_kept_together(text: str, isolated: str) -> None:
    assert shown(isolate_ltr(text, "he")) == isolated
    assert isolate_ltr(text, "fr") == text


@given(st.text(st.sampled_from("C+#-ש .NET()_*5$@/<x1>[]`\\=ב\u2066\u2069"), max_size=20) | markdown())
def test_isolating_twice_is_isolating_once(text: str) -> None:
    once = isolate_ltr(text, "he")
    assert isolate_ltr(once, "he") == once
    assert once.replace(LRI, "").replace(PDI, "") == text.replace(LRI, "").replace(PDI, "")


@pytest.mark.parametrize("language", ["he", "ar", "fa", "ur", "iw"])
def test_a_run_that_would_jump_and_a_half_isolate_are_named(language: str) -> None:
    segment = Segment("Learn C++ now")
    reasons = {
        text: [finding for finding in check(segment, text, "en", language) if finding.name == "direction"]
        for text in ("למדו C++ עכשיו", f"למדו {LRI}C++ עכשיו", f"למדו {LRI}C++{PDI} עכשיו")
    }
    alone, half, whole = reasons.values()
    assert alone == [Finding("direction", "a left-to-right run with a sign at its edge is not isolated")]
    assert "half" in half[0].reason
    assert whole == []
    assert tidy(segment.text, "למדו C++ עכשיו", language) == f"למדו {LRI}C++{PDI} עכשיו"
