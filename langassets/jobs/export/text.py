"""A stored lesson as a Markdown file again: addresses as they were, links checked, the language named.

Pure: texts in, texts out.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Container, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import unquote

from markdown_it import MarkdownIt

from langassets.locales import is_language_code, same_language
from langassets.storage.lesson_assets import asset_path
from langassets.translation.markdown.front_matter import front_matter
from langassets.translation.markdown.links import (
    Target,
    addresses_in,
    relative_address,
    target_of,
    with_addresses,
)

_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_LANGUAGE = re.compile(
    r"""^(?P<name>language|lang|locale)(?P<sign>[ \t]*[:=][ \t]*)"""
    r"""(?P<quote>["']?)(?P<code>[\w-]+)(?P=quote)(?=[ \t\r]*$)""",
    re.MULTILINE,
)


@dataclass(slots=True)
class ExportedText:
    """A lesson's file: its text, the paths of other files that it links to (with the keys of their copies in
    storage, None where there are none), and the paths of Markdown files that it links to and that are not
    exported."""

    text: str
    files: dict[str, str | None] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)


def exported_text(text: str, path: str, exported: Container[str], assets_url: str | None) -> ExportedText:
    """The file at `path` of a stored lesson with this text, beside the lessons at the paths `exported`.

    Addresses that an import led below `assets_url`, or to copies in storage, are relative again. Raises
    `InputError` for a text that takes too long to parse.
    """
    made = ExportedText(text)

    def change(address: str) -> str | None:
        found = _copied(address) or _linked(address, assets_url)
        target = found or target_of(address, path)
        if target is None:
            return None
        if PurePosixPath(target.path).suffix.lower() in _MARKDOWN:
            if target.path not in exported and target.path not in made.dead:
                made.dead.append(target.path)
        elif PurePosixPath(target.path).suffix:
            made.files.setdefault(target.path, _key(address) if found else None)
        return relative_address(target, path) if found else None

    made.text = with_addresses(text, change)
    return made


def with_language(text: str, source: str, target: str) -> str:
    """A text whose front matter, where it names the language `source`, names `target`."""
    end, _ = front_matter(text)

    def named(found: re.Match[str]) -> str:
        if not (is_language_code(found["code"]) and same_language(found["code"], source)):
            return found[0]
        # Without quotes, YAML reads Norwegian as false.
        quote = found["quote"] or ('"' if target.lower() == "no" else "")
        return f"{found['name']}{found['sign']}{quote}{target}{quote}"

    return _LANGUAGE.sub(named, text[:end]) + text[end:]


def linked_headings(text: str, path: str) -> Iterator[tuple[str, str]]:
    """The headings that a document's links lead to, each as the path of its document and its fragment."""
    for address in addresses_in(text):
        target = Target(path, address.text) if address.text.startswith("#") else target_of(address.text, path)
        fragment = target.rest.partition("#")[2] if target else ""
        if target and fragment and PurePosixPath(target.path).suffix.lower() in _MARKDOWN:
            yield target.path, unquote(fragment)


def with_anchors(text: str, source: str, fragments: Collection[str]) -> str:
    """A translated text with an anchor of the name that each heading of `source` has in links, before the
    heading in its place: a translated heading has another name."""
    before, after = _headings(source), _headings(text)
    if len(before) != len(after):
        return text  # edited by hand: which is which nobody can say
    lines = text.splitlines(keepends=True)
    ending = "\r\n" if "\r\n" in text else "\n"
    for (_, was), (line, now) in reversed([*zip(before, after, strict=True)]):
        if was == now:
            continue
        for name in sorted(fragments):
            # Generators differ in what they make of a heading: one that all call the same needs no anchor.
            if name in _names(was) and _names(now) != {name} and f'id="{name}"' not in text:
                lines.insert(line, f'<a id="{name}"></a>{ending}{ending}')
    return "".join(lines)


def _copied(address: str) -> Target | None:
    path = asset_path(address)
    return _inside(path, _rest(address)) if path else None


def _linked(address: str, assets_url: str | None) -> Target | None:
    if assets_url is None or not address.startswith(f"{assets_url}/"):
        return None
    rest = _rest(address)
    return _inside(unquote(address[len(assets_url) + 1 : len(address) - len(rest)]), rest)


def _inside(path: str, rest: str) -> Target | None:
    """A target below the folder; None for a path that some editor of an object made lead out of it."""
    leads_out = "\0" in path or path.startswith("/") or not {"..", ".", ""}.isdisjoint(path.split("/"))
    return None if leads_out else Target(path, rest)


def _rest(address: str) -> str:
    found = re.search(r"[?#]", address)
    return address[found.start() :] if found else ""


def _key(address: str) -> str | None:
    found = re.search(r"lesson-assets/[^?#]+", address)
    return found[0] if found else None


def _headings(text: str) -> list[tuple[int, str]]:
    """Line (from 0) and source of each heading outside quotes and lists."""
    end, _ = front_matter(text)
    tokens = MarkdownIt().parse(re.sub(r"[^\r\n]", " ", text[:end]) + text[end:])
    return [
        (opening.map[0], inline.content)
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open" and opening.level == 0 and opening.map
    ]


def _names(heading: str) -> set[str]:
    """What a heading may be called in links, as GitHub, Python-Markdown and those like them have it."""
    explicit = re.search(r"\{[^{}]*#([\w-]+)[^{}]*\}\s*$", heading)
    if explicit:
        return {explicit[1]}
    plain = re.sub(r"!?\[([^\[\]]*)\]\([^()]*\)|[*`]|<[^<>]*>", lambda found: found[1] or "", heading).strip()
    forms: list[Callable[[str], str]] = [
        lambda text: re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text.lower())),
        lambda text: re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", text.lower())).strip("-"),
        lambda text: re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", _ascii(text)).strip().lower()),
    ]
    return {form(plain) for form in forms}


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
