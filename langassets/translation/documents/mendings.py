"""What was mended in how contents are cut and put together: which stored objects are to be made again for it.

An object keeps how many of the mendings were in force when it was made. A later one concerns it where its
lesson's content holds what was mended; all other objects stay as they are.
"""

import re
from collections.abc import Callable, Collection, Mapping

from langassets.errors import InputError
from langassets.translation import documents
from langassets.translation.documents.content import TranslatableString, strings_of
from langassets.translation.markdown.anchors.slugs import Slugs

Mending = Callable[[TranslatableString], bool]
"""Whether a string of a content holds what was mended. What it takes for that in error is made again."""


MENDINGS: tuple[Mending, ...] = (
    lambda string: documents.mended_kinds.links_to_its_headings(string),
    lambda string: documents.mended_kinds.holds_wikilinks(string),
    lambda string: documents.mended_kinds.holds_values(string),
    lambda string: documents.mended_kinds.holds_blocks(string),
    lambda string: documents.mended_kinds.holds_expressions(string),
    lambda string: documents.mended_kinds.holds_messages(string),
)
"""In the order in which they came. Only ever added to: objects know them by their number, from 1."""
ANCHORS = 1
"""The number of that by which headings that links lead to keep their ids."""


def mended_today(slugs: Slugs = Slugs.AUTO) -> str:
    """The part of today's recipes that says which mendings are in force, and whose `slugs` links go by; ''
    where there are no mendings."""
    return f"{len(MENDINGS)}{'' if slugs is Slugs.AUTO else slugs[0]}" if MENDINGS else ""


def mendings_in_force(mended: str) -> int:
    """How many mendings were in force, by that part of a recipe."""
    found = re.match(r"\d+", mended)
    return int(found[0]) if found else 0


def mendings_held(content_type: str, data: Mapping[str, object]) -> frozenset[int]:
    """The numbers of the mendings that concern a content's JSON."""
    try:
        strings = strings_of(content_type, data)
    except InputError:  # nothing is ever made of it
        return frozenset()
    held = (number for number, mending in enumerate(MENDINGS, 1) if any(map(mending, strings)))
    return frozenset([*held, *([ANCHORS] if documents.document.linked_headings(data) else [])])


def is_outdated(before: str, today: str, held: Collection[int]) -> bool:
    """Whether an object was made `before` something was mended that its content has `held`, or while links
    went by other slugs; both by that part of a recipe."""
    then = mendings_in_force(before)
    same_slugs = before.lstrip("0123456789") == today.lstrip("0123456789")
    return any(number > then for number in held) or (ANCHORS in held and not same_slugs)
