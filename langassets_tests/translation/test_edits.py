"""Learning what people changed, and where it stands in a lesson that changed since: pure, so by property."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import TranslatedDocument, source_hash, structure_of, target_hash
from langassets.translation.documents.stored import Stored
from langassets.translation.edits.learning import Learnt, Lesson, learn, wording_of
from langassets.translation.edits.placing import Edit, beside, neighbours, place_edits
from langassets.translation.edits.standing import worded_places
from langassets.translation.edits.structure import UnalignedError
from langassets.translation.types import Segment, Wording
from langassets_tests.servers.translator import translate

_WORDS = (
    "bridge",
    "river",
    "storm",
    "road",
    "stone",
    "`main.py`",
    "[notes](https://example.com/n)",
    "**old**",
    '<img alt="old map" src="a.png">',
)
sentences = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=6).map(
    lambda words: "The " + " ".join(words) + "."
)
blocks = st.one_of(
    sentences,
    sentences.map("# {}".format),
    sentences.map("- {}".format),
    sentences.map("> {}".format),
    st.tuples(sentences, sentences).map(
        lambda cells: f"| {cells[0]} | {cells[1]} |\n| --- | --- |\n| a b | c d |"
    ),
    st.just("```py\nx = 1\n```"),
)
front = st.sampled_from(("", "---\nsummary: |\n  A bridge.\n\n  - A road.\n---\n"))
texts = st.tuples(front, st.lists(blocks, min_size=1, max_size=6).map("\n\n".join)).map("".join)
own_words = st.lists(
    st.sampled_from(("גשר", "נהר", "סערה", "`main.py`", "`own.py`", "[הערות](https://he.example.com/n)")),
    min_size=1,
    max_size=4,
).map(lambda words: "כאן " + " ".join(words) + ".")


def content(text: str) -> dict[str, object]:
    return {"title": "The lesson", "text": text, "audioUrl": "https://x.y/1.mp3", "language": "en"}


def lesson(text: str) -> Document:
    return document("text", content(text), "en")


def stored(source: Document) -> tuple[dict[str, object], Stored]:
    """A lesson as a preload stores it."""
    translations = {text: translate(text, "he", {}) for text in source.texts}
    data = source.rebuild(translations, "he")
    made = TranslatedDocument(source, translations)
    return data, Stored(made.segments({}), structure_of(source, data))


def edited(data: dict[str, object], by_place: dict[int, str]) -> dict[str, object]:
    """What stands after a person wrote these texts for places: as Markdown, with whatever is in it."""
    cut = document("text", data, "he")
    wordings = {place: wording_of(_as_segment(text), None) for place, text in by_place.items()}
    return cut.rebuild({text: text for text in cut.texts}, "he", wordings)


def _as_segment(text: str) -> Segment:
    [segment] = document("text", {"text": text}, "he").placed
    return segment


def learnt(data: dict[str, object], before: Stored, today: Document, *, unchanged: bool) -> Learnt:
    return learn(document("text", data, "he"), before, Lesson(today, "text", "he", unchanged), {})


@given(text=texts, edits=st.dictionaries(st.integers(0, 7), own_words, max_size=3))
def test_what_was_changed_is_learnt_and_nothing_else_and_makes_the_object_again(
    text: str, edits: dict[int, str]
) -> None:
    source = lesson(text)
    data, before = stored(source)
    wanted = {place: words for place, words in edits.items() if place < len(source.placed)}
    now = edited(data, wanted)
    try:
        found = learnt(now, before, source, unchanged=True)
    except UnalignedError:
        there = [target_hash(one) for one in document("text", now, "he").placed]
        stands = [one.target for one in before.segments]
        moved = len(there) != len(stands) or any(
            there.count(one) == stands.count(one) == 1 and there.index(one) != stands.index(one)
            for one in there
        )
        assert moved, "it could have been learnt"
        return
    if found.structure:  # with the words went a picture, and so a segment: what it is called
        assert len(document("text", now, "he").placed) < len(before.segments)
        return
    assert {edit.place for edit in found.edits} == set(wanted)
    assert [edit.source for edit in found.edits] == [before.segments[p].source for p in sorted(wanted)]
    translations = {one: translate(one, "he", {}) for one in source.texts}
    again = source.rebuild(translations, "he", worded_places(source, found.edits))
    assert again == now
    assert [one.state == "reviewed" for one in found.segments] == [
        p in wanted for p in range(len(source.placed))
    ]


@given(
    text=texts,
    more=st.lists(sentences, max_size=3),
    cut=st.integers(0, 3),
    edits=st.dictionaries(st.integers(0, 7), own_words, min_size=1, max_size=3),
)
def test_edits_of_what_stayed_stand_in_a_changed_lesson(
    text: str, more: list[str], cut: int, edits: dict[int, str]
) -> None:
    source = lesson(text)
    data, before = stored(source)
    wanted = {place: words for place, words in edits.items() if place < len(source.placed)}
    now = edited(data, wanted)
    today = lesson("\n\n".join([*more, *text.split("\n\n")[cut:]]))
    try:
        found = learnt(now, before, today, unchanged=False)
    except UnalignedError:
        return
    worded = worded_places(today, found.edits)
    translations = {one: translate(one, "he", {}) for one in today.texts}
    there = document("text", today.rebuild(translations, "he", worded), "he").placed
    written = document("text", now, "he").placed
    stays = {source_hash(one.text) for one in today.placed}
    unique = [edit for edit in found.edits if [e.source for e in found.edits].count(edit.source) == 1]
    for edit in unique:
        if edit.source in stays:
            assert target_hash(written[edit.place]) in [target_hash(there[place]) for place in worded]


def an_edit(place: int, sources: Sequence[str], words: str = "mine") -> Edit:
    return Edit(place, sources[place], *neighbours(place, sources), sources[place], Wording(words))


sequences = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=8)


@given(sources=sequences, data=st.data())
def test_in_an_unchanged_content_every_edit_is_where_it_was(sources: list[str], data: st.DataObject) -> None:
    places = data.draw(st.sets(st.integers(0, len(sources) - 1)))
    found = place_edits([an_edit(place, sources) for place in places], sources)
    assert set(found.standing) == places
    assert not found.outdated


@given(before=sequences, after=sequences, data=st.data())
def test_an_edit_stands_as_long_as_its_segment_does(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    places = data.draw(st.sets(st.integers(0, len(before) - 1)))
    edits = [an_edit(place, before, str(place)) for place in places]
    found = place_edits(edits, after)
    assert all(after[place] == edit.source for place, edit in found.standing.items())
    assert len(found.standing) + len(found.outdated) == len(edits)
    for edit in found.outdated:
        standing = sum(one.source == edit.source for one in found.standing.values())
        assert standing == after.count(edit.source), "a place for it was free"
    kept = found.every
    assert len({(one.place, one.source) for one in kept}) == len(kept)
    assert place_edits(kept, after).standing == found.standing, "looked at again, nothing moves"


@given(sources=sequences, place=st.integers(0, 7), words=st.lists(st.sampled_from("xyz"), max_size=3))
def test_of_several_with_one_text_it_is_the_one_between_the_same(
    sources: list[str], place: int, words: list[str]
) -> None:
    """Whatever is put before it."""
    place %= len(sources)
    edit = an_edit(place, sources)
    alike = [p for p in range(len(sources)) if an_edit(p, sources) == Edit(p, *_context(edit))]
    if alike == [place]:
        assert (
            set(place_edits([edit], [*words, "-", *sources]).standing) == {place + len(words) + 1}
            or place == 0
        )


def _context(edit: Edit) -> tuple[str, str, str, str, Wording]:
    return edit.source, edit.before, edit.after, edit.source_text, edit.wording


def test_what_took_an_edits_place_is_found_by_its_neighbours_and_by_likeness() -> None:
    before = ["a", "b", "c"]
    edit = an_edit(1, before)
    assert beside(edit, ["a", "x", "c"], ["", "", ""]) == 1
    words = Edit(1, "b", "q", "r", "It was built over the river long ago.", Wording("mine"))
    texts_now = ["Something else.", "Yes", "It was built over the lake long ago."]
    assert beside(words, ["u", "v", "w"], texts_now) == 2
    assert beside(words, ["u", "v", "w"], texts_now, taken={2}) is None
    assert beside(words, [], []) is None


@pytest.mark.parametrize(
    ("shown", "segment", "expected"),
    [
        (
            Segment("b <x1/> a <x2/>", ("B", "A")),
            Segment("a <x1/> b <x2/>", ("A", "B")),
            ("b <x2/> a <x1/>", {}),
        ),
        (Segment("own <x1/>", ("C",)), Segment("a <x1/>", ("A",)), ("own <x2/>", {2: "C"})),
        (Segment("<x1/> and <x2/>", ("A", "A")), Segment("<x1/>", ("A",)), ("<x1/> and <x2/>", {2: "A"})),
    ],
)
def test_protected_parts_are_the_lessons_where_they_can_be(
    shown: Segment, segment: Segment, expected: tuple[str, dict[int, str]]
) -> None:
    wording = wording_of(shown, segment)
    assert (wording.text, wording.parts) == expected
