"""Blocks that are told by their lines alone: those that the parser finds, and most of what lessons hold."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.translation.markdown import blocks
from langassets.translation.markdown.blocks import Leaf, leaves_of, tokens_of
from langassets_tests.translation.lessons import lesson_files, read

# What begins lines, and what stands in them: everything that opens, ends or interrupts a block.
_BEGINNINGS = "¦¦¦ ¦  ¦   ¦    ¦\t¦> ¦- ¦* ¦+ ¦1. ¦2. ¦3) ¦  - ¦   1. ¦-  ¦    - ¦10. ¦- - ¦-\t¦+¦*"
_WORDS = (
    "¦words¦more words¦# head¦## a #¦#no¦---¦***¦___¦===¦-----¦``¦`code`¦```¦```js¦``` {1,2}¦"
    "```js {3}¦````¦~~~¦```{note}¦:::{tip}¦:::¦``` `x`¦$$¦\\[¦\\]¦[a]: /b¦[^1]: note¦[a]¦[a](b) c¦"
    '![x](y)¦!!! note¦=== "Tab"¦??? tip¦<div>¦</div>¦<!-- c -->¦<!-- open¦-->¦<script>¦</script>¦'
    "<pre>¦<?php¦?>¦<b>x</b>¦<a>¦<!X¦>¦| a | b |¦|---|---|¦|:-:|-|¦| a |¦|-|¦a | b¦- | -¦|¦a \\| b¦"
    "| a \\| b |¦*em* x¦**bold** x¦_em_¦2024 was¦7¦1.5 x¦'quoted'¦“x”¦ab  ¦é¦עברית¦@x¦\xa0x"
)
LINES = st.builds(str.__add__, st.sampled_from(_BEGINNINGS.split("¦")), st.sampled_from(_WORDS.split("¦")))
SOURCES = st.lists(LINES, max_size=14).map("\n".join)


def parsed(source: str) -> object:
    """The leaves and the labels as the parser alone finds them."""
    try:
        _, env = tokens_of(source)
    except InputError as error:
        return str(error)
    return env["leaves"], frozenset(env.get("references", {}))


def found(source: str) -> object:
    try:
        return leaves_of(source)
    except InputError as error:
        return str(error)


@settings(max_examples=300)
@example("- a\n2. b\n")
@example("> ```\n```\ncode\n\nmore\n")
@example("text\n   ```\na\n\nb\n   ```\n\n# c")
@example("~~~\na\n\t~~~\n\n# c")
@example("!!! note\n    ~~~\n    a\n    ~~~\n\n# c")
@example("   <div>\n\n- a\n  <b>\n\n  <div>\n\n<div>\n | a |\n\n<a>\n|-|\n")
@example("<!-- a\n\nb --> c\n# d\n<?\n\n<pre>\n\n</pre>\n<!X\n>\n")
@example("a\n\n<!-- x\n\n# y\n-->\n\n# z")
@example("| a |\n|---|\n| b |\ntext\n\nc")
@given(SOURCES)
def test_what_needs_no_parser_is_what_the_parser_finds(source: str) -> None:
    assert found(source) == parsed(source)
    windows = source.replace("\n", "\r\n")
    assert found(windows) == parsed(windows)


def test_real_lessons_are_hardly_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[str] = []
    whole = blocks._whole

    def counted(text: str) -> tuple[list[Leaf], frozenset[str]]:
        handed.append(text)
        return whole(text)

    monkeypatch.setattr(blocks, "_whole", counted)
    files = [read(path) for path in lesson_files("en")]
    for text in files:
        assert leaves_of(text) == parsed(text)
    assert sum(map(len, handed)) < 0.05 * sum(map(len, files))
