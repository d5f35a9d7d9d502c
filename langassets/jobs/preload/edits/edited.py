"""Objects that people edited: what they changed is learnt, so that their lessons can be kept fresh again."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.manifest import ManifestEntry, Origin, confirm, stored_of
from langassets.database.translations.edits import Content, edits_of
from langassets.database.translations.edits import replace as replace_edits
from langassets.database.translations.structures import replace_structures, structures_of
from langassets.jobs.lessons import documents
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.edits.teaching import teach
from langassets.jobs.preload.plan import LanguagePlan
from langassets.jobs.preload.segments import Bodies, read_as_listed
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.store import ContentStore
from langassets.translation.documents.document import Document, read_document
from langassets.translation.documents.mendings import ANCHORS, mendings_in_force
from langassets.translation.documents.places import source_hash, structure_of
from langassets.translation.documents.stored import Stored
from langassets.translation.edits.learning import Learnt, Lesson, learn
from langassets.translation.edits.placing import Edit, Placed, place_edits
from langassets.translation.edits.structure import StructureEdit, UnalignedError
from langassets.translation.freshness import Known
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.object_recipe import ObjectRecipe
from langassets.translation.types import Former

_log = logging.getLogger("langassets.preload")


@dataclass(frozen=True, slots=True)
class _Edited:
    """An edited object (None: it is no JSON object), what the manifest says of it, its lesson as it is today,
    and what was stored."""

    item: PlannedObject
    known: Known
    there: Document | None
    source: Document
    stored: Stored | None
    edits: Sequence[Edit]
    structure: StructureEdit | None

    def entry(self, learnt: Learnt, at: datetime) -> ManifestEntry:
        """What the manifest is to say of it: made from what it had been made from."""
        assert self.item.existing
        assert self.there
        return replace(
            self.item.entry(self.item.existing, at),
            source_hash=self.known.source_hash,
            recipe=self.known.recipe,
            origin=Origin.EDITED,
            structure=structure_of(self.there, self.there.data),
            segments=learnt.segments,
        )

    def learn(self, texts: Mapping[str, Former]) -> Learnt:
        """What was changed in it; see `learn`."""
        if self.there is None:
            raise UnalignedError("it is no JSON object")
        if self.stored is None:
            raise UnalignedError("what had been stored is not known")
        # The lesson as it was put together when the object was made.
        had_anchors = mendings_in_force(ObjectRecipe.read(self.known.recipe).mended) >= ANCHORS
        source = self.source if had_anchors else replace(self.source, slugs=Slugs.OFF)
        if self.item.is_copy:
            texts = {source_hash(text): Former(text, text) for text in source.texts}
        by_people = {edit.source: Former(edit.source_text, edit.wording.text) for edit in self.edits}
        want = self.item.desired
        unchanged = self.known.source_hash == want.source_hash
        lesson = Lesson(source, want.content_type, self.item.code, unchanged, self.structure)
        return learn(self.there, self.stored, lesson, {**texts, **by_people})


async def learn_edits(
    services: Services, store: ContentStore, plan: LanguagePlan, items: Sequence[PlannedObject]
) -> None:
    """Learn what people changed in these objects, and sort them into the plan again: fresh as they are, or to
    be made anew with their edits. What cannot be learnt is left alone, and said."""
    async for bodies in read_as_listed(store, items):
        for item in await asyncio.to_thread(_learn, services, plan, bodies):
            plan.take_back(item, services.clock())
    await asyncio.to_thread(plan.decide, services)


def _learn(services: Services, plan: LanguagePlan, bodies: Bodies) -> list[PlannedObject]:
    """Learn a portion, and record it; the objects that it was possible for."""
    sources = dict(documents(services.data, bodies, slugs=services.slugs))
    tag = tag_of(plan.language)
    lessons = {want.lesson for want in sources}
    with reading(services.data) as connection:
        stored = stored_of(connection, [item.key for item, _ in bodies.values()])
        edits = edits_of(connection, tag, lessons)
        structures = structures_of(connection, {tag}, lessons)
    # The texts of what was stored with a translation of each, by source language and hash.
    hashes = sorted({segment.source for one in stored.values() for segment in one.segments})
    languages = {source.source_language for source in sources.values()}
    texts = {language: services.memory.worded(language, tag, hashes) for language in languages}
    learnt: list[tuple[_Edited, Learnt]] = []
    for want, source in sources.items():
        item, body = bodies[want]
        assert item.known
        one = _Edited(
            item,
            item.known,
            read_document(want.content_type, body, tag),
            source,
            stored.get(item.key),
            edits.get(item.content, ()),
            structures.get(item.content),
        )
        try:
            learnt.append((one, one.learn(texts[source.source_language])))
        except UnalignedError as error:
            plan.unaligned[one.item.key] = str(error)
            _log.warning("%s was edited, and is kept whole: %s.", one.item.key, error)
    with writing(services.data) as connection:
        _record(connection, tag, learnt, services.clock())
    if services.settings.edits_teach_memory:
        teach(services, tag, [(one.source, found.edits) for one, found in learnt if not one.item.is_copy])
    return [one.item for one, _ in learnt]


def _record(
    connection: sa.Connection, tag: str, learnt: Sequence[tuple[_Edited, Learnt]], at: datetime
) -> None:
    """Keep the edits, and say in the manifest that the objects stand as people left them."""
    before = edits_of(connection, tag, {one.item.desired.lesson for one, _ in learnt})
    after: dict[Content, tuple[Edit, ...]] = {}
    for one, found in learnt:
        content = one.item.content
        placed = place_edits(before.get(content, ()), [segment.source for segment in found.segments])
        standing = {**placed.standing, **{edit.place: edit for edit in found.edits}}
        after[content] = Placed(standing, placed.outdated).every
    replace_edits(connection, after)
    replace_structures(connection, {one.item.content: found.structure for one, found in learnt})
    confirm(connection, [one.entry(found, at) for one, found in learnt])
