"""What of Markdown is translated, what is not, and what by setting: the table in docs/data.md, row by row."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import InputError
from langassets.translation.documents.segments import segment_text
from langassets.translation.markdown.values.also import Also
from langassets_tests.project import ROOT
from langassets_tests.translation.test_segments import identity, swapped
from langassets_tests.translation.texts import FRAGMENTS

TRANSLATED = {
    "front matter": (
        "---\ntitle: One\nsummary: |\n  Two\n\n  three\nslug: no\n---\n",
        ["One", "Two", "three"],
    ),
    "titles of links, pictures and definitions": (
        "[One](a 'Two') ![three](b)\n\n[c]: d \"Four\"",
        ["[One](<x1/> 'Two') ![three](<x2/>)", "Four"],
    ),
    "attributes of HTML": ('<img alt="One" title="Two" src="no.png">', ["One", "Two"]),
    "titles and texts of blocks": (
        '!!! note "One"\n    Two\n\n:::{tip} Three\n:class: no\n\nFour\n:::\n\n> [!NOTE] Five\n> Six',
        ["One", "Two", "Three", "Four", "Five", "Six"],
    ),
    "definition lists": ("One\n: Two\n: Three", ["One", "Two", "Three"]),
    "abbreviations": ("*[HTML]: One two", ["One two"]),
    "footnotes": ("One[^no] and^[two].\n\n[^no]: Three", ["One<x1/> and^[two].", "Three"]),
    "`<details>` and `<summary>`": (
        "<details open>\n<summary>One</summary>\n\nTwo *three*\n\n</details>",
        ["One", "Two *three*"],
    ),
    "attributes of components": ('<Gauge at={[{no: 1}]} label="One" />', ["One"]),
    "branches of messages": (
        "{no, plural, =0 {One} one {Two} other {# three}}",
        ["One", "Two", "<x1/> three"],
    ),
    "cells of tables, items of lists": (
        "| One | Two |\n|-|-|\n\n- [ ] Three\n- Four",
        ["One", "Two", "Three", "Four"],
    ),
}
PROTECTED = {
    "code": ("One `no`\n\n```py\nno = 1\n```\n\n    no\n\nTwo", ["One <x1/>", "Two"]),
    "pipes in code in tables": ("| `a\\|b` one | two |\n|-|-|", ["<x1/> one", "two"]),
    "comments, with directives or without": (
        "<!-- prettier-ignore -->\nOne <!-- no --> two\n\n<!--more-->\n\n[//]: # (no)\n\nThree",
        ["One <x1/> two", "Three"],
    ),
    "hard breaks": ("One  \ntwo\\\nthree", ["One<x1/>two<x2/>three"]),
    "entities": ("One&nbsp;two &copy; &#x41;", ["One<x1/>two <x2/> <x3/>"]),
    "addresses, paths and names of files": ("One https://no.no two no/no.py", ["One <x1/> two <x2/>"]),
    "placeholders and templates": ("One {{ no }} {no} two {% if no %}", ["One <x1/> <x2/> two"]),
    "shortcodes, includes and places of contents": ('{{< no >}}\n--8<-- "no"\n[TOC]\n\nOne', ["One"]),
    "attribute lists and ids": ('# One {#no .no}\n\nTwo\n{: .no title="no"}', ["One", "Two"]),
    "kinds and options of blocks": (
        "> [!NOTE]\n> One\n\n```{note}\n:class: no\nTwo\n```\n\n!!! no\n    Three",
        ["One", "Two", "Three"],
    ),
    "what MyST's roles hold": ("One {ref}`no <no>` two", ["One <x1/><x2/> two"]),
    "short forms of abbreviations, names of footnotes": ("*[no]: One\n\nTwo[^no]", ["One", "Two<x1/>"]),
    "scripts, styles, drawings": ("<style>\nno {}\n</style>\n\n<svg><text>no</text></svg>\n\nOne", ["One"]),
    "imports and exports": ("import No from './no'\n\nexport const no = 1\n\nOne", ["One"]),
    "expressions and components": (
        "One {no ? 'no' : 'no'} <No on={() => no > 1} /> two",
        ["One <x1/> <x2/> two"],
    ),
    "emoji by name": ("One :no_no: two", ["One <x1/> two"]),
}
BY_SETTING = {
    "labels of diagrams": (
        "```mermaid\nflowchart LR\nno[One] -->|Two| no2(Three)\n```",
        ["One", "Two", "Three"],
    ),
    "words in formulas": (
        "$$\nx \\text{ One}\n$$\n\nTwo $x = \\text{three}$ four",
        ["One", "Two <x1/> four", "three"],
    ),
}


@pytest.mark.parametrize(("source", "texts"), TRANSLATED.values(), ids=TRANSLATED)
def test_it_is_translated(source: str, texts: list[str]) -> None:
    _is_cut_so(source, texts)


@pytest.mark.parametrize(("source", "texts"), PROTECTED.values(), ids=PROTECTED)
def test_it_is_left(source: str, texts: list[str]) -> None:
    _is_cut_so(source, texts)


@pytest.mark.parametrize(("source", "texts"), BY_SETTING.values(), ids=BY_SETTING)
def test_it_is_translated_by_setting(source: str, texts: list[str]) -> None:
    assert len(segment_text(source).segments) < len(texts)
    _is_cut_so(source, texts, *Also)


def _is_cut_so(source: str, texts: list[str], *also: str) -> None:
    """Whatever is written in capitals is left, and comes out as it was."""
    segmented = segment_text(source, also=also)
    assert [segment.text for segment in segmented.segments] == texts
    assert identity(segmented) == source
    rebuilt = segmented.rebuild([swapped(text) for text in texts])
    assert rebuilt.lower() == source.lower()
    assert len(re.findall("no", rebuilt)) == len(re.findall("no", source))
    assert [one.text for one in segment_text(rebuilt, also=also).segments] == [
        swapped(text) for text in texts
    ]


DIAGRAMS = [
    'flowchart LR\n  a[Some label] --> b(Other one)\n  b -->|Yes it is| c{"Is it?"}\n  c -- so be it --> a',
    "sequenceDiagram\n  participant A as Some client\n  A->>B: Hello there\n  Note over A: Some note",
    'pie title Some pets\n  "Some dogs" : 3',
    "flowchart TD\n  subgraph Some group\n  a((Some label)) -.-> b>Other one]\n  end",
    "stateDiagram-v2\n  a --> b : Some event",
]


SIGNS = ["words", "]", ")", "|", '"', ";", "#", "end", "`", "{", "-->", "<b>", ":"]


@given(st.sampled_from(DIAGRAMS), st.lists(st.sampled_from(SIGNS), max_size=5))
def test_whatever_a_label_says_the_diagram_stays(diagram: str, words: list[str]) -> None:
    source = f"```mermaid\n{diagram}\n```\n"
    segmented = segment_text(source, also=tuple(Also))
    assert identity(segmented) == source
    said = f"words {' '.join(words)} words"
    rebuilt = segmented.rebuild([said for _ in segmented.segments])
    again = segment_text(rebuilt, also=tuple(Also))
    assert len(again.segments) == len(segmented.segments)
    between = ["".join(piece.split('"')) for piece in segmented.outline]  # quotes come where they are needed
    assert ["".join(piece.split('"')) for piece in again.outline] == between


@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5))
def test_whatever_words_in_a_formula_say_the_formula_stays(words: list[str]) -> None:
    source = "If $x = \\text{one two}$ then\n\n$$\ny^2 \\mbox{ if so}\n$$\n"
    segmented = segment_text(source, also=tuple(Also))
    try:
        rebuilt = segmented.rebuild([*(["If <x1/> then"]), *[f"words {''.join(words)} words"] * 2])
    except InputError:
        return
    found = re.fullmatch(
        r"If \$x = \\text\{([^{}\\$]*)\}\$ then\n\n\$\$\ny\^2 \\mbox\{ ([^{}\\$]*)\}\n\$\$\n", rebuilt
    )
    assert found
    assert len(segment_text(rebuilt, also=tuple(Also)).segments) == 3


def test_the_table_in_the_docs_has_these_rows() -> None:
    page = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
    table = page.partition("<!-- kinds: begin -->")[2].partition("<!-- kinds: end -->")[0]
    rows = [tuple(cell.strip() for cell in line.split("|")[1:3]) for line in table.strip().splitlines()[2:]]
    expected = {"translated": TRANSLATED, "left": PROTECTED, "by setting": BY_SETTING}
    assert rows == [(name, how) for how, names in expected.items() for name in names]
