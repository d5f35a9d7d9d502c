"""What a text was before it changed: found by alignment, shown to the model, never taken for an answer."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.documents.document import document
from langassets.translation.documents.former import LIKE, changed_texts, like, same_words
from langassets.translation.engine.batching import PlacedText, batch_of
from langassets.translation.engine.tasks import Translated, TranslationTask, Untranslated
from langassets.translation.glossary import Glossary
from langassets.translation.providers.prompts import of_language, payload
from langassets.translation.providers.usage import expected_usage
from langassets.translation.types import Batch, Former
from langassets_tests.servers.model_replies import Reply
from langassets_tests.servers.translator import translate
from langassets_tests.translation.engines import PARAGRAPHS, engine, run
from langassets_tests.translation.scripted import ScriptedProvider

OLD = "The button saves your work and closes the window."
NEW = "The button does not save your work and closes the window."


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ([OLD], [NEW], {NEW: OLD}),
        (PARAGRAPHS, PARAGRAPHS, {}),
        (PARAGRAPHS, PARAGRAPHS[::-1], {}),
        ([*PARAGRAPHS, OLD], [*PARAGRAPHS, NEW], {NEW: OLD}),
        ([OLD, *PARAGRAPHS], ["A new first paragraph, about nothing of it.", NEW, *PARAGRAPHS], {NEW: OLD}),
        ([OLD, *PARAGRAPHS], ["Something else altogether is said here now.", *PARAGRAPHS], {}),
        ([OLD, *PARAGRAPHS], PARAGRAPHS, {}),
        (PARAGRAPHS, [*PARAGRAPHS, NEW], {}),
        (["Set up"], ["Setup"], {"Setup": "Set up"}),
        (["Yes"], ["Nothing"], {}),
        ([], [NEW], {}),
    ],
)
def test_the_former_version_is_found_by_order_and_likeness(
    before: list[str], now: list[str], found: dict[str, str]
) -> None:
    assert changed_texts(before, now) == found


WORDS = st.lists(
    st.sampled_from(["the", "a", "not", "button", "saves", "closes", "work", "window", "your", "now"]),
    max_size=9,
)
TEXTS = st.lists(WORDS.map(" ".join), max_size=60, unique=True)


@given(TEXTS, TEXTS)
def test_what_is_found_was_there_is_gone_and_is_like_it(before: list[str], now: list[str]) -> None:
    found = changed_texts(before, now)
    assert set(found) <= set(now) - set(before)
    assert set(found.values()) <= set(before) - set(now)
    assert len(set(found.values())) == len(found)
    assert all(like(new, old) >= LIKE or like(old, new) >= LIKE for new, old in found.items())


def test_long_stretches_are_aligned_by_their_order() -> None:
    chance = random.Random(4)
    before = [
        " ".join(chance.choices(OLD.split() + NEW.split(), k=12)) + f" {number}" for number in range(300)
    ]
    now = [f"{text} indeed" for text in before]
    assert changed_texts(before, now) == dict(zip(now, before, strict=True))


def test_the_same_words_are_the_same_whatever_stands_between_them() -> None:
    assert same_words("Save  it, now.", "save it — NOW!")
    assert not same_words(OLD, NEW)


def test_most_requests_begin_and_read_as_ever() -> None:
    """What is shown of the past comes last, and only where there is one: no recipe has changed by it."""
    plain = Batch("en", "he", (NEW,))
    former = Batch("en", "he", (NEW,), former={0: Former(OLD, "שלום")})
    refused = Batch("en", "he", (NEW,), complaints={0: "language: no"}, refused={0: "Hola"})
    assert "former" not in of_language(plain)
    for batch in (former, refused):
        assert payload(batch).startswith(payload(plain))
        assert expected_usage(batch).input_tokens > expected_usage(plain).input_tokens
        assert expected_usage(batch).output_tokens == expected_usage(plain).output_tokens


def test_a_retry_does_not_show_what_is_far_too_long() -> None:
    placed = [PlacedText("Short."), PlacedText("Other.")]
    batch = batch_of(placed, "en", "he", Glossary(), {0: "long", 1: "long"}, {0: "x" * 5000, 1: "y" * 50})
    assert batch.refused == {1: "y" * 50}
    assert batch.complaints == {0: "long", 1: "long"}


def changed(text: str = NEW, former: Former | None = None) -> TranslationTask:
    was = former or Former(OLD, translate(OLD, "es"))
    return TranslationTask("a", "en", "es", "A lesson", document("text", {"text": text}), {text: was})


def test_a_retry_is_shown_the_refused_answer_with_what_was_wrong(memory: DatabaseMemory) -> None:
    def in_english_at_first(number: int, batch: Batch, reply: Reply) -> Reply:
        return Reply(list(enumerate(batch.texts, start=1))) if number == 1 else reply

    provider = ScriptedProvider(in_english_at_first)
    results = run(engine(memory, provider), [changed()])
    assert isinstance(results["a"], Translated)
    first, second = provider.batches
    assert first.former == {0: Former(OLD, translate(OLD, "es"))}
    assert (first.refused, first.complaints) == ({}, {})
    assert second.refused == {0: NEW}
    assert set(second.complaints) == {0}
    assert second.former == {}


def test_a_not_that_was_added_does_not_pass(memory: DatabaseMemory) -> None:
    """A model that copies what it was shown is asked once more without it; what it says then is its own."""

    def copies(_number: int, batch: Batch, reply: Reply) -> Reply:
        return (
            Reply([(index + 1, was.translation) for index, was in batch.former.items()])
            if batch.former
            else reply
        )

    provider = ScriptedProvider(copies)
    results = run(engine(memory, provider), [changed()])
    assert isinstance(results["a"], Translated)
    assert results["a"].translations == {NEW: translate(NEW, "es")}
    first, second = provider.batches
    assert first.former
    assert (second.former, second.refused, second.complaints) == ({}, {}, {}), "it starts afresh"


def test_the_former_translation_stands_where_the_model_says_it_by_itself(memory: DatabaseMemory) -> None:
    """A slip of the pen that was mended: there is nothing to change in the translation."""
    was = Former("The buton saves your work and closes the window.", translate(OLD, "es"))
    provider = ScriptedProvider()
    results = run(engine(memory, provider), [changed(OLD, was)])
    assert isinstance(results["a"], Translated)
    assert results["a"].translations == {OLD: was.translation}
    assert len(provider.batches) == 2


def test_without_an_answer_nothing_is_accepted(memory: DatabaseMemory) -> None:
    provider = ScriptedProvider()
    results = run(engine(memory, provider, max_requests=0), [changed()])
    assert isinstance(results["a"], Untranslated)
    assert provider.batches == []
