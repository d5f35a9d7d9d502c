"""Anchors for headings that links lead to: a translated heading has another slug, the links have its old one.

The anchor is raw HTML, which CommonMark passes on: a paragraph of its own before the heading, or behind a
document's title, which generators look for at the very beginning. So no link needs a change, wherever it
stands, nor when the heading's translation changes later.
"""

import html
import re
from collections.abc import Collection, Iterable
from operator import itemgetter
from urllib.parse import unquote

from langassets.errors import InputError
from langassets.translation.markdown.anchors.headings import (
    Heading,
    by_fragment,
    given_ids,
    headings_of,
    ids_by_place,
)
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.markdown.links import addresses_in
from langassets.translation.markdown.pieces import Change

_MAY_LEAD_TO_HEADINGS = re.compile(
    r"""(?:\]\(\s*<?|^[ \t>]*\[[^\]\n]+\]:\s*<?|href\s*=\s*["']?)#""", re.I | re.M
)


def in_page_fragments(source: str) -> frozenset[str]:
    """The fragments that links of a document name in itself; none of a text that takes too long to parse."""
    if not _MAY_LEAD_TO_HEADINGS.search(source):
        return frozenset()
    try:
        every = addresses_in(source)
    except InputError:
        return frozenset()
    return frozenset(unquote(one.text[1:]) for one in every if one.text.startswith("#")) - {""}


def anchors(source: str, fragments: Collection[str], slugs: Slugs = Slugs.AUTO) -> list[Change]:
    """What is to be put into a document, in order, so that links with these fragments lead to its headings
    whatever these say. What has such an id already needs nothing."""
    if slugs is Slugs.OFF or not fragments:
        return []
    return _insertions(source, _led_to(source, fragments, slugs))


def anchors_for(
    text: str, source: str, fragments: Collection[str], slugs: Slugs = Slugs.AUTO
) -> list[Change]:
    """The same for a translated `text`, by the headings of its `source`; nothing where it has not as many of
    them, nor for those that have the same id in both by every rule that may hold."""
    if slugs is Slugs.OFF or not fragments:
        return []
    before, after = headings_of(source), headings_of(text)
    if len(before) != len(after):
        return []
    named = ids_by_place(after, slugs)
    places = {heading: place for place, heading in enumerate(before)}
    led = _led_to(source, set(fragments) - given_ids(text), slugs)
    there = ((name, places[heading]) for name, heading in led)
    return _insertions(text, ((name, after[place]) for name, place in there if named[place] != {name}))


def missing(source: str, fragments: Collection[str], slugs: Slugs = Slugs.AUTO) -> list[str]:
    """Those of the fragments that lead to nothing in a document."""
    led = {name for name, _ in _led_to(source, fragments, slugs)}
    return sorted(set(fragments) - led - given_ids(source) - {"", "top"})


def _led_to(source: str, fragments: Collection[str], slugs: Slugs) -> list[tuple[str, Heading]]:
    wanted = set(fragments) - given_ids(source)
    return sorted(by_fragment(headings_of(source), slugs, wanted).items()) if wanted else []


def _insertions(text: str, led: Iterable[tuple[str, Heading]]) -> list[Change]:
    found: dict[Heading, list[str]] = {}
    for name, heading in led:
        found.setdefault(heading, []).append(name)
    made = (_anchor(text, heading, names) for heading, names in found.items())
    return sorted(((offset, offset, new) for offset, new in filter(None, made)), key=itemgetter(0))


def _anchor(source: str, heading: Heading, names: Collection[str]) -> tuple[int, str] | None:
    """Where it stands, and how; None where there is no room for one: at the beginning of a list's item."""
    quoted = [html.escape(name) for name in names]
    if heading.is_html:
        return None if heading.given else (heading.start + len("<h1"), f' id="{quoted[0]}"')
    if heading.prefix is None:
        return None
    line = heading.prefix + "".join(f'<a id="{name}"></a>' for name in quoted)
    blank = heading.prefix.rstrip()
    ending = "\r\n" if "\r\n" in source else "\n"
    if heading.is_title:
        before = "" if source[: heading.end].endswith(("\n", "\r")) else ending
        after = [""] if _BLANK_LINE.match(source, heading.end) else [blank, ""]
        return heading.end, before + ending.join([blank, line, *after])
    first = [] if _is_blank_before(source, heading.start) else [blank]
    return heading.start, ending.join([*first, line, blank, ""])


def _is_blank_before(source: str, offset: int) -> bool:
    end = max(offset - (2 if source.startswith("\r\n", offset - 2) else 1), 0)
    start = max(source.rfind("\n", 0, end), source.rfind("\r", 0, end)) + 1
    return not source[start:end].strip(" \t>")


_BLANK_LINE = re.compile(r"[ \t>]*(?:[\r\n]|\Z)")
