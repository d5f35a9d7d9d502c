"""Where two objects of one lesson differ: at which places, or around them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from langassets.translation.documents.content import Path, rebuild
from langassets.translation.documents.document import Document
from langassets.translation.documents.places import without
from langassets.translation.types import Segment


class Difference(NamedTuple):
    """The places (as in `Document.placed`) that say otherwise, in order; and whether what stands around the
    texts is another. Neither: the words are the same, and only how they are written down differs."""

    places: tuple[int, ...]
    around: bool


def difference(
    source: Document, stored: Document, made: Document, said: Sequence[Segment], language: str
) -> Difference:
    """How an object as it is `stored` differs from the same as it is `made` now, both cut as their `source`
    is; `said` is what stands at each place by what it was made of. By which code the `language` (a tag) is
    named counts for nothing."""
    paths = {path for path, _ in source.parts}
    around = _around(stored, paths, language) != _around(made, paths, language)
    return Difference(tuple(_places(source, stored, made, said)), around)


def _around(document: Document, paths: set[Path], language: str) -> Any:
    return without(rebuild(document.data, {}, language, language), paths)


def _places(source: Document, stored: Document, made: Document, said: Sequence[Segment]) -> Iterator[int]:
    there, here = dict(stored.parts), dict(made.parts)
    start = 0
    for path, part in source.parts:
        places = range(start, start + len(part.slots))
        start = places.stop
        if _at(stored.data, path) == _at(made.data, path):
            continue
        cut = [there[path].segments if path in there else (), here[path].segments if path in here else ()]
        if {len(found) for found in cut} != {len(places)}:
            yield from places  # it cannot be told which of them it is
            continue
        words, again = cut
        differing = [place for place in places if words[place - places.start] != again[place - places.start]]
        yield from differing or (place for place in places if words[place - places.start] != said[place])


def _at(data: Mapping[str, object], path: Path) -> object:
    """What stands there; None where nothing does."""
    value: Any = data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
