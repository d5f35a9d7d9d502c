"""Titles of reference definitions: `[map]: map.md "An old map"`."""

import re
from functools import partial

from markdown_it.common.utils import unescapeAll

from langassets.translation.markdown.inline import BlockText
from langassets.translation.markdown.values import Value

# CommonMark 4.7, of what a parser has already taken for a definition.
_DEFINITION = re.compile(
    r"""\[(?P<label>(?:[^\[\]\\]|\\.)++)\]:\s*+(?P<address><[^<>\n]*+>|[^\s<]\S*+)\s++
        (?P<title>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|\((?:[^()\\]|\\.)*+\))\s*+\Z""",
    re.VERBOSE | re.DOTALL,
)
# `[//]: # (a comment)`, and what else is written so that no reader sees it.
_COMMENT = re.compile(r"\W*\Z|_+\Z|comments?\Z", re.IGNORECASE)
# A backslash that would escape, and an ampersand that would begin an entity.
_SPECIAL = re.compile(r"\\(?=[!-/:-@\[-`{-~])|\\\Z|&(?=#|\w)")


def definition_title(block: BlockText) -> Value | None:
    """The title of the definition that a block holds, None for none, and where it says a comment."""
    found = _DEFINITION.match(block.content)
    if not found or (_COMMENT.match(found["label"]) and found["address"] in ("#", "<>")):
        return None
    text = unescapeAll(found["title"][1:-1])
    return Value(*block.span(*found.span("title")), text, partial(_quoted, found["title"][0]))


def _quoted(quote: str, text: str) -> str:
    """A title between quotes that it does not hold itself: some renderers know no escaped ones."""
    text = _SPECIAL.sub(lambda sign: "\\\\" if sign[0] == "\\" else "&amp;", text).replace("|", "&#124;")
    usable = [one for one in (quote, '"', "'") if one != "(" and one not in text]
    return f"{usable[0]}{text}{usable[0]}" if usable else '"' + text.replace('"', "&quot;") + '"'
