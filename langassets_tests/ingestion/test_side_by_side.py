"""A lesson beside its translation: what stands, what is to come, and what people said, place by place."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from langassets.database.translations.place_reviews import Place
from langassets.database.translations.reviews import Review, Verdict
from langassets.ingestion.review.lessons import LessonSegment
from langassets.ingestion.review.side_by_side import MISSING, REJECTED, UNKNOWN, Known, Side, sides
from langassets.translation.documents.places import shown, source_hash, target_hash
from langassets.translation.documents.stored import Said, SegmentOrigin, State, StoredSegment
from langassets.translation.types import Segment, Wording

NOTHING = Known((), None, {}, {}, {}, {})
PRESS = Segment("Press <x1/> and <x2/>.", ("`a`", "`b`"))
TURNED = "אחרי <x2/> לחצו <x1/>."


def places(*segments: Segment) -> list[LessonSegment]:
    return [LessonSegment("7", "Lesson", "en", one, "text", at) for at, one in enumerate(segments)]


def stored(source: Segment, translation: str, findings: str = "") -> tuple[Segment, StoredSegment]:
    there = shown(translation, source.protected)
    hashes = (source_hash(source.text), target_hash(there))
    return there, StoredSegment(*hashes, State.TRANSLATED, SegmentOrigin.MODEL, findings)


def one(known: Known, segment: Segment = PRESS) -> Side:
    [found] = sides(places(segment), known)
    return found


def said(verdict: Verdict, translation: str, text: str = PRESS.text) -> dict[Place, Review]:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return {Place("7", "text", 0): Review("en", "he", text, translation, verdict, "Ada", "", at)}


def test_what_stands_is_corrected_with_the_lessons_own_tags() -> None:
    there, row = stored(PRESS, TURNED, '["length: odd"]')
    known = replace(NOTHING, there=(there,), stored=(row,))
    found = one(known)
    assert (found.translation, found.text, found.state) == (there, TURNED, State.TRANSLATED)
    assert (found.origin, found.is_open, found.waits) == ("model", True, False)
    rejected = one(replace(known, words=said(Verdict.REJECTED, TURNED)))
    assert (rejected.state, rejected.is_open) == (REJECTED, True)
    of_before = one(replace(known, words=said(Verdict.REJECTED, TURNED, "What stood there before.")))
    assert (of_before.state, of_before.word) == (State.TRANSLATED, None)


def test_a_persons_word_waits_for_the_preload() -> None:
    there, row = stored(PRESS, TURNED, '["length: odd"]')
    other = "לחצו <x1/> ואז <x2/>."
    known = replace(NOTHING, there=(there,), stored=(row,), edits={0: Wording(other)})
    found = one(known)
    assert (found.text, found.state, found.waits, found.is_open) == (other, State.REVIEWED, True, False)
    approved = replace(known, edits={}, remembered={PRESS.text: other}, said={PRESS.text: Said(other, True)})
    assert (one(approved).state, one(approved).waits) == (State.REVIEWED, True)


def test_what_was_escaped_in_the_object_stands_there_by_its_hash_and_what_was_left_out_does_not() -> None:
    _, row = stored(PRESS, TURNED)
    known = replace(NOTHING, there=(Segment("אחר"),), stored=(row,), remembered={PRESS.text: TURNED})
    assert (one(known).text, one(known).state, one(known).waits) == (TURNED, State.TRANSLATED, False)
    left_out = replace(known, stored=(row._replace(target=""),))
    assert (one(left_out).state, one(left_out).waits) == (MISSING, False)


def test_what_somebody_else_put_there_is_shown_and_not_taken_for_ours() -> None:
    there = Segment("שלום <x1/>", ("`c`",))
    found = one(replace(NOTHING, there=(there,), remembered={PRESS.text: TURNED}))
    assert (found.translation, found.text, found.state) == (there, "", UNKNOWN)
    assert one(NOTHING).state == MISSING


@given(st.lists(st.sampled_from("abcd"), max_size=6), st.lists(st.sampled_from("abcd"), max_size=6))
def test_a_translation_stands_beside_its_own_source_whatever_else_changed(
    was: list[str], now: list[str]
) -> None:
    rows = [stored(Segment(text), f"{text} in Hebrew") for text in was]
    known = replace(NOTHING, there=[there for there, _ in rows], stored=[row for _, row in rows])
    for found in sides(places(*map(Segment, now)), known):
        text = found.place.segment.text
        assert found.text == (f"{text} in Hebrew" if text in was else "")
