"""Raw HTML blocks: the text between their tags, cut at everything that starts a new box on the page."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from langassets.translation.markdown.inline import BlockText, Part

# Elements that sit within a sentence (HTML Standard, phrasing content); every other tag ends it.
_INLINE_NAMES = """
    a abbr b bdi bdo big br cite code data del dfn em font i img ins kbd mark q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_SILENT = frozenset({"script", "style", "pre", "textarea", "svg", "math", "noscript", "template", "iframe"})
_TAG_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)[^<>]*+>")


class Tag(NamedTuple):
    """A part, and what is known of it as a tag: whether it closes, its name ('' for none), and where what is
    to read goes on behind it: behind its whole element, where nobody reads what is in that."""

    part: Part
    closes: bool
    name: str
    end: int


def tags_of(block: BlockText, parts: Iterable[Part]) -> list[Tag]:
    """The parts of an HTML block but for those within elements whose content is none to read."""
    tags: list[Tag] = []
    silent = ""
    for part in parts:
        found = _TAG_NAME.match(part.text) if part.kind == "tag" else None
        closes, name = (bool(found[1]), found[2].lower()) if found else (False, "")
        if not silent:
            silent = name if name in _SILENT and not closes else ""
            tags.append(Tag(part, closes, name, len(block.content) if silent else part.end))
        elif closes and name == silent:
            silent = ""
            tags[-1] = tags[-1]._replace(end=part.end)
    return tags


def sentences_of(block: BlockText, tags: Iterable[Tag]) -> Iterator[tuple[int, int, list[Part]]]:
    """The stretches of an HTML block's content that hold a sentence each, and the parts within it."""
    start = 0
    within: list[Part] = []
    previous: Tag | None = None
    for tag in tags:
        part = tag.part
        if part.kind in ("tag", "comment") and tag.name not in _INLINE:
            yield start, part.start, within
            start, within = tag.end, []
        else:
            if previous and not tag.closes and _starts_a_line(block, previous, part):
                yield start, previous.end, within
                start, within = part.start, []
            within.append(part)
        previous = tag
    yield start, len(block.content), within


def _starts_a_line(block: BlockText, previous: Tag, part: Part) -> bool:
    """Whether one element ends on a line and another begins the next: two boxes, not one sentence."""
    if previous.part.kind not in ("tag", "code") or part.kind not in ("tag", "code"):
        return False
    between = block.content[previous.end : part.start]
    return "\n" in between and not between.strip()
