"""Pseudo-localization: marked, the same each time, and with everything in place that must stay."""

from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.checks import STRUCTURE, check
from langassets.translation.documents.document import document
from langassets.translation.providers.pseudo import PseudoProvider, pseudo
from langassets.translation.types import Batch, Term


def test_shows_that_no_translator_was_at_work() -> None:
    assert pseudo("Getting started") == "⟦Ĝéťťíńĝ šťářťéď⟧"


def test_keeps_what_must_stay() -> None:
    text = "Use <x1/> with **bold** [links](<x2/>), {name}, %s, `code` &amp; https://example.org/a?b=c."
    made = pseudo(text)
    for part in ("<x1/>", "(<x2/>)", "**", "{name}", "%s", "`code`", "&amp;", "https://example.org/a?b=c."):
        assert part in made


def test_honours_the_glossary() -> None:
    assert "Dagster" in pseudo("Open Dagster now", {"Dagster": "Dagster"})


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), min_size=1))
def test_is_a_pure_function_of_the_text(text: str) -> None:
    assert pseudo(text) == pseudo(text)
    assert ("⟦" in pseudo(text)) == bool(text.strip())


async def test_real_markdown_survives() -> None:
    source = (
        "---\ntitle: A lesson\n---\n# One `two` three\n\n"
        "- [ ] a [link](https://example.org) and <b>HTML</b>\n\n"
        "| a | b |\n| --- | --- |\n| **c** | d\\|e |\n\n```python\nprint('x')\n```\n\nThe {{name}} of %s.\n"
    )
    lesson = document("text", {"text": source})
    batch = Batch("en", "he", lesson.texts, terms=(Term("lesson", None),))
    answer = await PseudoProvider().translate(batch)
    translations = {text: answer.texts[index] for index, text in enumerate(lesson.texts)}
    for segment in lesson.segments:
        assert check(segment, translations[segment.text], "en", "he", names=STRUCTURE) == []
    rebuilt = str(lesson.rebuild(translations, "he")["text"])
    assert "print('x')" in rebuilt
    assert "https://example.org" in rebuilt
    assert "{{name}}" in rebuilt
    assert len(document("text", {"text": rebuilt}).segments) == len(lesson.segments)
