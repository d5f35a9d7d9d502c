"""What people add, take out and move in real lessons stays, and nothing is learnt for a place that is
another's."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import TranslatedDocument
from langassets.translation.documents.stored import StoredSegment
from langassets.translation.edits.alignment import aligned
from langassets.translation.edits.learning import Learnt
from langassets.translation.edits.merging import ConflictError, merged
from langassets.translation.edits.skeleton import as_json, from_json
from langassets.translation.edits.standing import worded_places
from langassets.translation.edits.structure import UnalignedError, absent, arranged, carried, sources_of
from langassets_tests.servers.translator import translate
from langassets_tests.translation.structural_edits import (
    FILES,
    LANGUAGES,
    Block,
    Translated,
    content,
    cut_blocks,
    edited,
    hashes,
    translated,
)

worked_on = st.tuples(
    st.sampled_from(FILES), st.sampled_from(LANGUAGES), st.integers(0, 2**32), st.integers(1, 6)
)


def _worked_on(
    file: str, language: str, seed: int, operations: int
) -> tuple[Translated, list[Block], Document]:
    lesson = translated(file, language)
    blocks = edited(lesson.blocks, random.Random(seed), operations)
    return lesson, blocks, lesson.cut([one.text for one in blocks])


@settings(max_examples=30, deadline=None)
@given(worked_on)
def test_nothing_is_learnt_for_the_wrong_place_and_what_is_learnt_makes_the_object_again(
    drawn: tuple[str, str, int, int],
) -> None:
    lesson, blocks, now = _worked_on(*drawn)
    found = lesson.learnt(now)
    where = {place: number for number, places in enumerate(lesson.places) for place in places}
    by = {block: hashes(lesson.cut([block.text])) for block in blocks}
    stands: dict[str, set[int]] = {}
    for block, targets in by.items():
        for target in targets:
            stands.setdefault(target, set()).update(block.of or {-1})
    for edit in found.edits:
        written = found.segments[edit.place].target
        of = stands.get(written, {where[edit.place]})
        assert where[edit.place] in of or of == {-1}, "of another place"
        if of != {-1}:
            lacks = _lacking(lesson.wordings[edit.place].text, edit.wording.text)
            apart = [block for block in blocks if where[edit.place] in block.of and written not in by[block]]
            assert not any(_most(lacks, block.text) for block in apart), "half of it"
    made = _made(lesson, lesson.lesson, found)
    assert made is not None
    assert hashes(made[0]) == hashes(now), "something that a person did is lost"


def _lacking(text: str, version: str) -> list[str]:
    """Words of a text that are not in its version."""
    return [word for word in text.split() if word not in version.split()]


def _most(words: list[str], text: str) -> bool:
    """Whether most of these words, and more than two, are in a text."""
    there = [word for word in words if word in text.split()]
    return len(there) > max(2, len(words) / 2)


@settings(max_examples=30, deadline=None)
@given(worked_on, st.integers(0, 2**32))
def test_a_changed_lesson_keeps_what_people_did_or_is_left_alone(
    drawn: tuple[str, str, int, int], seed: int
) -> None:
    lesson, _, now = _worked_on(*drawn)
    found = lesson.learnt(now)
    today, gone = _changed(lesson, random.Random(seed))
    _keeps_what_people_did(lesson, today, gone, now, found)


@settings(max_examples=30, deadline=None)
@given(worked_on, st.integers(0, 2**32))
def test_what_people_did_on_the_day_on_which_the_lesson_changed_is_kept_or_left_alone(
    drawn: tuple[str, str, int, int], seed: int
) -> None:
    lesson, _, now = _worked_on(*drawn)
    today, gone = _changed(lesson, random.Random(seed))
    try:
        found = lesson.learnt(now, today)
    except UnalignedError:
        return
    _keeps_what_people_did(lesson, today, gone, now, found)


def _keeps_what_people_did(
    lesson: Translated, today: Document, gone: Counter[str], now: Document, found: Learnt
) -> None:
    made = _made(lesson, today, found)
    if made is None:
        return
    again, segments = made
    stands, before = Counter(hashes(again)), Counter(hashes(now))
    for target, times in (before - stands).items():
        rows = {row for row in found.segments if row.target == target}
        assert times <= sum(gone[row.source] for row in rows), "something that a person did is lost"
    removed = {one.source for one in found.segments if not one.target}
    for row in segments:
        assert row.target in stands or (not row.target and row.source in removed), "half a lesson"
    assert stands.keys() <= before.keys() | {one.target for one in segments}, "a text from elsewhere"


def _changed(lesson: Translated, choose: random.Random) -> tuple[Document, Counter[str]]:
    """The lesson after its author worked on it, and the segments that are not in it any more, by hash."""
    blocks = cut_blocks(str(lesson.lesson.data["text"]))
    at = choose.randrange(len(blocks))
    match choose.choice(("reword", "add", "remove")):
        case "reword" if blocks[at][:1].isalpha():
            blocks[at] = blocks[at].replace(" the ", " one ").rstrip(".") + ", so they say."
        case "remove":
            del blocks[at]
        case _:
            blocks.insert(at, "Nobody has said this before, not even here.")
    today = document("text", content("\n\n".join(blocks)))
    return today, Counter(sources_of(lesson.lesson)) - Counter(sources_of(today))


def _made(
    lesson: Translated, today: Document, found: Learnt
) -> tuple[Document, Sequence[StoredSegment]] | None:
    """The object that is made of a lesson, as a person arranged it, and what is kept of its segments; None
    where it is kept whole."""
    known = {one.text: translate(one.text, lesson.language) for one in today.placed}
    words = {place: lesson.wordings[was] for place, was in _same(lesson, today).items()}
    made = TranslatedDocument(today, known, words | worded_places(today, found.edits))
    if found.structure is None:
        data = today.rebuild(known, lesson.language, made.wordings)
        return document("text", data, lesson.language), made.segments({})
    assert from_json(as_json(found.structure.edited)) == found.structure.edited
    try:
        skeleton = carried(found.structure, today, lesson.language)
        made = replace(made, absent=absent(skeleton, today))
        data, _ = arranged("text", skeleton, made, lesson.language)
    except UnalignedError:
        assert today is not lesson.lesson, "an edit of an unchanged lesson"
        return None
    return document("text", data, lesson.language), made.segments({})


def _same(lesson: Translated, today: Document) -> dict[int, int]:
    """Where each segment that stands in both stood before, the equal ones in their order."""
    places = defaultdict[str, list[int]](list)
    for place, one in enumerate(lesson.lesson.placed):
        places[one.text].append(place)
    return {
        place: places[one.text].pop(0) if len(places[one.text]) > 1 else places[one.text][0]
        for place, one in enumerate(today.placed)
        if one.text in places
    }


@pytest.mark.parametrize(
    ("before", "now", "pairs"),
    [
        ("ABC", "AXBC", {0: 0, 2: 1, 3: 2}),
        ("ABC", "AC", {0: 0, 1: 2}),
        ("ABC", "AXC", {0: 0, 1: 1, 2: 2}),
        ("ABCD", "ACDX", {0: 0, 1: 2, 2: 3}),
        ("ABCD", "BCDA", {0: 1, 1: 2, 2: 3, 3: 0}),
        ("AYBY", "AYBY", {0: 0, 1: 1, 2: 2, 3: 3}),
        ("AYYB", "AYB", {0: 0, 2: 3}),
        ("AYBCYD", "ABCYD", {0: 0, 1: 2, 2: 3, 3: 4, 4: 5}),
        ("ABC", "AXYC", {0: 0, 3: 2}),
        ("ABCD", "AXD", {0: 0, 2: 3}),
    ],
)
def test_what_is_equal_is_an_anchor_and_what_may_be_either_is_neither(
    before: str, now: str, pairs: dict[int, int]
) -> None:
    assert aligned(before, now) == pairs


SENTENCES = {
    "a": "The bridge was built over the river many years ago.",
    "A": "The bridge was built across the river many years ago.",
    "b": "Nobody remembers how many storms it has seen since then.",
    "B": "Nobody can say how many storms it has seen since then.",
    "1": "The bridge was built over the river",
    "2": "many years ago.",
    "m": "The bridge was built over the river many years ago. Nobody remembers how many storms it has seen.",
    "x": "Something else stands here.",
}


@pytest.mark.parametrize(
    ("before", "now", "pairs"),
    [
        ("ab", "AB", {0: 0, 1: 1}),
        ("ab", "BA", {0: 1, 1: 0}),
        ("ab", "AxB", {0: 0, 2: 1}),
        ("ab", "B", {0: 1}),
        ("a", "12", {}),
        ("ab", "m", {}),
        ("a", "x", {0: 0}),
    ],
    ids=["reworded", "moved", "added between", "taken out", "split", "joined", "replaced"],
)
def test_the_rest_goes_by_likeness(before: str, now: str, pairs: dict[int, int]) -> None:
    found = aligned(before, now, lambda one: SENTENCES[before[one]], lambda one: SENTENCES[now[one]])
    assert found == pairs


@given(st.text("ABCDEFY", max_size=10), st.text("ABCDEFXY", max_size=10))
def test_no_two_are_the_same_one(before: str, now: str) -> None:
    found = aligned(before, now)
    assert len(set(found.values())) == len(found)
    assert all(0 <= one < len(before) and 0 <= other < len(now) for other, one in found.items())
    assert aligned(before, before) == {place: place for place in range(len(before))}


values = st.recursive(
    st.integers(0, 3),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from("abc"), inner)),
    max_leaves=8,
)


@given(values, values)
def test_what_only_one_changed_is_as_they_left_it(base: object, other: object) -> None:
    assert merged(base, other, base) == other
    assert merged(base, base, other) == other
    assert merged(base, other, other) == other


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        ([1, 2, 3], [1, 2, 9, 3], [0, 1, 2, 3], [0, 1, 2, 9, 3]),
        ([1, 2, 3], [1, 2], [8, 1, 2, 3], [8, 1, 2]),
        ([1, 2, 3], [1, 3], [1, 2, 3, 4], [1, 3, 4]),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 0, "b": 2}, {"a": 0, "b": 3}),
        ({"a": 1}, {}, {"a": 1, "b": 2}, {"b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 3}, None),
        ([1, 2], [1], [1, 3], None),
        ([1, 2], [1, 9, 2], [1, 8, 2], None),
        ([1, 2, 3], [1, 3], [1, 9, 2, 3], None),
    ],
)
def test_what_both_changed_is_a_conflict(
    base: object, ours: object, theirs: object, expected: object
) -> None:
    if expected is None:
        with pytest.raises(ConflictError):
            merged(base, ours, theirs)
    else:
        assert merged(base, ours, theirs) == expected
