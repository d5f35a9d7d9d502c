"""What a sound translation costs to judge: nothing is looked for that its text cannot hold."""

import re
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.checks import check, tidy
from langassets.translation.checks.data import read
from langassets.translation.checks.languages.language import language
from langassets.translation.checks.meaning.links import swapped
from langassets.translation.checks.pair import WORD, Pair, words_in
from langassets.translation.checks.wording import may_refuse
from langassets.translation.types import Segment
from langassets_tests.servers.translator import translate
from langassets_tests.translation.real_pairs import fitting, pairs

SOUND = [
    "Open the settings of your account and choose a language for the whole application.",
    "The file is stored in the folder of the project, where everybody finds it again.",
    "Every lesson of this course has an exercise at its end",
]
# Names of the source here and there are no stretch of it.
SCATTERED = "Run Docker for GitHub and then Python.", "Ejecuta Docker para GitHub y luego Python."
# What takes long, and what a text must hold for it.
LONG: list[tuple[str, str, str]] = [
    ("wording", "_REFUSAL", "Lo siento, no hay nada."),
    ("added", "_ACTIVE", "Nota: esto es todo."),
    ("markup", "marks_in", "Esto es **todo**."),
    ("markup", "nesting", "Esto <x2/> es <x1/> todo."),
    ("markup", "_ROLES", "Esto es [todo](<x1/>), <x2/>."),
    ("numbers", "_NUMBER", "Son 7 u 8."),
    ("added", "_URL", "Lo dice nadie@example.com."),
    ("languages.letters", "_MIXED", "Un cоche."),
    ("languages.untranslated", "_LABEL", "This is still a sentence."),
    ("languages.letters", "_strangers", "Это всё."),
    ("languages.language", "_with_shares", "Dies ist ein Satz in einer ganz anderen Sprache als verlangt."),
]


def counted(monkeypatch: pytest.MonkeyPatch, module: str, name: str, calls: Counter[str]) -> None:
    """Count the calls of a function, or of a pattern's methods."""
    found = import_module(f"langassets.translation.checks.{module}")
    real = getattr(found, name)

    def called(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            calls[name] += 1
            return function(*given, **named)

        return call

    class Pattern:
        def __getattr__(self, method: str) -> Callable[..., Any]:
            return called(getattr(real, method))

    monkeypatch.setattr(found, name, Pattern() if isinstance(real, re.Pattern) else called(real))


@pytest.mark.parametrize(("module", "name", "text"), LONG, ids=[name for _, name, _ in LONG])
def test_what_takes_long_is_done_for_texts_that_may_need_it(
    module: str, name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Counter[str]()
    counted(monkeypatch, module, name, calls)
    for target in ("es", "fr", "he"):
        for source in SOUND:
            assert check(Segment(source), tidy(source, translate(source, target), target), "en", target) == []
    assert check(Segment(SCATTERED[0]), SCATTERED[1], "en", "es") == []
    assert calls[name] == 0
    check(Segment("This is still a sentence with <x1/> and <x2/>.", ("a", "b")), text, "en", "es")
    assert calls[name] > 0


def test_left_to_right_runs_are_looked_for_where_a_sign_stands_by_a_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = Counter[str]()
    counted(monkeypatch, "direction", "_KEPT_OR_RUN", calls)
    for source in SOUND:
        tidy(source, translate(source, "he"), "he")
    assert not calls
    assert tidy("Learn C++", "ללמוד C++", "he") == "ללמוד \u2066C++\u2069"
    assert calls["_KEPT_OR_RUN"] == 1


def test_names_and_figures_of_each_text_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Counter[str]()
    counted(monkeypatch, "meaning.links", "_KEPT", calls)
    swapped(SOUND, [translate(source, "es") for source in SOUND])
    assert calls["_KEPT"] == 2 * len(SOUND)


def test_a_unit_is_written_once_for_each_plural_form(monkeypatch: pytest.MonkeyPatch) -> None:
    units = import_module("langassets.translation.checks.meaning.units")
    calls = Counter[str]()
    counted(monkeypatch, "meaning.units", "_FIGURE", calls)
    assert units._forms.__wrapped__("en")["miles"] == {"length-mile"}
    assert calls["_FIGURE"] == 2 * 3 * sum(len(names.split()) for names in units._KINDS.values())


@pytest.mark.parametrize(
    "phrase", [one for each in read("phrases")["refusals"].values() for one in each.split("\n")]
)
def test_no_refusal_is_without_what_refusals_have(phrase: str) -> None:
    @given(st.from_regex(re.compile(phrase, re.IGNORECASE)))
    def has(text: str) -> None:
        assert may_refuse(Pair(Segment("A lesson."), text, "en", "es"))

    has()


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_words_in_ascii_are_the_words_in_any_letters(text: str) -> None:
    assert words_in(text) == WORD.findall(text)


@given(st.text("aбB1_ \u0301\u05b4-"))
def test_a_word_is_letters_with_their_marks(text: str) -> None:
    letter = re.compile(r"(?:[^\W\d_][\u0301\u05b4]*)+")
    assert words_in(text) == letter.findall(text)


@pytest.mark.parametrize("target", ["es", "fr"])
def test_the_identifier_rarely_has_to_say_how_likely(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Counter[str]()
    counted(monkeypatch, "languages.language", "_with_shares", calls)
    every = [(one, other) for file in fitting() for one, other in pairs(file, target).items()]
    for source, text in every:
        assert not [*language(Pair(Segment(source), text, "en", target))]
    assert len(every) > 100
    assert calls["_with_shares"] <= len(every) // 100
