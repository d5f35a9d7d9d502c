"""Objects that the manifest does not know as they stand: read, held against today's lesson, and told apart.

Where storage is newer than the database, they are what langassets stored since. What their texts say is then
worth as much as what a model says today, and is kept in memory, so that nobody pays for it again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from langassets.database.connection import reading
from langassets.database.manifest import ManifestEntry, Origin, stored_of
from langassets.database.translations.edits import edits_of
from langassets.database.translations.wording import worded_by_people
from langassets.errors import InputError
from langassets.jobs.lessons import documents
from langassets.jobs.object_recipes import recipe_of
from langassets.jobs.planned_object import COPY, PlannedObject
from langassets.jobs.preload.edits.teaching import Judge
from langassets.jobs.preload.segments import Bodies, read_as_listed
from langassets.jobs.reconcile.newer import is_newer
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore
from langassets.translation.documents.document import Document, body_of, read_document
from langassets.translation.documents.places import source_hash, target_hash
from langassets.translation.documents.stored import Stored
from langassets.translation.edits.learning import Lesson, same_object
from langassets.translation.edits.placing import Edit
from langassets.translation.edits.standing import worded_places
from langassets.translation.edits.structure import UnalignedError
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.object_recipe import ObjectRecipe
from langassets.translation.providers.pseudo import pseudo
from langassets.translation.types import MemoryKey, Remembered, Wording

_Texts = Mapping[str, Mapping[str, str]]
"""Translations by the tag of their source language and by text."""


@dataclass(frozen=True, slots=True)
class _Unknown:
    """An object that nobody knows, its lesson as it is today, and what it has for each place of that."""

    item: PlannedObject
    etag: str
    there: Document
    source: Document
    wordings: Mapping[int, Wording]

    @property
    def said(self) -> Iterator[tuple[str, Wording]]:
        """Each text of the lesson with what stands for it, where that is one and the same."""
        found = defaultdict[str, list[Wording]](list)
        for place, segment in enumerate(self.source.placed):
            found[segment.text].append(self.wordings[place])
        return ((text, each[0]) for text, each in found.items() if all(one == each[0] for one in each))

    def is_made_of(self, translations: Mapping[str, str], edits: Sequence[Edit]) -> bool:
        """Whether these make it as it stands, byte for byte."""
        worded = worded_places(self.source, edits)
        try:
            made = self.source.rebuild(translations, self.item.code, worded)
            data = self.source.data if self.item.is_copy and not worded else made
            return etag_of(body_of(data)) == self.etag
        except InputError:
            return False


class Recognition:
    """Tells objects of one language apart that the manifest does not know as they stand."""

    def __init__(self, services: Services, language: str) -> None:
        self._services = services
        self._tag = tag_of(language)
        self._today = services.recipe(language)
        self._judge = Judge(services, self._tag, "A translation is not kept in memory")

    async def of(self, store: ContentStore, items: Iterable[PlannedObject]) -> dict[str, ManifestEntry]:
        """What the manifest is to say, by key, of those that memory would make today just as they stand, and
        of those that are of today's lesson and no edit of what was stored. Of the latter nobody can tell who
        wrote them, so they are adopted; what they say is kept in memory."""
        found: dict[str, ManifestEntry] = {}
        async for bodies in read_as_listed(store, items):
            found |= await asyncio.to_thread(self._of, bodies)
        return found

    def _of(self, bodies: Bodies) -> dict[str, ManifestEntry]:
        sources = documents(self._services.data, bodies, slugs=self._services.slugs)
        every = [one for want, source in sources for one in _aligned(*bodies[want], source)]
        with reading(self._services.data) as connection:
            stored = stored_of(connection, [one.item.key for one in every])
            edits = edits_of(connection, self._tag, {one.item.desired.lesson for one in every})
        known = self._remembered(every)
        found, newer = {}, []
        for one in every:
            item = one.item
            assert item.existing
            entry = item.entry(item.existing, self._services.clock())
            if one.is_made_of(known[one.source.source_language], edits.get(item.content, ())):
                origin = Origin.COPIED if item.is_copy else Origin.TRANSLATED
                found[item.key] = replace(entry, recipe=self._recipe(one), origin=origin)
            elif self._is_newer(one, stored.get(item.key)):
                found[item.key] = entry
                newer.append(one)
        self._services.memory.remember(self._learnt(newer, known))
        return found

    def _remembered(self, every: Sequence[_Unknown]) -> _Texts:
        """What memory has for the texts of these, the preferred provider's first."""
        keys = {
            (one.source.source_language, text): self._keys(text, one.source.source_language)
            for one in every
            for text in one.source.texts
        }
        recalled = self._services.memory.recall([key for each in keys.values() for key in each])
        found = defaultdict[str, dict[str, str]](dict)
        for (source, text), each in keys.items():
            if (made := next((recalled[key] for key in each if key in recalled), None)) is not None:
                found[source][text] = made
        for one in every:
            if one.item.is_copy:
                found[one.source.source_language] |= {text: text for text in one.source.texts}
        return found

    def _keys(self, text: str, source: str) -> tuple[MemoryKey, ...]:
        return self._services.recipes.keys(text, source, self._tag)

    def _is_newer(self, one: _Unknown, stored: Stored | None) -> bool:
        if one.item.known is None or stored is None:
            return True
        return is_newer(
            [source_hash(segment.text) for segment in one.source.placed],
            [target_hash(segment) for segment in one.there.placed],
            stored.segments,
            other_recipe=ObjectRecipe.read(one.item.known.recipe).model != self._today.model,
        )

    def _learnt(self, newer: Iterable[_Unknown], known: _Texts) -> Iterator[Remembered]:
        """What they say of texts that memory lacks, as of today's model."""
        model = self._services.recipes.models[0]
        for one in newer:
            source = one.source.source_language
            if not one.item.is_copy:
                # Pseudo-localization is no translation; checks let some that is short pass.
                said = [
                    (text, wording)
                    for text, wording in one.said
                    if text not in known[source] and wording.text != pseudo(text)
                ]
                for text, translation in self._judge.sound(one.source, said):
                    yield Remembered(self._keys(text, source)[0], translation, *model)

    def _recipe(self, one: _Unknown) -> str:
        if one.item.is_copy:
            return COPY
        texts = one.source.texts
        worded = worded_by_people(self._services.data, self._services.recipes, {self._tag}, texts)[self._tag]
        said = worded.get(one.source.source_language, {})
        recipe = recipe_of(self._services, self._tag, self._today, texts, said)
        return str(recipe._replace(mended="") if one.source.slugs is Slugs.OFF else recipe)


def _aligned(item: PlannedObject, body: bytes, source: Document) -> Iterator[_Unknown]:
    """The object held against its lesson as it is today; nothing where it is none of that."""
    if there := read_document(item.desired.content_type, body, item.pair[1]):
        # As it is put together today, and as it was when headings that links lead to had no anchors.
        for made in (source, replace(source, slugs=Slugs.OFF)):
            try:
                wordings = same_object(there, Lesson(made, item.desired.content_type, item.code))
            except UnalignedError:
                continue
            yield _Unknown(item, etag_of(body), there, made, wordings)
            return
