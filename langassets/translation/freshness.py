"""Which lesson objects have to be made: what is wanted, held against what stands in storage.

Pure: hashes, ETags and recipes in, decisions out. Carrying them out is `langassets.jobs.preload.job`.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from langassets.translation.object_recipe import ObjectRecipe


class Decision(StrEnum):
    """What happens to one object of a frequent language."""

    FRESH = "fresh"  # stands, from this source and by this recipe
    MISSING = "missing"  # to be made
    STALE_SOURCE = "stale source"  # to be made again: the lesson has changed
    STALE_RECIPE = "stale recipe"  # to be made again: model, prompt, glossary or wording have changed
    ADOPT = "adopt"  # put there by someone else: noted, left alone
    REPLACE_ADOPTED = "replace adopted"  # the lesson has changed since: archived, then made anew
    KEEP_EDITED = "keep edited"  # edited by hand: left alone, reported
    OVERWRITE_EDITED = "overwrite edited"  # edited by hand, and the operator wants it replaced


TO_MAKE = frozenset(Decision) - {Decision.FRESH, Decision.ADOPT, Decision.KEEP_EDITED}


class Known(NamedTuple):
    """What the manifest says of an object: its ETag, source hash and recipe as they were stored; whether
    somebody else put it there, or edited it and had that learnt; whether its segments are known; when it was
    stored; and the stamp of what it took the place of."""

    etag: str
    source_hash: str
    recipe: str
    adopted: bool
    edited: bool = False
    segmented: bool = False
    stored_at: datetime | None = None
    replaced: str = ""

    def not_written(self, etag: str) -> "Known":
        """Of an object (with this ETag) that still stands though storage said yes to what was to replace it:
        one of ours, of a source that is not known any more."""
        return Known(etag, "", "", adopted=False, segmented=True, stored_at=self.stored_at)


def decide(
    source_hash: str, recipe: str, etag: str | None, known: Known | None, *, overwrite_edited: bool = False
) -> Decision:
    """What to do about one wanted object.

    `source_hash` is that of today, `recipe` today's of all objects of the language; `etag` is what the
    listing shows, None where nothing stands. Nothing that a person made is ever replaced unless
    `overwrite_edited` says so, but for adopted objects whose lesson has changed: those are moved to the
    archive first.
    """
    if etag is None:
        return Decision.MISSING
    if known is None:
        return Decision.ADOPT
    if etag != known.etag:
        return Decision.OVERWRITE_EDITED if overwrite_edited else Decision.KEEP_EDITED
    if known.adopted:
        # By which recipe it was made nobody knows, so only its source can make it stale.
        return Decision.FRESH if source_hash == known.source_hash else Decision.REPLACE_ADOPTED
    if source_hash != known.source_hash:
        return Decision.STALE_SOURCE
    if recipe != ObjectRecipe.read(known.recipe).language:
        return Decision.STALE_RECIPE
    return Decision.FRESH
