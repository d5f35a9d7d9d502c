"""A stored lesson as a Markdown file again: addresses as they were, links checked, the language named.

Pure: texts in, texts out.
"""

import re
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote

from langassets.locales import is_language_code, same_language
from langassets.storage.lesson_assets import asset_path
from langassets.translation.markdown.anchors.anchored import anchors_for
from langassets.translation.markdown.anchors.braces import in_braces
from langassets.translation.markdown.anchors.lessons import lesson_links
from langassets.translation.markdown.anchors.slugs import Site, Slugs
from langassets.translation.markdown.front_matter import front_matter
from langassets.translation.markdown.links import Target, relative_address, target_of, with_addresses
from langassets.translation.markdown.pieces import replaced

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
        found = _led_to(address, assets_url)
        target = found or target_of(address, path)
        if target is None:
            return None
        ending = PurePosixPath(target.path).suffix.lower()
        if ending in _MARKDOWN:
            if target.path not in exported and target.path not in made.dead:
                made.dead.append(target.path)
        elif ending:
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


def linked_headings(text: str, path: str, lessons: Container[str]) -> Iterator[tuple[str, str]]:
    """The headings that the links of the lesson at `path` lead to, each as the path of its lesson and its
    fragment. Raises `InputError` for a text that takes too long to parse."""
    for link in lesson_links(text, path, lessons):
        if link.path:
            yield link.path, link.fragment


def with_anchors(text: str, source: str, fragments: Collection[str], site: Site) -> str:
    """A translated text in which each heading of `source` that is named in links has that name, as the site
    generator knows it: a translated heading has another."""
    if site.slugs is Slugs.OFF:
        return text
    made = replaced(text, anchors_for(text, source, fragments, site.slugs))
    return in_braces(made, fragments) if site.knows_braces else made


def _led_to(address: str, assets_url: str | None) -> Target | None:
    """The file that an address led to before an import changed it; None for one that no import changed, or
    that some editor of an object made lead out of the folder."""
    place = re.split(r"[?#]", address, maxsplit=1)[0]
    paths = [asset_path(address)]
    if assets_url and place.startswith(f"{assets_url}/"):
        paths.append(unquote(place.removeprefix(f"{assets_url}/")))
    for path in paths:
        if path and "\0" not in path and {"..", ".", ""}.isdisjoint(path.split("/")):
            return Target(path, address[len(place) :])
    return None


def _key(address: str) -> str | None:
    found = re.search(r"lesson-assets/[^?#]+", address)
    return found[0] if found else None
