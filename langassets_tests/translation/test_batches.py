"""Batches: how few there are, what goes with them."""

from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.cost.tokens import MOST_SEGMENTS, batch_tokens, output_limit
from langassets.translation.engine.batching import PlacedText, batch_of, cut
from langassets.translation.glossary import Glossary
from langassets.translation.types import Passage, Term


@given(st.lists(st.integers(1, 3000), max_size=600), st.integers(500, 8000))
def test_batches_are_as_few_as_they_can_be_and_in_order(tokens: list[int], budget: int) -> None:
    sizes = cut(tokens, budget)
    assert sum(sizes) == len(tokens)
    assert all(0 < size <= MOST_SEGMENTS for size in sizes)
    loads, position = [], 0
    for size in sizes:
        loads.append(sum(tokens[position : position + size]))
        assert loads[-1] <= budget or size == 1
        position += size
    # No two neighbours would fit into one.
    for number in range(len(sizes) - 1):
        assert loads[number] + loads[number + 1] > budget or sum(sizes[number : number + 2]) > MOST_SEGMENTS


def test_batches_are_about_equally_full() -> None:
    assert cut([10] * 101, 1000) == [51, 50]


def lesson(number: int, texts: list[str], title: str) -> list[PlacedText]:
    befores = ["", *texts[:-1]]
    return [
        PlacedText(text, number, place, title, before)
        for place, (text, before) in enumerate(zip(texts, befores, strict=True))
    ]


def test_neighbours_share_a_title_and_a_lone_segment_gets_what_stands_before_it() -> None:
    one = lesson(1, ["a", "b", "c"], "One")
    two = lesson(2, ["d", "e"], "Two")
    batch = batch_of([*one[:2], two[1]], "en", "he", Glossary())
    assert batch.texts == ("a", "b", "e")
    assert batch.passages == (Passage(0, "One"), Passage(2, "Two", "d"))


def test_context_never_weighs_more_than_a_tenth_of_a_large_batch() -> None:
    placed = [item for n in range(100) for item in lesson(n, ["x" * 400, "y" * 90], "T" * 100)[1:]]
    batch = batch_of(placed, "en", "he", Glossary())
    context = sum(len(passage.title) + len(passage.before) for passage in batch.passages)
    assert context <= sum(map(len, batch.texts)) // 10


def test_only_the_terms_that_occur_are_sent() -> None:
    glossary = Glossary({"he": tuple(Term(f"term{n}", None) for n in range(5000))})
    batch = batch_of(lesson(1, ["About term7 and term4999."], ""), "en", "he", glossary)
    assert [term.source for term in batch.terms] == ["term4999", "term7"]


def test_an_unknown_model_is_asked_for_little() -> None:
    assert batch_tokens("llama3.3") <= output_limit("llama3.3") // 2
    assert output_limit("gpt-4o-mini") < output_limit("gpt-4.1-mini") < output_limit("models/gpt-6-luna")
