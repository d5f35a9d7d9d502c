"""Reading a model's answer: what can be trusted, and what counts for nothing."""

import json
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.providers.answers import AnswerReader, read_answer
from langassets.translation.types import Finish, TokenUsage

USAGE = TokenUsage(1, 1)
ITEMS = [(1, "one"), (2, 'two "quoted" \\ and {braces]'), (3, "שלוש")]


def content(items: Sequence[tuple[object, object]]) -> str:
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


WRITTEN = st.text(alphabet='{}[]",:\\ \n\t`x1é😀\u05d0')
ANSWERS = st.one_of(
    st.lists(st.tuples(st.integers(0, 5) | st.just("2"), WRITTEN), max_size=6).map(content),
    st.lists(WRITTEN, max_size=6).map(lambda texts: content(list(enumerate(texts, start=1)))),
    st.sampled_from(
        [
            f"```json\n{content(list(ITEMS))}\n```",
            content(list(ITEMS)).replace(", {", ",, {"),
            content(list(ITEMS)).replace(", {", " {"),
            content(list(ITEMS))[:-1] + ', "translations": [{"id": 1, "text": "another"}]}',
            json.dumps({"note": "}", **json.loads(content(list(ITEMS)))}),
            json.dumps(json.loads(content(list(ITEMS))), indent=2),
            '{"translations": [[{"id": 1, "text": "one"}]]}',
            '{"translations": [{"id": 1, "text": "one", "text": "two"}, 3]}',
        ]
    ),
    WRITTEN,
)


@given(ANSWERS, st.integers(0, 5), st.data())
def test_an_answer_that_comes_in_pieces_says_what_the_whole_says(
    whole: str, count: int, data: st.DataObject
) -> None:
    """However it is cut, the same texts come, and at each moment those of an answer that was cut there."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    reader, said = AnswerReader(count), dict[int, str]()
    for start, end in pairwise([0, *cuts, len(whole)]):
        said |= reader.read(whole[start:end])
        assert said == reader.texts == read_answer(whole[:end], count, USAGE, Finish.TRUNCATED).texts
    assert reader.content == whole
    assert list(said) == list(range(len(said)))
    letter_by_letter = AnswerReader(count)
    for letter in whole:
        letter_by_letter.read(letter)
    assert letter_by_letter.texts == said


@given(st.lists(WRITTEN, max_size=6), st.data())
def test_what_was_said_on_the_way_is_what_a_sound_answer_says(texts: list[str], data: st.DataObject) -> None:
    indent = data.draw(st.sampled_from([None, 0, 2]))
    whole = json.dumps(json.loads(content(list(enumerate(texts, start=1)))), indent=indent)
    reader = AnswerReader(len(texts))
    for letter in whole:
        reader.read(letter)
    answer = read_answer(whole, len(texts), USAGE, Finish.COMPLETE)
    assert reader.texts == answer.texts == dict(enumerate(texts))


def test_what_is_said_after_a_mistake_counts_for_nothing() -> None:
    """Nothing that comes in pieces goes beyond where the whole answer turns out to be none."""
    for whole in (content([ITEMS[0], ITEMS[2], ITEMS[1]]), content([ITEMS[0], (2, 2), ITEMS[2]])):
        assert AnswerReader(3).read(whole) == {0: "one"}
