"""A content with its segments taken out: what is merged where a person changed more than segments. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from langassets.translation.documents.content import Path
from langassets.translation.documents.document import Document
from langassets.translation.documents.places import target_hash
from langassets.translation.documents.segments import SegmentedText

_LINES = "langassets:lines"


@dataclass(frozen=True, slots=True)
class Own:
    """A segment that a person added: what stands there, and its hash."""

    text: str
    target: str


Part = str | int | Own
"""What a line is made of: what stands between segments, the place of a segment, or a person's own."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text; `before` is what parts it from the line before, blank lines too, which is no
    difference between two."""

    before: str = field(compare=False, repr=False)
    parts: tuple[Part, ...]


Text = tuple[Line, ...]
"""A text of a content, as lines."""

Skeleton = Any
"""A content's JSON with each text as a `Text`; a list of the content's own is a list."""


def skeleton_of(document: Document, places: Mapping[int, int | None] | None = None) -> Skeleton:
    """A document with its segments taken out. `places` gives each the number that it is to go by, None for
    a person's own; without it they go by their own places."""
    texts: dict[Path, Text] = {}
    start = 0
    for path, part in document.parts:
        texts[path] = tuple(_lines(part, start, places))
        start += len(part.slots)
    return _with_texts(document.data, texts, ())


def _with_texts(value: Any, texts: Mapping[Path, Text], path: Path) -> Skeleton:
    if path in texts:
        return texts[path]
    if isinstance(value, Mapping):
        return {key: _with_texts(one, texts, (*path, key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_with_texts(one, texts, (*path, index)) for index, one in enumerate(value)]
    return value


def _lines(part: SegmentedText, start: int, places: Mapping[int, int | None] | None) -> Iterator[Line]:
    before, parts = "", list[Part]()
    for piece in [*_pieces(part, start, places), "\n"]:
        if not isinstance(piece, str):
            parts.append(piece)
            continue
        first, *others = piece.split("\n")
        parts += [first] if first else []
        for other in others:
            end = str(parts.pop()) if parts and isinstance(parts[-1], str) else ""
            if kept := end.rstrip():
                parts.append(kept)
            if parts:
                yield Line(before, tuple(parts))
                before = ""
            before += end[len(kept) :] + "\n"
            parts = [other] if other else []


def _pieces(part: SegmentedText, start: int, places: Mapping[int, int | None] | None) -> Iterator[Part]:
    position, written = 0, iter(part.as_it_is())
    for piece in part.pieces:
        yield part.source[position : piece.start]
        for slot in piece.slots:
            place = start if places is None else places.get(start)
            own = next(written)
            yield place if place is not None else Own(own, target_hash(slot.segment))
            start += 1
        position = piece.end
    yield part.source[position:]


def text_lines(skeleton: Skeleton) -> Iterator[Line]:
    """All lines of a skeleton's texts, in order."""
    if isinstance(skeleton, tuple):
        yield from skeleton
    elif isinstance(skeleton, dict | list):
        for one in skeleton.values() if isinstance(skeleton, dict) else skeleton:
            yield from text_lines(one)


def segments_in(skeleton: Skeleton) -> list[int | Own]:
    """The segments of a skeleton, in order."""
    return [one for line in text_lines(skeleton) for one in line.parts if not isinstance(one, str)]


def renumbered(skeleton: Skeleton, places: Mapping[int, int]) -> Skeleton:
    """The same with other numbers for the places of segments; those that have none keep theirs."""

    def line(one: Line) -> Line:
        parts = (places.get(part, part) if isinstance(part, int) else part for part in one.parts)
        return Line(one.before, tuple(parts))

    return _mapped(skeleton, lambda text: tuple(map(line, text)))


def filled(skeleton: Skeleton, written: Sequence[str]) -> dict[str, object]:
    """The content that a skeleton makes with what is `written` at each place."""

    def text(found: Text) -> str:
        pieces = []
        for number, line in enumerate(found):
            pieces.append((line.before or "\n\n") if number else line.before.lstrip("\n"))
            pieces += [
                written[part] if isinstance(part, int) else part.text if isinstance(part, Own) else part
                for part in line.parts
            ]
        return "".join(pieces)

    made: dict[str, object] = _mapped(skeleton, text)
    return made


def _mapped(value: Skeleton, change: Callable[[Text], Any]) -> Any:
    if isinstance(value, tuple):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(one, change) for key, one in value.items()}
    return [_mapped(one, change) for one in value] if isinstance(value, list) else value


def as_json(skeleton: Skeleton) -> Any:
    """A skeleton for a database."""

    def part(one: Part) -> Any:
        return [one.text, one.target] if isinstance(one, Own) else one

    return _mapped(skeleton, lambda text: {_LINES: [[one.before, *map(part, one.parts)] for one in text]})


def from_json(value: Any) -> Skeleton:
    """What `as_json` made."""
    if isinstance(value, dict):
        if value.keys() == {_LINES}:
            return tuple(
                Line(before, tuple(Own(*one) if isinstance(one, list) else one for one in parts))
                for before, *parts in value[_LINES]
            )
        return {key: from_json(one) for key, one in value.items()}
    return [from_json(one) for one in value] if isinstance(value, list) else value
