"""Links from one lesson of a folder to another: which lesson, and which heading in it."""

import posixpath
import re
from collections.abc import Container, Iterator
from typing import NamedTuple
from urllib.parse import unquote

from langassets.translation.markdown.links import addresses_in, target_of

_ENDINGS = (".md", ".mdx", ".markdown")
_HOMES = ("", "/index", "/README", "/readme", "/_index")
_LIKE_AN_ADDRESS = re.compile(r"(?:\]\(\s*|\]:\s*|href\s*=\s*)[<\"']?([^\s)>\"']+)", re.IGNORECASE)


class LessonLink(NamedTuple):
    """A link that leads to a lesson, or would if there were one: `path` is that of the lesson's file, None
    where there is none, `fragment` what follows the `#`, '' for nothing, and `address` as it was written."""

    path: str | None
    fragment: str
    address: str


def lesson_links(source: str, path: str, lessons: Container[str]) -> Iterator[LessonLink]:
    """Those links of the lesson at `path` to `lessons`, itself included, that name a heading or lead to
    nothing. Raises `InputError` as `addresses_in` does."""

    def link(address: str) -> LessonLink | None:
        found = lesson_link(address, path, lessons)
        return found if found and (found.fragment or found.path is None) else None

    # Most lessons have none, and need not be parsed.
    if any(link(found[1]) for found in _LIKE_AN_ADDRESS.finditer(source)):
        yield from filter(None, (link(address.text) for address in addresses_in(source)))


def lesson_link(address: str, path: str, lessons: Container[str]) -> LessonLink | None:
    """What an address in the lesson at `path` leads to; None where that can be no lesson, or need be none."""
    place, _, fragment = address.partition("#")
    fragment, place = unquote(fragment), place.partition("?")[0]
    if not place:
        return LessonLink(path, fragment, address) if fragment else None
    for candidate in _candidates(place, path):
        if found := _lesson_at(candidate, lessons):
            return LessonLink(found, fragment, address)
    ending = posixpath.splitext(place)[1].lower()
    is_relative = target_of(place, path) is not None
    is_lost = is_relative and (ending in _ENDINGS or (fragment and not ending))
    return LessonLink(None, fragment, address) if is_lost else None


def _candidates(place: str, path: str) -> Iterator[str]:
    """Paths below the folder: beside the file, below the folder, and as an address of a page that a generator
    gives a folder of its own."""
    if place.startswith("/"):
        yield unquote(place).strip("/")
        return
    own_folder = (
        path if re.search(r"(?:\A|/)(?:index|README)\.", path) else f"{posixpath.splitext(path)[0]}/x"
    )
    for at in (path, own_folder):
        if target := target_of(place, at):
            yield target.path


def _lesson_at(path: str, lessons: Container[str]) -> str | None:
    stem, ending = posixpath.splitext(path)
    if ending.lower() in _ENDINGS:
        return path if path in lessons else None
    base = stem if ending == ".html" else path
    every = (f"{base}{home}{one}".lstrip("/").removeprefix("./") for home in _HOMES for one in _ENDINGS)
    return next((one for one in every if one in lessons), None)
