"""What was mended in how contents are cut and put together: which stored objects are to be made again for it.

An object keeps how many of the mendings were in force when it was made. A later one concerns it where its
lesson's content holds what was mended; all other objects stay as they are.
"""

from collections.abc import Callable, Mapping

from langassets.errors import InputError
from langassets.translation.documents.content import TranslatableString, strings_of

Mending = Callable[[TranslatableString], bool]
"""Whether a string of a content holds what was mended. What it takes for that in error is made again."""

MENDINGS: tuple[Mending, ...] = ()
"""In the order in which they came. Only ever added to: objects know them by their number, from 1."""


def mended_today() -> str:
    """The part of today's recipes that says which mendings are in force; '' for none."""
    return str(len(MENDINGS) or "")


def newest_mending(content_type: str, data: Mapping[str, object]) -> int:
    """The number of the newest mending that concerns a content's JSON; 0 for none."""
    try:
        strings = strings_of(content_type, data)
    except InputError:  # nothing is ever made of it
        return 0
    held = (number for number, mending in enumerate(MENDINGS, 1) if any(map(mending, strings)))
    return max(held, default=0)
