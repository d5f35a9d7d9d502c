"""Where two objects of one lesson differ: at which places, or around them. Pure."""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import getitem
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
    around = [without(rebuild(one.data, {}, language, language), paths) for one in (stored, made)]
    return Difference(tuple(_places(source, stored, made, said)), around[0] != around[1])


def _places(source: Document, stored: Document, made: Document, said: Sequence[Segment]) -> Iterator[int]:
    there, here = dict(stored.parts), dict(made.parts)
    start = 0
    for path, part in source.parts:
        places = range(start, start + len(part.slots))
        start = places.stop
        if _at(stored.data, path) == _at(made.data, path):
            continue
        words, again = (parts[path].segments if path in parts else () for parts in (there, here))
        if not len(words) == len(again) == len(places):
            yield from places  # it cannot be told which of them it is
            continue
        differing = [place for place, *both in zip(places, words, again, strict=True) if both[0] != both[1]]
        yield from differing or (
            place for place, one in zip(places, words, strict=True) if one != said[place]
        )


def _at(data: Any, path: Path) -> object:
    """What stands there; None where nothing does."""
    try:
        return reduce(getitem, path, data)
    except (KeyError, IndexError, TypeError):
        return None
