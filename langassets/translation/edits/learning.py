"""What a person changed in a stored object, segment by segment. Pure: documents and hashes in, edits out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from langassets.errors import InputError
from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import (
    SegmentOrigin,
    State,
    StoredSegment,
    source_hash,
    structure_of,
    target_hash,
)
from langassets.translation.edits.placing import Edit, beside, neighbours, place_edits, places_of
from langassets.translation.markdown.escaping import TAG
from langassets.translation.types import Segment, Wording
from langassets.wording import counted


class UnalignedError(Exception):
    """An edited object whose segments cannot be held against those that were stored; says why."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was stored: what stood at each place, and the hash of what is around."""

    segments: Sequence[StoredSegment]
    structure: str


@dataclass(frozen=True, slots=True)
class Lesson:
    """The lesson of an object as it is today, and whether the object was made from it."""

    document: Document
    unchanged: bool


@dataclass(frozen=True, slots=True)
class Learnt:
    """`edits` by the places of what was stored, and the `segments` that stand in the object now."""

    edits: tuple[Edit, ...]
    segments: tuple[StoredSegment, ...]


def learn(
    content_type: str,
    edited: Document,
    stored: Stored,
    lesson: Lesson,
    language: str,
    source_texts: Mapping[str, str],
) -> Learnt:
    """What a person changed in an object of a `language` (the application's code).

    `source_texts` has the texts of what was stored, by hash, as far as they are known. Segments are held
    against those that were stored by their place in the order. What is learnt is tried before it is believed:
    put into today's lesson it must come out as the person wrote it, and where the lesson is still the same,
    so must the whole object. Raises `UnalignedError` otherwise.
    """
    there, source = edited.placed, lesson.document
    _storable(there)
    _aligned(stored.segments, there)
    sources = [one.source for one in stored.segments]
    today = [source_hash(one.text) for one in source.placed]
    if lesson.unchanged:
        if sources != today:
            raise UnalignedError("its lesson is cut into other segments than it was")
        same_object(content_type, edited, source, language)
    elif structure_of(edited, edited.data) != stored.structure:
        raise UnalignedError("more than its segments was changed, and its lesson has changed too")
    changed = [place for place, one in enumerate(there) if target_hash(one) != stored.segments[place].target]
    edits = [Edit(place, sources[place], *neighbours(place, sources), "", _NOTHING) for place in changed]
    stands = places_of(edits, today)
    for number, edit in enumerate(edits):
        segment = source.placed[stands[number]] if number in stands else None
        text = segment.text if segment else source_texts.get(edit.source, "")
        edits[number] = replace(edit, source_text=text, wording=wording_of(there[edit.place], segment))
    if not lesson.unchanged:
        _as_written(content_type, edits, stands, there, source, language)
    return Learnt(tuple(edits), _segments(stored.segments, there, set(changed)))


_NOTHING = Wording("")


def wording_of(shown: Segment, segment: Segment | None) -> Wording:
    """What stands in an object as a wording for its `segment`: protected parts of the lesson's by their
    number, others as a person's own."""
    free = dict(enumerate(segment.protected, 1)) if segment else {}
    first_own = len(free) + 1
    numbers: list[int] = []
    own: dict[int, str] = {}
    for part in shown.protected:
        number = next((number for number, text in free.items() if text == part), None)
        if number is None:
            number = first_own + len(own)
            own[number] = part
        else:
            del free[number]
        numbers.append(number)
    text = TAG.sub(
        lambda tag: f"<x{numbers[int(tag[1]) - 1]}/>" if 0 < int(tag[1]) <= len(numbers) else tag[0],
        shown.text,
    )
    return Wording(text, own)


