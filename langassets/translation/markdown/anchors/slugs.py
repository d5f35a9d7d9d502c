"""The ids that site generators give headings: each generator's own rule, its own way to number what occurs
again, and which generator a folder of Markdown is made for, by what lies in it or beside it.

GitHub's rule is that of github-slugger 2, by which Docusaurus and rehype-slug go; MkDocs' is that of
Python-Markdown's `toc`; VitePress' that of @mdit-vue/shared with markdown-it-anchor.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import NamedTuple

Named = tuple[str, str | None]
"""A heading's text as it is read, and the id that it is given in the source, None for none."""


class Slugs(StrEnum):
    """Whose rule a link to a heading goes by. `AUTO` takes the folder's generator, else whichever fits; with
    `OFF` nothing is done about links to headings."""

    AUTO = "auto"
    GITHUB = "github"
    DOCUSAURUS = "docusaurus"
    VITEPRESS = "vitepress"
    MKDOCS = "mkdocs"
    OFF = "off"


def github(text: str) -> str:
    """The slug of a text; blanks are not joined."""
    if text.isascii():
        return re.sub(r"[^a-z0-9_ -]", "", text.lower()).replace(" ", "-")
    return "".join(filter(_is_word, text.lower())).replace(" ", "-")


def mkdocs(text: str) -> str:
    """The slug of a text, in ASCII alone: '' where it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def vitepress(text: str) -> str:
    """The slug of a text; signs part words, and what begins with a digit has a line before it."""
    plain = re.sub("[\u0300-\u036f\x00-\x1f]", "", unicodedata.normalize("NFKD", text))
    joined = re.sub(r"-{2,}", "-", _SIGNS.sub("-", plain)).strip("-")
    return re.sub(r"^([0-9])", r"_\1", joined).lower()


# JavaScript's `\s` has no U+0085, and has U+FEFF.
_SIGNS = re.compile(
    "(?:[^\\S\x85]|[\ufeff~`!@#$%^&*()\\-_+=\\[\\]{}|\\\\;:\"'\u201c\u201d\u2018\u2019<>,.?/])+"
)


# Letters in circles and squares, which Unicode has among its signs.
_LETTERS = re.compile("[\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189]")


def _is_word(character: str) -> object:
    """As in Ruby's `\\p{Word}`: letters, marks (the vowel signs of Hindi or Thai), digits, and what joins."""
    kind = unicodedata.category(character)
    return kind[0] in "LM" or kind in ("Nd", "Nl", "Pc") or character in "- " or _LETTERS.match(character)


def _numbered(slug_of: Callable[[str], str], knows_given: bool, headings: Iterable[Named]) -> Iterator[str]:
    """As GitHub and VitePress do it, the first of which does not know of ids that are given."""
    seen: dict[str, int] = {}
    for text, given in headings:
        slug = found = slug_of(text) if given is None else given
        while given is None and found in seen:
            seen[slug] += 1
            found = f"{slug}-{seen[slug]}"
        if given is None or knows_given:
            seen.setdefault(found, 0)
        yield found


def _numbered_by_mkdocs(headings: Sequence[Named]) -> Iterator[str]:
    seen = {given for _, given in headings if given is not None}
    for text, given in headings:
        found = mkdocs(text) if given is None else given
        while given is None and (found in seen or not found):
            last = re.match(r"(.*)_([0-9]+)$", found)
            found = f"{last[1]}_{int(last[2]) + 1}" if last else f"{found}_1"
        seen.add(found)
        yield found


_RULES: dict[Slugs, Callable[[Sequence[Named]], Iterator[str]]] = {
    Slugs.GITHUB: partial(_numbered, github, False),
    Slugs.DOCUSAURUS: partial(_numbered, github, False),
    Slugs.MKDOCS: _numbered_by_mkdocs,
    Slugs.VITEPRESS: partial(_numbered, vitepress, True),
}


def ids_of(headings: Sequence[Named], slugs: Slugs) -> list[str]:
    """The id of each of a document's headings by one generator's rule, which `slugs` must be."""
    return [*_RULES[slugs](headings)]


class Site(NamedTuple):
    """Whose slugs links to headings go by, and whether the generator knows ids in braces, `# Title {#id}`."""

    slugs: Slugs
    knows_braces: bool = False


# Names as `Path.glob` takes them. The folders above are looked through as well: docs/ lies beside them.
_MADE_FOR = (
    ("docusaurus.config.*", Site(Slugs.DOCUSAURUS, knows_braces=True)),
    (".vitepress", Site(Slugs.VITEPRESS, knows_braces=True)),
    ("mkdocs.y*ml", Site(Slugs.MKDOCS)),
    ("book.toml", Site(Slugs.GITHUB, knows_braces=True)),
    ("hugo.*ml", Site(Slugs.GITHUB, knows_braces=True)),
)
_FOLDERS_ABOVE = 2
# The extension of Python-Markdown that knows them, and the one that brings it along.
_BRACES = re.compile(r"^[ \t]*-[ \t]*['\"]?(?:markdown\.extensions\.)?(?:attr_list|extra)\b", re.MULTILINE)


def site_of(folder: Path, slugs: Slugs = Slugs.AUTO) -> Site:
    """What a folder is made for: `slugs`, unless those are to be found out; `AUTO` where nothing tells."""
    found = _found(folder.resolve())
    if slugs is Slugs.AUTO:
        return found
    knows = found.knows_braces if found.slugs is slugs else slugs in (Slugs.DOCUSAURUS, Slugs.VITEPRESS)
    return Site(slugs, knows)


def _found(folder: Path) -> Site:
    for place in (folder, *folder.parents[:_FOLDERS_ABOVE]):
        for name, site in _MADE_FOR:
            with suppress(OSError):
                for file in place.glob(name):
                    return site._replace(knows_braces=site.knows_braces or _has_attributes(file))
    return Site(Slugs.AUTO)


def _has_attributes(file: Path) -> bool:
    with suppress(OSError, ValueError):
        return _BRACES.search(file.read_text(encoding="utf-8")) is not None
    return False
