"""Which site generator a folder of Markdown is made for, by what lies in it or beside it."""

import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from langassets.translation.markdown.anchors.slugs import Slugs


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