def worded_places(source: Document, edits: Iterable[Edit]) -> dict[int, Wording]:
    """What people wrote for places of a document: of their edits those that stand and can be written."""
    every = list(edits)
    if not every:
        return {}
    slots = [slot for _, part in source.parts for slot in part.slots]
    standing = place_edits(every, [source_hash(slot.segment.text) for slot in slots]).standing
    found = {}
    for place, edit in standing.items():
        try:
            slots[place].render_wording(edit.wording)
        except InputError:
            continue  # a line with a pipe that has come to stand above dashes; it waits until that has gone
        found[place] = edit.wording
    return found


def outdated_beside(source: Document, edits: Iterable[Edit]) -> list[tuple[str, Edit]]:
    """Edits whose segment is not in a document any more, each with the text that has taken its place; those
    for which there is none are left out."""
    texts = [segment.text for segment in source.placed]
    sources = [source_hash(text) for text in texts]
    placed = place_edits(edits, sources)
    near = [(edit, beside(edit, sources, texts, placed.standing)) for edit in placed.outdated]
    return [(texts[place], edit) for edit, place in near if place is not None]


def _storable(there: Sequence[Segment]) -> None:
    """Make sure that a database takes the texts."""
    for one in there:
        for text in (one.text, *one.protected):
            if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
                raise UnalignedError("it holds a character that no database takes")


def _aligned(stored: Sequence[StoredSegment], there: Sequence[Segment]) -> None:
    """Make sure that each segment is in the place of the one that was stored."""
    if len(stored) != len(there):
        were = counted(len(stored), "segment was", "segments were")
        raise UnalignedError(f"{were} stored, and it has {len(there)} now")
    before = _once([one.target for one in stored])
    now = _once([target_hash(one) for one in there])
    moved = [text for text, place in now.items() if before.get(text, place) != place]
    if moved:
        raise UnalignedError(f"of its segments, {len(moved)} stand elsewhere than they were stored")


def _once(hashes: Sequence[str]) -> dict[str, int]:
    """Where those stand that stand there once."""
    counts = Counter(hashes)
    return {found: place for place, found in enumerate(hashes) if counts[found] == 1}


def same_object(content_type: str, edited: Document, source: Document, language: str) -> dict[int, Wording]:
    """What stands in an object for each place of a lesson; raises `UnalignedError` unless the lesson, with
    each segment as it stands in the object, is the object."""
    if len(edited.placed) != len(source.placed):
        raise UnalignedError("it has other segments than its lesson")
    wordings = {
        place: wording_of(shown, segment)
        for place, (shown, segment) in enumerate(zip(edited.placed, source.placed, strict=True))
    }
    again = _made(content_type, source, language, wordings, edited.source_language)
    same = list(map(target_hash, again.placed)) == list(map(target_hash, edited.placed))
    if not same or structure_of(again, again.data) != structure_of(edited, edited.data):
        raise UnalignedError("more than its segments was changed")
    return wordings


def _as_written(
    content_type: str,
    edits: Sequence[Edit],
    stands: Mapping[int, int],
    there: Sequence[Segment],
    source: Document,
    language: str,
) -> None:
    """Make sure that those edits that stand in today's lesson come out as they were written."""
    wordings = {place: edits[number].wording for number, place in stands.items()}
    again = _made(content_type, source, language, wordings, source.source_language).placed
    if len(again) != len(source.placed) or any(
        target_hash(again[place]) != target_hash(there[edits[number].place])
        for number, place in stands.items()
    ):
        raise UnalignedError("what was changed cannot stand in today's lesson")


def _made(
    content_type: str, source: Document, language: str, wordings: Mapping[int, Wording], tag: str
) -> Document:
    same = {text: text for text in source.texts}
    try:
        return document(content_type, source.rebuild(same, language, wordings), tag)
    except InputError as error:
        raise UnalignedError(str(error)) from None


def _segments(
    stored: Sequence[StoredSegment], there: Sequence[Segment], changed: set[int]
) -> tuple[StoredSegment, ...]:
    return tuple(
        StoredSegment(one.source, target_hash(shown), State.REVIEWED, SegmentOrigin.PERSON)
        if place in changed
        else one
        for place, (one, shown) in enumerate(zip(stored, there, strict=True))
    )
