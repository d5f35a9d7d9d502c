"""What is kept of each segment of a stored object, by its place: hashes, state and origin, no texts."""

import json
from collections.abc import Container, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from langassets.translation.documents.document import Document
from langassets.translation.documents.stored import Said, SegmentOrigin, State, StoredSegment
from langassets.translation.markdown.escaping import TAG
from langassets.translation.recipes import text_hash
from langassets.translation.types import Segment, Wording

_DIGITS = 16
_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False)


def source_hash(text: str) -> str:
    """What a segment's text, or anything else, is known by: the beginning of the memory's hash of it."""
    return text_hash(text)[:_DIGITS]


def target_hash(shown: Segment) -> str:
    """What tells whether a translation is still as it was stored: a hash of its words and of the protected
    parts among them. How lines are broken does not count."""
    text = _JSON.encode(" ".join(shown.text.split()))  # of a text alone it needs no encoder made
    return source_hash(f"[{text}, {_JSON.encode(shown.protected) if shown.protected else '[]'}]")


def shown(translation: str, protected: Sequence[str]) -> Segment:
    """A translation as it would be cut from the object: tags are numbered in the order in which they stand.

    `protected[0]` is what `<x1/>` stands for in `translation`; a tag that stands for nothing is left out.
    """
    numbers = [int(number) for number in TAG.findall(translation)]
    if not numbers:
        return Segment(translation)
    fitting = [number for number in numbers if 0 < number <= len(protected)]
    numbered = {number: place for place, number in enumerate(dict.fromkeys(fitting), 1)}
    text = TAG.sub(lambda tag: f"<x{numbered[n]}/>" if (n := int(tag[1])) in numbered else "", translation)
    return Segment(text, tuple(protected[number - 1] for number in numbered))


@dataclass(frozen=True, slots=True)
class TranslatedDocument:
    """A document in another language: translations by text, what people worded for a place, and texts that
    were paid for; `state` is that of what no person spoke for, and `doubted` has the reasons why a check
    doubts some of the translations, by text. At `absent` places nothing stands, for a person took it out or
    put something else there."""

    document: Document
    translations: Mapping[str, str]
    wordings: Mapping[int, Wording] = field(default_factory=dict)
    paid: Set[str] = frozenset()
    state: State = State.TRANSLATED
    doubted: Mapping[str, Sequence[str]] = field(default_factory=dict)
    absent: Set[int] = frozenset()

    @classmethod
    def copied(cls, document: Document, wordings: Mapping[int, Wording]) -> "TranslatedDocument":
        """A lesson in its own language."""
        return cls(document, {text: text for text in document.texts}, wordings, state=State.FINAL)

    def segments(self, said: Mapping[str, Said]) -> tuple[StoredSegment, ...]:
        """What stands at each place; `said` is what people approved or imported of its texts."""
        return tuple(self._segment(place, one, said) for place, one in enumerate(self.document.placed))

    def _segment(self, place: int, segment: Segment, said: Mapping[str, Said]) -> StoredSegment:
        wording = self.wordings.get(place)
        if place in self.absent:
            return absent_segment(source_hash(segment.text))
        if wording is not None:
            target = target_hash(shown(wording.text, wording.protected(segment)))
            return StoredSegment(source_hash(segment.text), target, State.REVIEWED, SegmentOrigin.PERSON)
        target = target_hash(shown(self.translations[segment.text], segment.protected))
        found = found_segment(segment, target, self.state, said.get(segment.text))
        if segment.text in self.paid:
            found = found._replace(origin=SegmentOrigin.MODEL)
        reasons = self.doubted.get(segment.text)
        return found._replace(findings=json.dumps(reasons, ensure_ascii=False)) if reasons else found


def absent_segment(source: str) -> StoredSegment:
    """A segment (by the hash of its text) that is in the lesson, and by a person's will not in the object."""
    return StoredSegment(source, "", State.REVIEWED, SegmentOrigin.PERSON)


def found_segment(segment: Segment, target: str, state: State, said: Said | None) -> StoredSegment:
    """What is known of a segment that `target` stands for; `state` is that of what no person spoke for."""
    source = source_hash(segment.text)
    if state is State.FINAL:
        return StoredSegment(source, target, state, SegmentOrigin.COPIED)
    if said is None or target_hash(shown(said.translation, segment.protected)) != target:
        return StoredSegment(source, target, state, SegmentOrigin.MEMORY)
    if said.approved:
        return StoredSegment(source, target, State.REVIEWED, SegmentOrigin.PERSON)
    return StoredSegment(source, target, State.TRANSLATED, SegmentOrigin.MEMORY)


def structure_of(document: Document, data: Mapping[str, Any]) -> str:
    """A hash of all that is no segment: what stands around them in each text, and `data` apart from those
    texts. White space and the order of keys do not count."""
    texts = dict(document.parts)
    around = sorted(
        [json.dumps(path), "\0".join(" ".join(piece.split()) for piece in part.outline)]
        for path, part in texts.items()
    )
    return source_hash(_JSON.encode([around, without(data, texts)]))


def without(value: Any, paths: Container[Any], path: tuple[str | int, ...] = ()) -> Any:
    """Data with nothing in place of what stands at these paths."""
    if path in paths:
        return None
    if isinstance(value, Mapping):
        return {key: without(item, paths, (*path, key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [without(item, paths, (*path, index)) for index, item in enumerate(value)]
    return value
