"""Reading a model's answer: what can be trusted, and what counts for nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.providers.answers import read_answer
from langassets.translation.types import Finish, TokenUsage

USAGE = TokenUsage(1, 1)
ITEMS = [(1, "one"), (2, 'two "quoted" \\ and {braces]'), (3, "שלוש")]


def content(items: list[tuple[object, object]]) -> str:
    return json.dumps({"translations": [{"id": number, "text": text} for number, text in items]})


def test_a_whole_answer() -> None:
    answer = read_answer(content(list(ITEMS)), 3, USAGE, Finish.COMPLETE)
    assert answer.texts == {0: "one", 1: ITEMS[1][1], 2: "שלוש"}
    assert answer.problem is None


@pytest.mark.parametrize(
    "text",
    [
        content([ITEMS[2], ITEMS[0], ITEMS[1]]),
        content([*ITEMS, ITEMS[0]]),
        content([("1", "one"), ("2", ITEMS[1][1]), (3, "שלוש")]),
        f"```json\n{content(list(ITEMS))}\n```",
        json.dumps({"note": "extra", **json.loads(content(list(ITEMS)))}),
    ],
    ids=["reordered", "the same twice", "numbers as strings", "fenced", "an extra key"],
)
def test_what_does_no_harm(text: str) -> None:
    assert dict(read_answer(text, 3, USAGE, Finish.COMPLETE).texts) == {0: "one", 1: ITEMS[1][1], 2: "שלוש"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (content(list(ITEMS[:2])), "lacks 1 of 3"),
        (content([*ITEMS, (4, "four")]), "not asked for: 4"),
        (content([(0, "zero"), *ITEMS[:2]]), "not asked for: 0"),
        (content([*ITEMS, (2, "another two")]), "two translations for text 2"),
        (content([(1, "one"), (2, 2), (3, "x")]), "not of the form"),
        (content([(True, "one"), (2, "x"), (3, "x")]), "not of the form"),
        ("I cannot do that.", "not valid JSON"),
        (content(list(ITEMS)) + " And more.", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "not of the form"),
        ('{"translations": {"1": "one"}}', "not of the form"),
    ],
)
def test_what_counts_for_nothing(text: str, problem: str) -> None:
    answer = read_answer(text, 3, USAGE, Finish.COMPLETE)
    assert answer.texts == {}
    assert answer.problem is not None
    assert problem in answer.problem


def test_a_refusal_counts_for_nothing() -> None:
    assert read_answer(content(list(ITEMS)), 3, USAGE, Finish.REFUSED).texts == {}


@given(st.lists(st.text(max_size=20), max_size=8), st.data())
def test_a_cut_answer_counts_up_to_the_last_whole_item(texts: list[str], data: st.DataObject) -> None:
    whole = content([(number, text) for number, text in enumerate(texts, start=1)])
    at = data.draw(st.integers(0, len(whole)))
    answer = read_answer(whole[:at], len(texts), USAGE, Finish.TRUNCATED)
    ends = [
        len(content([(n, t) for n, t in enumerate(texts[: count + 1], start=1)])) - 2
        for count in range(len(texts))
    ]
    expected = sum(end <= at for end in ends)
    assert dict(answer.texts) == dict(enumerate(texts[:expected]))


def test_a_cut_answer_out_of_order_counts_for_nothing() -> None:
    text = content([(2, "two"), (1, "one"), (3, "three")])
    assert read_answer(text[:-5], 3, USAGE, Finish.TRUNCATED).texts == {}
