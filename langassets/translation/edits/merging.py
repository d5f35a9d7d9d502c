"""Three versions of a content's skeleton brought together: what a person made of the first, and what the
lesson made of it. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any

from langassets.translation.edits.skeleton import Line, Skeleton, text_lines


class ConflictError(Exception):
    """Both changed the same."""


_ABSENT = object()


def merged(base: Skeleton, ours: Skeleton, theirs: Skeleton) -> Skeleton:
    """`base` with what `ours` and `theirs` changed in it. Raises `ConflictError` where both changed the same,
    or what stands side by side."""
    with suppress(ConflictError):
        return _one_of_them(base, ours, theirs)
    versions = (base, ours, theirs)
    if all(isinstance(one, dict) for one in versions):
        return _objects(base, ours, theirs)
    for kind in (list, tuple):
        if all(isinstance(one, kind) for one in versions):
            return kind(_sequences(base, ours, theirs))
    raise ConflictError


def _one_of_them(base: Any, ours: Any, theirs: Any) -> Any:
    """What comes of three versions of which no more than one was changed."""
    if theirs == base or ours == theirs:
        return ours
    if ours == base:
        return theirs
    raise ConflictError


def _objects(base: Skeleton, ours: Skeleton, theirs: Skeleton) -> Skeleton:
    found = {
        key: merged(*(one.get(key, _ABSENT) for one in (base, ours, theirs))) for key in {**theirs, **ours}
    }
    return {key: value for key, value in found.items() if value is not _ABSENT}


def _sequences(base: Sequence[Any], ours: Sequence[Any], theirs: Sequence[Any]) -> Iterator[Any]:
    in_ours, in_theirs = _matching(base, ours), _matching(base, theirs)
    start, first, second = 0, 0, 0
    for place in [*(one for one in range(len(base)) if one in in_ours and one in in_theirs), len(base)]:
        our, their = in_ours.get(place, len(ours)), in_theirs.get(place, len(theirs))
        yield from _one_of_them(base[start:place], ours[first:our], theirs[second:their])
        if place < len(base):
            yield merged(base[place], ours[our], theirs[their])
        start, first, second = place + 1, our + 1, their + 1


def _matching(base: Sequence[Any], other: Sequence[Any]) -> dict[int, int]:
    """Where those of `base` stand in `other` that do, in the same order."""
    named = [_name(one, number) for number, one in enumerate(base)]
    by_segment = {one: name for name, found in zip(named, base, strict=True) for one in _segments(found)}
    names = []
    for one in other:
        votes = Counter(by_segment[segment] for segment in _segments(one) if segment in by_segment)
        names.append(votes.most_common(1)[0][0] if votes else _name(one, -1))
    matcher = SequenceMatcher(None, named, names, autojunk=False)
    return {
        block.a + step: block.b + step
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }


def _name(value: Any, number: int) -> str:
    """What an element is known by: its segments, or else what it is."""
    return f"place {number}" if _segments(value) else f"value {value!r}"


def _segments(value: Any) -> list[int]:
    lines = [value] if isinstance(value, Line) else text_lines(value)
    return [part for line in lines for part in line.parts if isinstance(part, int)]
