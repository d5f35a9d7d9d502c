"""Which variant of a language serves which language in use: the exact one first, however they are ordered."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from langassets.locales import distance, is_as_good, same_language, without_region


class Serving(NamedTuple):
    """The language that a variant is kept under, and whether it is another one than was asked for."""

    target: str
    is_near: bool


def servings(tags: Sequence[str], used: Collection[str]) -> Iterator[Serving | None]:
    """For each of a unit's variants, by BCP-47 tag, what it is kept under.

    A language in `used` is served by its own tag; else by the one that CLDR's matching says is nearest, the
    first of equals. What serves none is kept under its own tag, for when that is in use; None where another
    of the unit stands there already. A variant of a language in use is never spread over others.
    """
    wanted = [_wanted(tag, used) for tag in tags]
    best: dict[str, int] = {}
    for index, target in enumerate(wanted):
        if target not in best or _rank(target, tags[index]) < _rank(target, tags[best[target]]):
            best[target] = index
    taken = set(best)
    for index, (tag, target) in enumerate(zip(tags, wanted, strict=True)):
        if best[target] == index:
            yield Serving(target, not is_as_good(target, tag))
        elif tag != target and (own := without_region(tag)) not in taken:
            taken.add(own)
            yield Serving(own, False)
        else:
            yield None


def nearest(tags: Sequence[str], language: str) -> int | None:
    """Which of a unit's variants is the language itself, or nearest to it; None where none is."""
    those = [index for index, tag in enumerate(tags) if same_language(tag, language)]
    return min(those, key=lambda index: _rank(language, tags[index]), default=None)


def _wanted(tag: str, used: Collection[str]) -> str:
    if tag in used:
        return tag
    near = (one for one in used if same_language(one, tag))
    return min(near, key=lambda one: (*_rank(one, tag), one), default=without_region(tag))


def _rank(wanted: str, tag: str) -> tuple[bool, int]:
    return tag != wanted, distance(wanted, tag)
