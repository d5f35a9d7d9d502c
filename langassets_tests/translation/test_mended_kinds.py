"""Of which contents objects are made again once after what was mended: those that hold it, and no others."""

import pytest

from langassets.translation.documents.content import TranslatableString
from langassets.translation.documents.mended_kinds import (
    holds_blocks,
    holds_expressions,
    holds_messages,
    holds_values,
)


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ('A <img alt="map"> here.', True),
        ('<img alt="A map">\n', True),
        ('[m]: /map "A map"', True),
        ("---\nsummary: |\n  Some text\n---\n", True),
        ('---\nsummary: "One\\ntwo"\n---\n', True),
        ("---\ntitle: &t One\nnav_title: *t\n---\n", True),
        ("---\nid: &t one\ntitle: *t\n---\n", True),
        ('---\ntitle: ":tada: Done"\n---\n', True),
        ('+++\ntitle = """\nOne"""\n+++\n', True),
        ("---\ntitle: Some text: more\nlayout: x\n---\n# Text\n\n<b>More</b> [a](b 'Title').\n", False),
        ('---\ntitle: "Some text"\n---\n\n```html\n<img alt="A map">\n```\n', False),
        ('A <img src="a.png"> here.\n\n[m]: /map\n[//]: # (a comment)', False),
    ],
)
def test_values_that_were_left_or_broken_are_found(source: str, held: bool) -> None:
    assert holds_values(TranslatableString((), source, markdown=True)) is held


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ("> ```{note} Title\n> Text\n> ```", True),
        (":::{tab-item} One\nText\n:::", True),
        ('::: {.callout-note title="One"}\nText\n:::', True),
        ('??? "One"\n    Text', True),
        ('!!! note "A "quoted" one"\n    Text', True),
        ("::video[A film]", True),
        ("/// note | One\n    type: tip\nText\n///", True),
        ("> [!my-kind] One\n> Text", True),
        ('!!! note "One"\n    Text\n\n=== "Two"\n    Text', False),
        (":::tip[One]{#Id}\nText\n:::\n\n> [!NOTE]\n> Text\n\n```py\nx = {a}\n```\n\nstd::vector", False),
        ("/// note | One\nText\n///", False),
    ],
)
def test_blocks_that_were_left_or_broken_are_found(source: str, held: bool) -> None:
    assert holds_blocks(TranslatableString((), source, markdown=True)) is held


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ("<Gauge at={[1]} />", True),
        ("In {new Date().getFullYear()} and after", True),
        ("{% if a %}x{%- endif %} and more", True),
        ("Hello {name}, {{ count }} of {see below} {% include x %}", False),
        ("<b>More</b> than 3 < 4", False),
    ],
)
def test_expressions_that_went_to_the_model_are_found(source: str, held: bool) -> None:
    assert holds_expressions(TranslatableString((), source, markdown=True)) is held


@pytest.mark.parametrize(
    ("source", "held"),
    [
        ("{n, plural, one {one day} other {# days}}", True),
        ("On {d, date, short}", True),
        ("The {n, plural, one, other} of {name}, and `{n}`", False),
    ],
)
def test_messages_whose_keywords_were_translated_are_found(source: str, held: bool) -> None:
    assert holds_messages(TranslatableString((), source, markdown=False)) is held
