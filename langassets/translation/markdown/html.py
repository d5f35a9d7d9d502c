"""Raw HTML blocks: the text between their tags, cut at everything that starts a new box on the page."""

import re
from collections.abc import Iterable, Iterator

from langassets.translation.markdown.inline import BlockText, Part

# Elements that sit within a sentence (HTML Standard, phrasing content); every other tag ends it.
_INLINE_NAMES = """
    a abbr b bdi bdo big br cite code data del dfn em font i img ins kbd mark q rp rt ruby s samp small
    span strike strong sub sup time tt u var wbr
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_SILENT = frozenset({"script", "style", "pre", "textarea", "svg", "math", "noscript", "template", "iframe"})
_TAG_NAME = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)[^<>]*+>")


Tag = tuple[Part, bool, str]
"""A part, whether it is a closing tag, and the name of the tag; '' where it is none."""


def tags_of(parts: Iterable[Part]) -> list[Tag]:
    """The parts of an HTML block, with what is known of them as tags."""
    found = [(part, _TAG_NAME.match(part.text) if part.kind == "tag" else None) for part in parts]
    return [(part, bool(tag[1]), tag[2].lower()) if tag else (part, False, "") for part, tag in found]


def sentences_of(block: BlockText, tags: Iterable[Tag]) -> Iterator[tuple[int, int, list[Part]]]:
    """The stretches of an HTML block's content that hold a sentence each, and the parts within it."""
    start, silent = 0, ""
    within: list[Part] = []
    previous: Part | None = None
    for part, closing, name in tags:
        if silent:
            if closing and name == silent:
                silent, start = "", part.end
        elif part.kind in ("tag", "comment") and name not in _INLINE:
            yield start, part.start, within
            start, within = part.end, []
            silent = name if name in _SILENT and not closing else ""
        else:
            if previous and not closing and _starts_a_line(block, previous, part):
                yield start, previous.end, within
                start, within = part.start, []
            within.append(part)
        previous = part
    if not silent:
        yield start, len(block.content), within


def visible(tags: Iterable[Tag]) -> Iterator[Part]:
    """The parts of an HTML block but for those within elements whose content is none to read."""
    silent = ""
    for part, closing, name in tags:
        if silent:
            silent = "" if closing and name == silent else silent
        else:
            yield part
            silent = name if name in _SILENT and not closing else ""


def _starts_a_line(block: BlockText, previous: Part, part: Part) -> bool:
    """Whether one element ends on a line and another begins the next: two boxes, not one sentence."""
    if previous.kind not in ("tag", "code") or part.kind not in ("tag", "code"):
        return False
    between = block.content[previous.end : part.start]
    return "\n" in between and not between.strip()
