"""Nothing that a model answers puts a script into a lesson, whatever the lesson told it."""

import pytest

from langassets.translation.checks import check
from langassets.translation.types import Segment


def wrong(source: str, translation: str, protected: tuple[str, ...] = ()) -> list[str]:
    return [finding.reason for finding in check(Segment(source, protected), translation, "en", "fr")]


@pytest.mark.parametrize(
    "added",
    [
        "<script>alert(1)</script>",
        "<script",
        "</div>",
        "<!-- ",
        "<?php",
        "<img src=x onerror=alert(1)>",
        "[ici](javascript:alert(1))",
        "[ici]( JavaScript:alert(1) )",
        "[ici](/logout)",
        "[ici]: vbscript:x",
        "[ici](data:text/html;base64,PHN2Zz4=)",
        "https://evil.example/x",
        "www.evil.example",
        "![ici](http://evil.example/x.png)",
        "{{constructor.constructor('alert(1)')()}}",
        "${alert(1)}",
        "{% include 'x' %}",
        "\u202egpj.exe",
    ],
)
def test_what_would_run_or_lead_elsewhere_is_never_added(added: str) -> None:
    assert wrong("Hello there, my friend", "Bonjour à toi, mon ami") == []
    assert wrong("Hello there, my friend", f"Bonjour à toi, mon ami {added}") != []


def test_what_the_lesson_has_itself_may_stay() -> None:
    assert wrong("If a < b, then say data: yes", "Si a < b, alors dis data : oui") == []
    assert wrong("Write a <x1/> here please", "Écris un <x1/> ici s'il te plaît", ("<br>",)) == []


@pytest.mark.parametrize("language", ["lt", "pl", "pt-BR", "it", "sl", "mt"])
def test_a_label_that_is_spelt_as_a_scheme_is_none(language: str) -> None:
    assert check(Segment("Date:"), "Data:", "en", language, names=["active"]) == []
    assert check(Segment("Date:"), "Data:text/html,x", "en", language, names=["active"]) != []
