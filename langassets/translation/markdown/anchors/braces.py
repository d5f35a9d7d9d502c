"""Ids in braces, `## Title {#id}`, in place of anchors: for generators that know them, and that hold links
against these alone (Docusaurus does)."""

import html
import re
from collections.abc import Collection

from langassets.translation.markdown.anchors.headings import Heading, headings_of

_END = r"(?:\r\n|\n|\r)"
_ANCHORS = r"(?P<anchors>(?:<a id=\"[^\"<>]+\"></a>)+)[ \t]*"
_ID = re.compile(r"<a id=\"([^\"<>]+)\"></a>")
# What ends a heading's text: in its only line, or in the line before the one that underlines it.
_TAIL = re.compile(r"(?:[ \t]+\#+)?[ \t]*(?:\r\n|\n|\r|\Z)")
_PLAIN = re.compile(r"[^\s{}=#\"'<>&|]+")


def in_braces(text: str, fragments: Collection[str]) -> str:
    """`text` with the ids of anchors in braces behind their headings, where an anchor stands for one of these
    fragments alone."""
    if "<a id=" in text:
        for heading in reversed(headings_of(text)):
            if heading.prefix is not None and not heading.is_html and heading.given is None:
                text = _in_braces(text, heading, heading.prefix, fragments)
    return text


def _in_braces(text: str, heading: Heading, before: str, fragments: Collection[str]) -> str:
    prefix, blank = re.escape(before), re.escape(before.rstrip()) + r"[ \t]*"
    start, end = heading.start, heading.end
    # The paragraph of the anchor, and the blank line between it and the heading.
    if heading.is_title:
        found = re.compile(rf"{blank}{_END}{prefix}{_ANCHORS}(?:{_END}|\Z)").match(text, end)
    else:
        begin = max(text.rfind("<a id=", 0, start), 0)
        begin = max(text.rfind("\n", 0, begin), text.rfind("\r", 0, begin)) + 1
        found = re.compile(rf"{prefix}{_ANCHORS}{_END}{blank}{_END}\Z").match(text, begin, start)
    names = [html.unescape(name) for name in _ID.findall(found["anchors"])] if found else []
    if not found or len(names) != 1 or names[0] not in fragments or not _PLAIN.fullmatch(names[0]):
        return text
    first, last = (start, found.end()) if heading.is_title else (found.start(), end)
    return text[:first] + _with_id(text[start:end], names[0]) + text[last:]


def _with_id(heading: str, name: str) -> str:
    lines = heading.splitlines(keepends=True)
    number = 0 if lines[0].lstrip(" \t>").startswith("#") else max(len(lines) - 2, 0)
    tail = _TAIL.search(lines[number])
    at = tail.start() if tail else len(lines[number])
    lines[number] = f"{lines[number][:at]} {{#{name}}}{lines[number][at:]}"
    return "".join(lines)
