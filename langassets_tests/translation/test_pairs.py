"""What opens and closes nests in a translation as in its source, whichever syntax it is of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.checks import check
from langassets.translation.documents.segments import segment_text
from langassets.translation.markdown.pairs import nesting


def named(source: str, order: str) -> list[str]:
    """The checks of tags that name an answer with these parts in this order, a digit each."""
    [segment] = segment_text(source).segments
    answer = " слово ".join(f"<x{number}/>" for number in order)
    found = check(segment, f"Слово {answer} слово", "en", "ru", names=["protected"])
    return [finding.reason for finding in found]


SOURCES = {
    "Say {% if a %}x{% else %}y{% endif %} now": "123",
    "Say {% if a %}x{% elsif b %}y{% else %}z{% endif %} now": "1234",
    "Say {%- for a in b -%}x{%- empty -%}y{%- endfor -%} now": "123",
    "Say {% if a %}x{% endif %} to {% if b %}y{% endif %} now": "1234",
    "Say {% raw %}x{% endraw %} now": "12",
    "Say {{#b}}x{{/b}} now": "12",
    "Say {{#if b}}x{{else}}y{{/if}} now": "123",
    "Say {{^b}}x{{/b}} now": "12",
    "Say <0>x</0> now": "12",
    "Say <0>x <1>y</1> z</0> now": "1234",
    "Say <Badge at={1}>x</Badge> now": "12",
    "Say <b>x <i>y</i> z</b> now": "1234",
}


@pytest.mark.parametrize(("source", "order"), SOURCES.items())
def test_the_sources_own_order_is_sound_and_its_inverse_is_not(source: str, order: str) -> None:
    assert named(source, order) == []
    assert named(source, order[::-1])


@pytest.mark.parametrize(
    ("source", "sound", "wrong"),
    [
        ("Say <0>x</0> or <1>y</1> now", ["1234", "3412"], ["1324", "2134", "1243"]),
        ("Say <0>x <1>y</1></0> now", ["1234"], ["1243", "2341", "1324"]),
        ("Say {% if a %}x{% else %}y{% endif %} now", ["123"], ["132", "213", "312", "321"]),
        ("Say {% if a %}x{% elsif b %}y{% else %}z{% endif %} now", ["1234"], ["1324", "1243", "2134"]),
        # One stands for itself, and what only begins or ends here has no order of its own.
        ("Say {% include x %} to {% include y %} now", ["12", "21"], []),
        ("Say {% if a %}x to {{ b }} now", ["12", "21"], []),
        ("Say {{#b}}x{{/b}} or {{c}} now", ["123", "312", "132"], ["213"]),
    ],
)
def test_parts_may_move_as_far_as_they_nest(source: str, sound: list[str], wrong: list[str]) -> None:
    assert {order: named(source, order) for order in sound if named(source, order)} == {}
    assert [order for order in wrong if not named(source, order)] == []


def test_what_parts_a_statement_stands_within_it_and_says_so() -> None:
    [reason] = named("Say {% if a %}x{% else %}y{% endif %} now", "132")
    assert reason == "<x2/> must stand in order, within what is parted there"


def test_half_a_statement_at_an_edge_stays_with_its_other_half() -> None:
    assert [s.text for s in segment_text("{% if a %}x{% endif %} and more").segments] == [
        "<x1/>x<x2/> and more"
    ]
    assert [s.text for s in segment_text("{% if a %}x and more{% endif %}").segments] == ["x and more"]
    assert [s.text for s in segment_text("{% if a %}x and more").segments] == ["x and more"]


OPENS = {
    "<b>": "</b>", "<0>": "</0>", "<1>": "</1>", "{% if a %}": "{% endif %}", "{{#b}}": "{{/b}}",
    "<A at={1}>": "</A>",
}  # fmt: skip
TREES: st.SearchStrategy[list[str]] = st.recursive(
    st.just([]),
    lambda inner: st.lists(st.tuples(st.sampled_from([*OPENS]), inner), min_size=1, max_size=3).map(
        lambda found: [part for one, within in found for part in (one, *within, OPENS[one])]
    ),
    max_leaves=6,
)


def nests(parts: list[str]) -> bool:
    """Whether parts open and close as brackets do."""
    waiting: list[str] = []
    for part in parts:
        if part in OPENS:
            waiting.append(OPENS[part])
        elif not waiting or waiting.pop() != part:
            return False
    return not waiting


@given(TREES, st.data())
def test_parts_may_change_places_wherever_they_still_nest(tree: list[str], data: st.DataObject) -> None:
    parts = dict(enumerate(tree, 1))
    assert nesting(parts, parts).left == []
    order = data.draw(st.permutations([*parts]))
    assert (nesting(parts, order).left == []) is nests([parts[number] for number in order])
