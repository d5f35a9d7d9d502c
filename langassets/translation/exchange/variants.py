"""Which variant of a language serves which language in use: the exact one first, however they are ordered."""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

from langassets.locales import (
    distance,
    is_as_good,
    is_language_code,
    same_language,
    tag_of,
    without_region,
)


class Roles(NamedTuple):
    """What the variants of a unit are, by their languages: how many are in none that is known, which is the
    source (the language itself, or nearest to it), and the tags of those that are translations of it."""

    unknown: int
    source: int | None
    targets: dict[int, str]


# A file's units are mostly in the same languages.
@lru_cache(maxsize=1024)
def roles(languages: tuple[str, ...], wanted: str) -> Roles:
    """The roles of variants in these languages, where the source is to be in the `wanted` one."""
    known = {index: tag_of(one) for index, one in enumerate(languages) if is_language_code(one)}
    sources = [index for index, tag in known.items() if same_language(tag, wanted)]
    source = min(sources, key=lambda index: _rank(wanted, known[index]), default=None)
    targets = {index: tag for index, tag in known.items() if index not in sources}
    return Roles(len(languages) - len(known), source, targets)


class Serving(NamedTuple):
    """The language that a variant is kept under, and whether it is another one than was asked for."""

    target: str
    is_near: bool


@lru_cache(maxsize=1024)
def servings(tags: tuple[str, ...], used: frozenset[str]) -> list[Serving | None]:
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
    taken, found = set(best), list[Serving | None]()
    for index, (tag, target) in enumerate(zip(tags, wanted, strict=True)):
        if best[target] == index:
            found.append(Serving(target, not is_as_good(target, tag)))
        elif tag != target and (own := without_region(tag)) not in taken:
            taken.add(own)
            found.append(Serving(own, False))
        else:
            found.append(None)
    return found


def _wanted(tag: str, used: Collection[str]) -> str:
    if tag in used:
        return tag
    near = (one for one in used if same_language(one, tag))
    return min(near, key=lambda one: (*_rank(one, tag), one), default=without_region(tag))


def _rank(wanted: str, tag: str) -> tuple[bool, int]:
    return tag != wanted, distance(wanted, tag)
