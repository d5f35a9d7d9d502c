"""The identifier of languages: never wrong about a language's own text, nor asked where letters tell it."""

import subprocess
import sys
from typing import Any, NoReturn

import pytest

from langassets.translation.checks.languages import language as module
from langassets.translation.checks.languages.language import language
from langassets.translation.checks.pair import Pair
from langassets.translation.types import Segment
from langassets_tests.translation.real_pairs import fitting, pairs

# Those that checks are worked on with: others are set aside to judge them (docs/quality.md).
LANGUAGES = "ar cs es et fr he hr id ko lt mr ms my ne nl no pa pt-BR ru sk sw ta te tr uk zh-HK zh-TW"
SOURCE = "A sentence of a lesson that is long enough to be told by."
OWN_SCRIPT = {
    "ta": "இது ஒரு பாடத்தின் வாக்கியம், அடையாளம் காண போதுமான நீளம் கொண்டது.",
    "ko": "이것은 언어를 알아보기에 충분히 긴 수업의 한 문장이며 더 길어질 수도 있습니다.",
    "he": "זהו משפט של שיעור שהוא ארוך מספיק כדי שיזהו לפיו את השפה.",
    "el": "Αυτή είναι μια πρόταση του μαθήματος αρκετά μεγάλη για να αναγνωριστεί.",
    "th": "นี่คือประโยคของบทเรียนที่ยาวพอที่จะบอกได้ว่าเป็นภาษาอะไร",
    "ka": "ეს არის გაკვეთილის წინადადება, რომელიც საკმარისად გრძელია ამოსაცნობად.",
}


def said(text: str, target: str, source: str = SOURCE) -> list[str]:
    return list(language(Pair(Segment(source), text, "en", target)))


@pytest.mark.parametrize("target", LANGUAGES.split())
def test_no_real_translation_is_called_another_language(target: str) -> None:
    every = [(one, other) for file in fitting() for one, other in pairs(file, target).items()]
    assert [(other, wrong) for one, other in every if (wrong := said(other, target, one))] == []
    assert len(every) > 100


@pytest.mark.parametrize("target", OWN_SCRIPT)
def test_what_letters_tell_the_identifier_is_not_asked(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(OWN_SCRIPT[target], target) == []
    assert said("Dies ist ein Satz in einer ganz anderen Sprache als verlangt.", target)

    def loaded() -> NoReturn:
        raise AssertionError

    monkeypatch.setattr(module, "_identifier", loaded)
    assert said(OWN_SCRIPT[target], target) == []


def test_what_it_tells_apart_is_known_without_it() -> None:
    assert {*module._KNOWN, "zxx"} == set(module._identifier().labels)


def test_a_close_language_is_no_other_language(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sure:
        """Says Latgalian of whatever it is asked."""

        def classify(self, _: str) -> tuple[str, float]:
            return "ltg", 0.9

        def rank(self, _: str) -> list[tuple[str, float]]:
            return [("ltg", 0.9)]

    assert module._relatives("lv") >= {"lv", "ltg"}
    sure: Any = Sure()
    monkeypatch.setattr(module, "_identifier", lambda: sure)
    monkeypatch.setattr(module, "_with_shares", lambda: sure)
    assert said("Teikums no stundas, kas ir pietiekami garš.", "lv") == []
    assert said("Sakinys iš pamokos, kuris yra pakankamai ilgas.", "lt")


_ANSWERS = {
    "he": "פסקה 4 של שיעור 2 תופסת 10 מגה-בייט או יומיים.",
    "es": "El párrafo 4 de la lección 2 ocupa 10 MB, o dos días.",
    "ru": "Абзац 4 урока 2 занимает 10 МБ или два дня.",
    "de": "Absatz 4 der Lektion 2 belegt 10 MB oder zwei Tage.",
}


@pytest.mark.parametrize("target", ["he", "es", "ru", "de"])
def test_what_checks_need_is_there_before_a_request(target: str) -> None:
    code = f"""
import sys
from langassets.translation.checks import check, prepare
from langassets.translation.checks.languages import english, language
from langassets.translation.types import Segment

def loaded():
    caches = english.common_english, english.shared_with, language._loaded
    return set(sys.modules), [cache.cache_info().currsize for cache in caches]

prepare("en", {target!r})
before = loaded()
assert before[1][2] == ({target!r} != "he"), "Hebrew's letters tell it: no model is loaded"
check(Segment("Paragraph 4 of lesson 2 takes 10 MB, or two days."), {_ANSWERS[target]!r}, "en", {target!r})
assert loaded() == before
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
