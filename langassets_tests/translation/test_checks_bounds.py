"""How long a translation may be: by default, and as memory taught it."""

import pytest

from langassets.translation.checks import Bounds, check, default_bounds, learn_bounds
from langassets_tests.translation.checked import LANGUAGES
from langassets_tests.translation.pairs import SHORT


def test_bounds_are_learnt_from_what_was_translated_before() -> None:
    pairs = [("a sentence of some length " * 2, "x" * (30 + number % 40)) for number in range(400)]
    learnt = learn_bounds(pairs)
    assert learnt is not None
    assert learnt.low == pytest.approx(30 / 52 / 1.5)
    assert learnt.high == pytest.approx(69 / 52 * 1.5)
    assert learn_bounds(pairs[:199]) is None
    assert learn_bounds([("short", "kurz")] * 1_000) is None


def test_bounds_that_were_learnt_decide() -> None:
    text = "Choisissez le nombre d'ouvriers qui convient le mieux à votre machine."
    assert [f.name for f in check(SHORT, text, "en", "fr", bounds=Bounds(0.1, 0.5))] == ["length"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_bounds(language: str) -> None:
    bounds = default_bounds(language)
    assert 0 < bounds.low < 1.1
    assert bounds.low < bounds.high <= 3
