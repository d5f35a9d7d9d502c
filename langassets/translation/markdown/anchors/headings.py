"""The headings of a Markdown document: where each stands, what generators read in it, and which ids are there
already."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from langassets.errors import InputError
from langassets.translation.markdown.anchors.slugs import Named, Slugs, ids_of
from langassets.translation.markdown.blocks import Kind, Leaf, tokens_of
from langassets.translation.markdown.front_matter import blanked, front_matter
from langassets.translation.markdown.links import without_fences


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. `start` is where its first line begins, or its tag in raw HTML; `end` where the line after
    it begins. `prefix` is what stands before it on its line, None where that begins a list item.

    `text` is as most generators read it, `bare` without descriptions of images and emoji by name; `given` is
    the id that the source gives it. `is_title` is one with nothing but front matter before it.
    """

    start: int
    end: int
    prefix: str | None
    text: str
    bare: str
    given: str | None = None
    is_title: bool = False
    is_html: bool = False


def headings_of(source: str) -> list[Heading]:
    """The headings in order, those in raw HTML included; none of a text that takes too long to parse."""
    begin, _ = front_matter(source)
    try:
        tokens, env = tokens_of(blanked(source, begin))
    except InputError:
        return []
    starts = [found.end() for found in re.finditer(r"\A|\r\n|\r|\n", source)] + [len(source)]
    found = [
        replace(_heading(source, starts, opening, inline, env), is_title=number == 0)
        for number, (opening, inline) in enumerate(pairwise(tokens))
        if opening.type == "heading_open"
    ]
    return sorted([*found, *_in_html(source, env["leaves"])], key=lambda heading: heading.start)


def given_ids(source: str) -> frozenset[str]:
    """The ids that a document gives by itself: in attributes, in tags, as MyST's targets."""
    groups = (found.groups() for found in _GIVEN.finditer(without_fences(source)))
    return frozenset(name for names in groups for name in names if name)


def by_fragment(headings: Sequence[Heading], slugs: Slugs, fragments: Set[str]) -> dict[str, Heading]:
    """Which heading each of the fragments leads to by the rule of a generator, or by another's where that
    does not know it; those that lead to none are left out."""
    found: dict[str, Heading] = {}
    for rule, every, named in _readings(headings, slugs):
        if fragments <= found.keys():
            break
        for name, heading in zip(ids_of(named, rule), every, strict=True):
            if name in fragments:
                found.setdefault(name, heading)
    return found


def _readings(
    headings: Sequence[Heading], slugs: Slugs
) -> Iterator[tuple[Slugs, Sequence[Heading], Sequence[Named]]]:
    """The ways to read headings, the most likely first: by which rule, which of them, and their texts."""
    markdown = [one for one in headings if not one.is_html]
    for rule in dict.fromkeys([*_rules(slugs), *_rules(Slugs.AUTO)]):
        # GitHub gives headings in raw HTML ids too; what else goes by its rule does not always parse them.
        both = rule is Slugs.GITHUB and len(markdown) < len(headings)
        for every in (headings, markdown) if both else (markdown,):
            yield rule, every, [(one.text, one.given) for one in every]
            if any(one.bare != one.text for one in every):
                yield rule, every, [(one.bare, one.given) for one in every]


def ids_by_place(headings: Sequence[Heading], slugs: Slugs) -> list[set[str]]:
    """The ids that each heading may have, by every rule that `slugs` leaves open."""
    every = [ids_of([(one.text, one.given) for one in headings], rule) for rule in _rules(slugs)]
    return [set(names) for names in zip(*every, strict=True)]


def _rules(slugs: Slugs) -> tuple[Slugs, ...]:
    return (Slugs.GITHUB, Slugs.MKDOCS, Slugs.VITEPRESS) if slugs in (Slugs.AUTO, Slugs.OFF) else (slugs,)


_GIVEN = re.compile(
    r"""<[A-Za-z][^<>]*?\s(?:id|name)\s*=\s*(?:"([^"<>]+)"|'([^'<>]+)'|([^\s"'<>=`]+))
      | \{[^{}\n]*\#([^\s{}\#]+)[^{}\n]*\}
      | \{/\*[ \t]*\#?([\w:.-]+)[ \t]*\*/\}
      | ^\(([^()\s]+)\)=[ \t\r]*$""",
    re.VERBOSE | re.MULTILINE,
)
_ATTRIBUTES = re.compile(
    r"""(?<![ \t])[ \t]*(?:\{(?P<list>[:#.][^{}]*|[ \t]+\#[^{}]*)\}
        | \{/\*[ \t]*\#?(?P<comment>[\w:.-]+)[ \t]*\*/\})[ \t]*\Z""",
    re.VERBOSE,
)
_EMOJI = re.compile(r":[a-z0-9_+-]+:")
_HTML_HEADING = re.compile(r"<h([1-6])(?:\s[^<>]*)?>(?P<text>(?:[^<]|<(?!/?h[1-6]))*+)</h\1\s*>", re.I)
_PREFIX = re.compile(r"[ \t>]*")


def _heading(
    source: str, starts: Sequence[int], opening: Token, inline: Token, env: dict[str, object]
) -> Heading:
    assert opening.map
    start, end = starts[opening.map[0]], starts[min(opening.map[1], len(starts) - 1)]
    content = inline.content
    attributes = _ATTRIBUTES.search(content)
    given = None
    if attributes:
        content = content[: attributes.start()]
        listed = re.search(r"#([^\s{}#.]+)", attributes["list"] or "")
        given = attributes["comment"] or (listed[1] if listed else None)
    prefix = _PREFIX.match(source, start)
    assert prefix
    sign = "#" if opening.markup.startswith("#") else content.split("\n", 1)[0].rstrip()
    alone = source.startswith(sign, prefix.end())
    children = _inline().parseInline(content, env)[0].children or []
    text, bare = ("".join(_text(children, bare=bare)).strip() for bare in (False, True))
    return Heading(start, end, prefix[0] if alone else None, text, bare, given)


def _in_html(source: str, leaves: Sequence[Leaf]) -> Iterator[Heading]:
    for leaf in leaves:
        if leaf.kind is Kind.HTML:
            for found in _HTML_HEADING.finditer(source, leaf.lines[0][0], leaf.lines[-1][1]):
                text = re.sub(r"<[^<>]*>", "", found["text"]).strip()
                given = _GIVEN.match(found[0][: found.start("text") - found.start()])
                name = next(filter(None, given.groups()), None) if given else None
                yield Heading(*found.span(), "", text, text, name, is_html=True)


def _text(tokens: Sequence[Token], *, bare: bool) -> Iterator[str]:
    """What is read of an inline text."""
    for token in tokens:
        if token.type == "image" and not bare:
            yield from _text(token.children or [], bare=bare)
        elif token.type == "code_inline":
            yield token.content
        elif token.type == "text":
            yield _EMOJI.sub("", token.content) if bare else token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "


@cache
def _inline() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("strikethrough")
