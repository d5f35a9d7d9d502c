"""What becomes of a person's word, decided purely."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from langassets.database.translations.reviews import Review, Verdict
from langassets.ingestion.review.verdicts import Outcome, Word, answer

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
WORDS = st.builds(
    Word,
    st.sampled_from(Verdict),
    st.just("en"),
    st.just("he"),
    st.just("A text"),
    st.none() | st.sampled_from("abc"),
    st.sampled_from(["Ada", "Ben"]),
    st.sampled_from(["", "the term of the course"]),
    st.booleans(),
)
SAID = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(Verdict), st.sampled_from(["Ada", "Ben"])),
    max_size=3,
    unique_by=lambda one: one[0],
).map(
    lambda found: [
        Review("en", "he", "A text", text, verdict, who, "why", NOW - timedelta(days=age))
        for age, (text, verdict, who) in enumerate(found)
    ]
)
HELD = st.none() | st.sampled_from("abc")


def word(verdict: Verdict, translation: str | None, by: str = "Ben", *, instead: bool = False) -> Word:
    return Word(verdict, "en", "he", "A text", translation, by, instead=instead)


def said(verdict: Verdict, translation: str, by: str = "Ada") -> Review:
    return Review("en", "he", "A text", translation, verdict, by, "", NOW)


def sound(_: str) -> list[str]:
    return []


@given(WORDS, HELD, SAID)
def test_nobody_goes_against_another_unless_they_say_so(
    one: Word, held: str | None, before: list[Review]
) -> None:
    found = answer(one, held, before, sound)
    if found.outcome is Outcome.CONFLICT:
        assert not one.instead
        assert any(review.reviewer != one.reviewer for review in before)
        assert "Ada" in found.message or "Ben" in found.message
    if found.outcome is Outcome.TAKEN and not one.instead:
        others = [review for review in before if review.reviewer != one.reviewer]
        in_force = [
            review for review in others if review.verdict is Verdict.ACCEPTED and review.translation == held
        ]
        if one.verdict is Verdict.ACCEPTED:
            assert not [review for review in in_force if review.translation != found.translation]
            rejected = [review for review in others if review.verdict is Verdict.REJECTED]
            assert found.translation not in [review.translation for review in rejected]
        else:
            assert found.translation not in [review.translation for review in in_force]


@given(WORDS, HELD, SAID)
def test_no_error_is_ever_accepted(one: Word, held: str | None, before: list[Review]) -> None:
    found = answer(one, held, before, lambda _: ["protected: a part is lost"])
    assert not (found.outcome is Outcome.TAKEN and one.verdict is Verdict.ACCEPTED)


@given(WORDS, HELD, SAID)
def test_what_is_said_twice_changes_nothing(one: Word, held: str | None, before: list[Review]) -> None:
    first = answer(one, held, before, sound)
    if first.outcome is not Outcome.TAKEN or first.translation is None:
        return
    kept = Review("en", "he", "A text", first.translation, one.verdict, one.reviewer, one.reason, NOW)
    after = [kept, *(review for review in before if review.translation != first.translation)]
    now_held = first.translation if one.verdict is Verdict.ACCEPTED else held
    if one.verdict is Verdict.REJECTED and held == first.translation:
        now_held = None
    assert answer(one, now_held, after, sound).outcome is Outcome.ALREADY


def test_the_second_of_two_is_told_who_when_and_what() -> None:
    before = [said(Verdict.ACCEPTED, "a")]
    found = answer(word(Verdict.ACCEPTED, "b"), "a", before, sound)
    assert found.outcome is Outcome.CONFLICT
    assert found.message.startswith("Ada accepted 'a' on 2026-11-29 10:00 UTC.")
    assert answer(word(Verdict.REJECTED, None), "a", before, sound).outcome is Outcome.CONFLICT
    assert answer(word(Verdict.ACCEPTED, None), "a", before, sound).outcome is Outcome.ALREADY
    assert answer(word(Verdict.ACCEPTED, "b", "Ada"), "a", before, sound).outcome is Outcome.TAKEN
    assert answer(word(Verdict.ACCEPTED, "b", instead=True), "a", before, sound).outcome is Outcome.TAKEN
    rejected = [said(Verdict.REJECTED, "a")]
    assert answer(word(Verdict.ACCEPTED, "a"), None, rejected, sound).outcome is Outcome.CONFLICT
    assert answer(word(Verdict.REJECTED, None), None, rejected, sound).outcome is Outcome.ALREADY
    assert answer(word(Verdict.REJECTED, None), None, [], sound).outcome is Outcome.NOTHING
