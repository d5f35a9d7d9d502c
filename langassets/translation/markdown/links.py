"""The addresses in a Markdown document, and the files that the relative ones lead to.

Found where a renderer finds them, never in code: behind links and images, in definitions of references, in
the attributes of HTML, and as pictures that the front matter names.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

from markdown_it.common.utils import normalizeReference, unescapeAll

from langassets.translation.markdown.blocks import Kind, leaves_of
from langassets.translation.markdown.front_matter import blanked, front_matter
from langassets.translation.markdown.inline import BlockText, protected_parts
from langassets.translation.markdown.patterns import Syntax
from langassets.translation.markdown.pieces import replaced
from langassets.translation.markdown.stretches import stretches_of


class Address(NamedTuple):
    """An address: where it stands in the source (start and end in characters, as for a slice), and what it
    says once escapes and entities are read."""

    start: int
    end: int
    text: str


class Target(NamedTuple):
    """What a relative address leads to: a path below the lessons' folder, with slashes, and what follows the
    path (`?query#fragment`, or nothing)."""

    path: str
    rest: str


# A relative address with an ending that no Markdown file has, where addresses stand; in code it is found too.
_RELATIVE = r"(?![A-Za-z][\w+.-]*:|[/\\{#?])"
_ENDS = r"\.(?!(?:md|markdown|mdx)\b)[A-Za-z0-9]{1,8}(?:[?#][^\s\"'()<>]*)?[\s\"')>]"
_MAY_LEAD_TO_A_FILE = re.compile(
    rf"""\](?:\(|:)[\s>]*+(?:<{_RELATIVE}[^<>\n]*?|{_RELATIVE}[^\s<>]*?){_ENDS}
      | (?:src|href|poster)\s*=\s*["']?{_RELATIVE}[^"'<>\n]*?{_ENDS}""",
    re.IGNORECASE | re.VERBOSE,
)
_PICTURE = re.compile(
    r"""^[\ \t-]*+[\w-]++[\ \t]*+[:=][\ \t]*+["']?
        (?P<address>[^\s"':\#][^"'\n:\#]*\.(?:png|jpe?g|gif|svg|webp|avif))["']?[\ \t\r]*+$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
_DEFINITION = re.compile(
    r"^[ \t>]*\[(?P<label>(?:[^\[\]\\\n]|\\.)+)\]:[ \t]*(?P<address><[^<>\n]*>|[^\s<]\S*)", re.MULTILINE
)
_FENCE = re.compile(
    r"^[ \t>]*+(?P<fence>`{3,}+|~{3,}+)[^\n]*+\n.*?(?:^[ \t>]*+(?P=fence)[^\n]*+$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""\s(?:src|href|poster)\s*=\s*(?:"(?P<a>[^"]*)"|'(?P<b>[^']*)'|(?P<c>[^\s"'<>=`]+))""", re.I
)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/|\\|\{|#|\?|\Z")


def may_lead_to_files(source: str) -> bool:
    """Whether an address may lead to a file that is no Markdown; a quick look, which takes code for prose."""
    return bool(_MAY_LEAD_TO_A_FILE.search(f"{source}\n") or _PICTURE.search(source))


def addresses_in(source: str) -> list[Address]:
    """Every address, in order. Raises `InputError` for a text that takes too long to parse."""
    end, _ = front_matter(source)
    found = {span: source[slice(*span)] for span in _spans(source, end)}
    return [Address(*span, unescapeAll(text)) for span, text in sorted(found.items())]


def with_addresses(source: str, change: Callable[[str], str | None]) -> str:
    """`source` with each address as `change` makes it of what it says (None: as it was)."""
    changes = ((start, end, text, change(text)) for start, end, text in addresses_in(source))
    return replaced(
        source, ((start, end, new) for start, end, text, new in changes if new not in (None, text))
    )


def without_fences(source: str) -> str:
    """`source` with blanks in place of what stands in fences, but for the ends of lines."""
    return _FENCE.sub(lambda fence: re.sub(r"[^\n]", " ", fence[0]), source)


def target_of(address: str, path: str) -> Target | None:
    """Where an address in the document at `path` leads to; None for one that is not relative, or leads out of
    the folder."""
    if _ELSEWHERE.match(address):
        return None
    place = re.split(r"[?#]", address, maxsplit=1)[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(place)))
    return None if target.startswith("..") or "\0" in target else Target(target, address[len(place) :])


def relative_address(target: Target, path: str) -> str:
    """The address, in the document at `path`, that leads to `target`."""
    return quote(posixpath.relpath(target.path, posixpath.dirname(path) or "."), safe="/~@+,=") + target.rest


def _spans(source: str, end: int) -> Iterator[tuple[int, int]]:
    for picture in _PICTURE.finditer(source, 0, end):
        yield picture.span("address")
    leaves, references = leaves_of(blanked(source, end))
    for leaf in leaves:
        if leaf.kind is Kind.HTML:
            yield from _in_block(source, leaf.lines, Syntax.HTML)
        for lines, _ in stretches_of(source, leaf):
            yield from _in_block(source, lines, Syntax.MARKDOWN)
    for definition in _DEFINITION.finditer(without_fences(source), end) if references else ():
        if normalizeReference(definition["label"]) in references:
            yield _bare(source, *definition.span("address"))


def _in_block(source: str, lines: Sequence[tuple[int, int]], syntax: Syntax) -> Iterator[tuple[int, int]]:
    around = source[lines[0][0] : lines[-1][1]] if lines else ""
    if "](" not in around and "<" not in around:
        return
    block = BlockText(source, lines)
    for part in protected_parts(block, syntax):
        if part.kind == "address":
            yield _bare(source, *block.span(part.start, part.end))
        elif part.kind == "tag":
            for attribute in _ATTRIBUTE.finditer(block.content, part.start, part.end):
                start, end = attribute.span(attribute.lastgroup or 0)
                if start < end:
                    yield block.span(start, end)


def _bare(source: str, start: int, end: int) -> tuple[int, int]:
    """Without the angle brackets around it."""
    return (start + 1, end - 1) if source[start] == "<" and source[end - 1] == ">" else (start, end)
