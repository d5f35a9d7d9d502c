"""An object that a language is to have: what is wanted of it, what stands, and what was decided on it."""

from dataclasses import dataclass
from datetime import datetime

from langassets.database.manifest import ManifestEntry, Origin
from langassets.database.translations.edits import Content
from langassets.jobs.lessons import DesiredContent
from langassets.locales import same_language, tag_of
from langassets.storage.store import StoredObject
from langassets.translation.freshness import Decision, Known
from langassets.translation.object_recipe import ObjectRecipe

COPY = "copy"
"""The recipe of a lesson that is stored in the language it is written in, and so as it is."""


@dataclass(frozen=True, slots=True)
class PlannedObject:
    """One object to make, and what stands under its key today (None: nothing)."""

    language: str
    key: str
    desired: DesiredContent
    decision: Decision
    existing: StoredObject | None
    known: Known | None = None
    """What the manifest says of it."""

    @property
    def is_copy(self) -> bool:
        """Whether the lesson is written in the language already; regions are ignored."""
        return same_language(self.desired.source_language, self.language)

    @property
    def made_by(self) -> ObjectRecipe:
        """The recipe of what stands, as the manifest has it."""
        return ObjectRecipe.read(self.known.recipe) if self.known else ObjectRecipe("")

    @property
    def code(self) -> str:
        """What it names as its language."""
        return self.desired.source_language if self.is_copy else self.language

    @property
    def pair(self) -> tuple[str, str]:
        """The tags of its lesson's language and of its own."""
        return tag_of(self.desired.source_language), tag_of(self.language)

    @property
    def content(self) -> Content:
        """What people's edits of it are kept by."""
        return Content(tag_of(self.language), *self.desired.place)

    def entry(self, stored: StoredObject, at: datetime) -> ManifestEntry:
        """What the manifest says of it as it is `stored`, where someone else put it there."""
        return ManifestEntry(
            stored.key,
            self.language,
            *self.desired.place,
            self.desired.source_hash,
            recipe="",
            etag=stored.etag,
            size=stored.size,
            origin=Origin.ADOPTED,
            stored_at=at,
        )
