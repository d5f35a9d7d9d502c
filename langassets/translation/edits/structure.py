"""What a person added, took out or moved in an object, and how it is carried over to a lesson that changed.
Pure."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from langassets.errors import InputError
from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import TranslatedDocument, source_hash, structure_of, target_hash
from langassets.translation.documents.stored import Stored
from langassets.translation.edits.alignment import aligned
from langassets.translation.edits.merging import ConflictError, merged
from langassets.translation.edits.skeleton import Own, Skeleton, filled, renumbered, segments_in, skeleton_of


class UnalignedError(Exception):
    """An edited object whose segments cannot be held against those that were stored; says why."""


@dataclass(frozen=True, slots=True)
class StructureEdit:
    """What a person made of the structure of a content: its skeleton as its lesson had it, with the hashes of
    its segments by place, and as it was left."""

    base: Skeleton
    sources: tuple[str, ...]
    edited: Skeleton


def sources_of(lesson: Document) -> tuple[str, ...]:
    """The hashes of a lesson's segments, by place."""
    return tuple(source_hash(one.text) for one in lesson.placed)


def carried(edit: StructureEdit, lesson: Document, language: str) -> Skeleton:
    """What a person made of the structure, in a lesson as it is today: its skeleton, by today's places.

    Raises `UnalignedError` where the lesson changed what the person took out, put otherwise or stood beside,
    or has something else there.
    """
    sources = sources_of(lesson)
    known = aligned(edit.sources, sources)
    names = {place: known.get(place, -1 - place) for place in range(len(sources))}
    today = {name: place for place, name in names.items()}
    try:
        found = merged(edit.base, edit.edited, renumbered(skeleton_of(lesson.localized(language)), names))
    except ConflictError:
        raise UnalignedError(_CHANGED) from None
    there = [one for one in segments_in(found) if isinstance(one, int)]
    kept = {one for one in segments_in(edit.edited) if isinstance(one, int)}
    gone = today.keys() - set(there)
    if (
        len(there) != len(set(there))
        or not today.keys() >= set(there)
        or any(one < 0 or one in kept or edit.sources[one] != sources[today[one]] for one in gone)
    ):
        raise UnalignedError(_CHANGED)
    return renumbered(found, today)


_CHANGED = "what was added, taken out or moved in it stood where its lesson has changed"


def absent(skeleton: Skeleton, lesson: Document) -> frozenset[int]:
    """The places of a lesson that are not in a skeleton."""
    there = {one for one in segments_in(skeleton) if isinstance(one, int)}
    return frozenset(range(len(lesson.placed))) - there


def arranged(
    content_type: str, skeleton: Skeleton, made: TranslatedDocument, language: str
) -> tuple[dict[str, object], str]:
    """The object that a skeleton of a lesson makes with what was `made` of its segments, and the hash of its
    structure. Raises `UnalignedError` where the texts come out otherwise in it, `InputError` where they
    cannot stand there."""
    data = filled(skeleton, made.document.written(made.translations, language, made.wordings))
    again = document(content_type, data, language)
    targets = [one.target for one in made.segments({})]
    if list(map(target_hash, again.placed)) != segment_hashes(skeleton, targets):
        raise UnalignedError("what was added, taken out or moved in it cannot stand in today's lesson")
    return data, structure_of(again, data)


def without_additions(
    content_type: str, edited: Document, places: Mapping[int, int], stored: Stored
) -> Skeleton:
    """The skeleton that an object had before a person added something; `places` are those of its segments
    that were there. Raises `UnalignedError` where that is not all that they did to it."""
    found = _without_own(skeleton_of(edited, places))
    if sorted(places.values()) == segments_in(found) == list(range(len(stored.segments))):
        texts = [text for _, part in edited.parts for text in part.as_it_is()]
        written = {place: texts[number] for number, place in places.items()}
        with suppress(InputError):
            again = document(content_type, filled(found, [written[place] for place in sorted(written)]))
            if structure_of(again, again.data) == stored.structure:
                return found
    raise UnalignedError("more than its segments was changed, and its lesson has changed too")


def _without_own(value: Skeleton) -> Skeleton:
    if isinstance(value, tuple):
        return tuple(line for line in value if not _is_own((line,)))
    if isinstance(value, dict):
        return {key: _without_own(one) for key, one in value.items()}
    return [_without_own(one) for one in value if not _is_own(one)] if isinstance(value, list) else value


def _is_own(value: Skeleton) -> bool:
    found = segments_in(value)
    return bool(found) and all(isinstance(one, Own) for one in found)


def segment_hashes(skeleton: Skeleton, targets: Sequence[str]) -> list[str]:
    """What stands in an object of this skeleton, in order, where `targets` stand at its places."""
    return [one.target if isinstance(one, Own) else targets[one] for one in segments_in(skeleton)]
