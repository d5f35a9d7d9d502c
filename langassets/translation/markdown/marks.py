"""Markdown's inline marks, as a parser counts them, and what lets them stand where no spaces are written.

A mark closes only where what is around it tells it from one that opens (CommonMark 6.2), which asks for a
space or a sign on its outer side when a sign is on its inner side. Chinese, Japanese and Korean have neither
there: `**注意：**以下` is not bold. What is invisible and no sign, on the inner side, makes it so. And marks
of underscores close nowhere before a letter, where those of asterisks do.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.token import Token

from langassets.translation.markdown.escaping import INVISIBLE, TAG

MARKS = {
    "strong_open": "bold text (**)",
    "em_open": "emphasized text (* or _)",
    "s_open": "struck-out text (~~)",
    "link_open": "link",
    "image": "image",
    "code_inline": "code (`)",
    "html_inline": "HTML tag",
}
"""What is counted, and what to call it."""

_SIGNS = re.compile("[*_~]")
_RUN = re.compile(r"\\.|(?P<run>\*+|~~)", re.DOTALL)
_UNDERSCORES = re.compile(r"\\.|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9_])", re.DOTALL)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("strikethrough")
    # A link that this parser would not follow, `javascript:` for one, is a link to another.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


@lru_cache(maxsize=1024)
def marks_in(text: str) -> Counter[str]:
    """How many there are of each of `MARKS`; our own tags do not count."""
    # They are valid HTML, and valid addresses in `[text](<x1/>)`: the parser takes them as they are.
    without_tags = TAG.sub("", text)
    if not any(sign in without_tags for sign in "*_~[`<"):
        return Counter()
    return Counter(_kinds(_parser().parseInline(text)))


def flanked(source: str, translation: str) -> str:
    """`translation`, with what lets its marks count as the source's do; as it is where that is not needed, or
    does not help."""
    if not _SIGNS.search(translation):
        return translation
    starred = _UNDERSCORES.sub(lambda found: found[0].replace("_", "*"), translation)
    others = [other for other in (_joined(translation), _joined(starred)) if other != translation]
    if not others:
        return translation
    wanted = marks_in(source)
    return next((text for text in (translation, *others) if marks_in(text) == wanted), translation)


def _joined(text: str) -> str:
    """`text` with each mark able to close where one like it is open, and to open elsewhere."""
    opened: list[str] = []

    def joined(match: re.Match[str]) -> str:
        run = match["run"]
        before, after = (
            text[match.start() - 1 : match.start()] or " ",
            text[match.end() : match.end() + 1] or " ",
        )
        closes = run in opened
        inner, outer = (before, after) if closes else (after, before)
        if not run or isWhiteSpace(ord(inner)):
            return match[0]
        if closes:
            del opened[opened.index(run) :]
        else:
            opened.append(run)
        if not _is_sign(inner) or _is_sign(outer) or isWhiteSpace(ord(outer)):
            return run
        return INVISIBLE + run if closes else run + INVISIBLE

    return _RUN.sub(joined, text)


def _is_sign(character: str) -> bool:
    return isPunctChar(character) or isMdAsciiPunct(ord(character))


def _kinds(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        for child in token.children or []:
            if child.type == "image":
                yield from _kinds([child])
            if child.type in MARKS and not (child.type == "html_inline" and TAG.fullmatch(child.content)):
                yield child.type
