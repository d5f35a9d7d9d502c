"""Markdown's inline marks: as much bold, emphasis and strike-through, as many links and images as before."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from langassets.translation.checks.pair import Pair
from langassets.translation.markdown.placing import TAG

_NAMES = {
    "strong_open": "bold text (**)",
    "em_open": "emphasized text (* or _)",
    "s_open": "struck-out text (~~)",
    "link_open": "link",
    "image": "image",
    "code_inline": "code (`)",
    "html_inline": "HTML tag",
}


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("strikethrough")
    # A link that this parser would not follow, `javascript:` for one, is a link to another.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def markup(pair: Pair) -> Iterator[str]:
    """The same number of each kind of mark, as a Markdown parser counts them."""
    before, after = _marks(pair.source), _marks(pair.translation)
    for kind, name in _NAMES.items():
        if before[kind] != after[kind]:
            yield f"{name}: {before[kind]} in the source, {after[kind]} in the translation"


def _marks(text: str) -> Counter[str]:
    # Our own tags are valid HTML, and valid addresses in `[text](<x1/>)`: the parser takes them as they are.
    if not any(sign in text for sign in "*_~[`<"):
        return Counter()
    tokens = _parser().parseInline(text)
    return Counter(_kinds(tokens))


def _kinds(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        for child in token.children or []:
            if child.type == "image":
                yield from _kinds([child])
            if child.type in _NAMES and not (child.type == "html_inline" and TAG.fullmatch(child.content)):
                yield child.type
