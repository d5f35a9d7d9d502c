"""What a person changed in a stored object, segment by segment. Pure: documents and hashes in, edits out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from langassets.errors import InputError
from langassets.translation.documents.document import Document, document
from langassets.translation.documents.former import LIKE, like
from langassets.translation.documents.places import absent_segment, structure_of, target_hash
from langassets.translation.documents.stored import SegmentOrigin, State, Stored, StoredSegment
from langassets.translation.edits.alignment import Pairs, aligned
from langassets.translation.edits.placing import Edit, neighbours, places_of
from langassets.translation.edits.skeleton import Own, Skeleton, filled, segments_in, skeleton_of
from langassets.translation.edits.structure import (
    StructureEdit,
    UnalignedError,
    carried,
    segment_hashes,
    sources_of,
    without_additions,
)
from langassets.translation.markdown.escaping import TAG
from langassets.translation.types import Former, Segment, Wording


@dataclass(frozen=True, slots=True)
class Lesson:
    """The lesson of an object as it is today: its type of content, the language that the object is in (the
    application's code), whether the object was made from it, and what a person had made of its structure
    before."""

    document: Document
    content_type: str
    language: str
    unchanged: bool = True
    structure: StructureEdit | None = None

    @property
    def skeleton(self) -> Skeleton:
        """Its skeleton as it is put together in that language."""
        return skeleton_of(self.document.localized(self.language))


@dataclass(frozen=True, slots=True)
class Learnt:
    """`edits` by the places of what was stored, what becomes of the `segments` there, and what the person
    made of the structure, None for nothing."""

    edits: tuple[Edit, ...]
    segments: tuple[StoredSegment, ...]
    structure: StructureEdit | None = None


def learn(edited: Document, stored: Stored, lesson: Lesson, texts: Mapping[str, Former]) -> Learnt:
    """What a person changed in an object.

    `texts` has the texts of what was stored with a translation of each, by hash, as far as they are known.
    Segments are held against those that were stored; what surely is one of them is learnt for its place, and
    what a person added, took out or moved as a change of the structure. It is tried before it is believed: in
    the lesson that the object was made from it must come out as the person wrote it. Raises `UnalignedError`
    where it does not, or where that lesson is not known any more.
    """
    there, source = edited.placed, lesson.document
    _storable(there)
    sources = tuple(one.source for one in stored.segments)
    if lesson.unchanged and sources != sources_of(source):
        raise UnalignedError("its lesson is cut into other segments than it was")
    base, before = _before(sources, lesson)
    pairs, unlike = _aligned(stored, before, there, texts)
    structure = None
    if not _same_structure(edited, stored, lesson, pairs):
        # By its order alone nothing is another where more was changed than words.
        pairs = {number: place for number, place in pairs.items() if number not in unlike}
        if stored.segments and not pairs:
            raise UnalignedError("nothing that it says was stored there")
        base = base or without_additions(lesson.content_type, edited, pairs, stored)
        structure = StructureEdit(base, sources, skeleton_of(edited, pairs))
        if lesson.unchanged:
            _comes_out(edited, lesson, structure.edited, pairs)
    written = {place: there[number] for number, place in pairs.items()}
    edits, stands = _edits(stored.segments, written, source, texts)
    if not lesson.unchanged:
        _as_written(edits, stands, written, lesson)
    changed = {edit.place for edit in edits}
    return Learnt(tuple(edits), _segments(stored.segments, written, changed), structure)


def _edits(
    stored: Sequence[StoredSegment],
    written: Mapping[int, Segment],
    source: Document,
    texts: Mapping[str, Former],
) -> tuple[list[Edit], Mapping[int, int]]:
    """What is `written` otherwise than it was stored, and where that stands in today's lesson, by number."""
    sources = [one.source for one in stored]
    changed = [place for place in sorted(written) if target_hash(written[place]) != stored[place].target]
    edits = [Edit(place, sources[place], *neighbours(place, sources), "", Wording("")) for place in changed]
    stands = places_of(edits, sources_of(source))
    for number, edit in enumerate(edits):
        segment = source.placed[stands[number]] if number in stands else None
        text = segment.text if segment else texts[edit.source].source if edit.source in texts else ""
        edits[number] = replace(edit, source_text=text, wording=wording_of(written[edit.place], segment))
    return edits, stands


def wording_of(shown: Segment, segment: Segment | None) -> Wording:
    """What stands in an object as a wording for its `segment`: protected parts of the lesson's by their
    number, others as a person's own."""
    free = dict(enumerate(segment.protected, 1)) if segment else {}
    first_own = len(free) + 1
    numbers: list[int] = []
    own: dict[int, str] = {}
    for part in shown.protected:
        number = next((number for number, text in free.items() if text == part), first_own + len(own))
        if free.pop(number, None) is None:
            own[number] = part
        numbers.append(number)
    text = TAG.sub(
        lambda tag: f"<x{numbers[int(tag[1]) - 1]}/>" if 0 < int(tag[1]) <= len(numbers) else tag[0],
        shown.text,
    )
    return Wording(text, own)


def _storable(there: Sequence[Segment]) -> None:
    """Make sure that a database takes the texts."""
    every = "".join(text for one in there for text in (one.text, *one.protected))
    if re.search("[\0\ud800-\udfff]", every):
        raise UnalignedError("it holds a character that no database takes")


def _before(sources: tuple[str, ...], lesson: Lesson) -> tuple[Skeleton | None, Skeleton | None]:
    """The skeleton of the lesson that an object was made from, and that of the object as it was stored; None
    for what is not known, and for an object of its lesson's structure."""
    kept = lesson.structure
    if lesson.unchanged:
        base = lesson.skeleton
        try:
            return base, carried(kept, lesson.document, lesson.language) if kept else base
        except UnalignedError:  # so it was made without that
            return base, base
    return (kept.base, kept.edited) if kept and kept.sources == sources else (None, None)


def _aligned(
    stored: Stored, before: Skeleton | None, there: Sequence[Segment], texts: Mapping[str, Former]
) -> tuple[Pairs, set[int]]:
    """The place in the lesson of each segment of an object that has one, as far as that is sure; and which of
    them say something else than was stored there, in words that are not like it."""
    targets = [one.target for one in stored.segments]
    order = list(range(len(targets))) if before is None else segments_in(before)
    hashes = targets if before is None else segment_hashes(before, targets)

    def text_before(number: int) -> str:
        one = order[number]
        if isinstance(one, Own):
            return one.text
        known = texts.get(stored.segments[one].source)
        return known.translation if known and targets[one] else ""

    now = [target_hash(one) for one in there]
    found = aligned(hashes, now, text_before, lambda one: there[one].text)
    unlike = {
        number
        for number, was in found.items()
        if now[number] != hashes[was] and like(text_before(was), there[number].text) < LIKE
    }
    return {number: place for number, was in found.items() if isinstance(place := order[was], int)}, unlike


def _same_structure(edited: Document, stored: Stored, lesson: Lesson, pairs: Pairs) -> bool:
    """Whether an object has the structure that its lesson has, or had."""
    every = {place: place for place in range(len(stored.segments))}
    if pairs != every or len(pairs) != len(edited.placed):
        return False
    if not lesson.unchanged:
        return structure_of(edited, edited.data) == stored.structure
    try:
        _comes_out(edited, lesson, lesson.skeleton, pairs)
    except UnalignedError:
        return False
    return True


def same_object(edited: Document, lesson: Lesson) -> dict[int, Wording]:
    """What stands in an object for each place of a lesson; raises `UnalignedError` unless the lesson, with
    each segment as it stands in the object, is the object."""
    places = range(len(lesson.document.placed))
    if len(edited.placed) != len(places):
        raise UnalignedError("it has other segments than its lesson")
    return _comes_out(edited, lesson, lesson.skeleton, {place: place for place in places})


def _comes_out(edited: Document, lesson: Lesson, skeleton: Skeleton, pairs: Pairs) -> dict[int, Wording]:
    """What stands in the object for each place; raises `UnalignedError` unless a skeleton, with each segment
    as it stands in the object, is the object."""
    source = lesson.document
    wordings = {
        place: wording_of(edited.placed[number], source.placed[place]) for number, place in pairs.items()
    }
    try:
        written = source.written({text: text for text in source.texts}, lesson.language, wordings)
        again = document(lesson.content_type, filled(skeleton, written))
    except InputError as error:
        raise UnalignedError(str(error)) from None
    same = list(map(target_hash, again.placed)) == list(map(target_hash, edited.placed))
    if not same or structure_of(again, again.data) != structure_of(edited, edited.data):
        raise UnalignedError("what was changed does not make the same object again")
    return wordings


def _as_written(
    edits: Sequence[Edit], stands: Mapping[int, int], written: Mapping[int, Segment], lesson: Lesson
) -> None:
    """Make sure that those edits that stand in today's lesson come out as they were written."""
    source = lesson.document
    wordings = {place: edits[number].wording for number, place in stands.items()}
    try:
        made = source.rebuild({text: text for text in source.texts}, lesson.language, wordings)
        again = document(lesson.content_type, made).placed
    except InputError as error:
        raise UnalignedError(str(error)) from None
    if len(again) != len(source.placed) or any(
        target_hash(again[place]) != target_hash(written[edits[number].place])
        for number, place in stands.items()
    ):
        raise UnalignedError("what was changed cannot stand in today's lesson")


def _segments(
    stored: Sequence[StoredSegment], written: Mapping[int, Segment], changed: set[int]
) -> tuple[StoredSegment, ...]:
    return tuple(
        StoredSegment(one.source, target_hash(written[place]), State.REVIEWED, SegmentOrigin.PERSON)
        if place in changed
        else one
        if place in written
        else absent_segment(one.source)
        for place, one in enumerate(stored)
    )
