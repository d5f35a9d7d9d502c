"""Objects that people edited: what they changed is learnt, so that their lessons can be kept fresh again."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.manifest import ManifestEntry, Origin, confirm, stored_of
from langassets.database.rows import chunks
from langassets.database.translations.edits import Content, edits_of
from langassets.database.translations.edits import replace as replace_edits
from langassets.database.translations.structures import replace_structures, structures_of
from langassets.jobs.lessons import documents, manifest_entry
from langassets.jobs.preload.edits.teaching import teach
from langassets.jobs.preload.plan import LanguagePlan, PlannedObject
from langassets.jobs.preload.segments import cut_object, read_as_listed
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.store import ContentStore
from langassets.translation.documents.document import Document
from langassets.translation.documents.mendings import ANCHORS, mendings_in_force
from langassets.translation.documents.places import source_hash, structure_of
from langassets.translation.documents.stored import Stored
from langassets.translation.edits.learning import Learnt, Lesson, learn
from langassets.translation.edits.placing import Edit, Placed, place_edits
from langassets.translation.edits.structure import StructureEdit, UnalignedError
from langassets.translation.markdown.anchors.slugs import Slugs
from langassets.translation.object_recipe import ObjectRecipe
from langassets.translation.types import Former

_log = logging.getLogger("langassets.preload")

# Objects read and learnt together.
_READ_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class _Edited:
    """An edited object, its lesson as it is today, and what was stored."""

    item: PlannedObject
    body: bytes
    source: Document
    stored: Stored | None
    edits: Sequence[Edit]
    structure: StructureEdit | None

    def content(self, tag: str) -> Content:
        """What it is called by in the database."""
        return Content(tag, self.item.desired.lesson, self.item.desired.content_type)

    def entry(self, learnt: Learnt, at: datetime) -> ManifestEntry:
        """What the manifest is to say of it: made from what it had been made from."""
        item, known = self.item, self.item.known
        there = cut_object(item, self.body)
        assert item.existing
        assert known
        assert there
        entry = manifest_entry(
            item.desired,
            item.language,
            item.existing,
            at,
            recipe=known.recipe,
            origin=Origin.EDITED,
            structure=structure_of(there, there.data),
            segments=learnt.segments,
        )
        return replace(entry, source_hash=known.source_hash)

    @property
    def _source_then(self) -> Document:
        """The lesson as it was put together when the object was made."""
        known = self.item.known
        had_anchors = (
            known is not None and mendings_in_force(ObjectRecipe.read(known.recipe).mended) >= ANCHORS
        )
        return self.source if had_anchors else replace(self.source, slugs=Slugs.OFF)

    def learn(self, texts: Mapping[str, Former]) -> Learnt:
        """What was changed in it; see `learn`."""
        there = cut_object(self.item, self.body)
        if there is None:
            raise UnalignedError("it is no JSON object")
        if self.stored is None:
            raise UnalignedError("what had been stored is not known")
        item = self.item
        want, known = item.desired, item.known
        if item.is_copy:
            texts = {source_hash(text): Former(text, text) for text in self.source.texts}
        by_people = {edit.source: Former(edit.source_text, edit.wording.text) for edit in self.edits}
        unchanged = known is not None and known.source_hash == want.source_hash
        code = want.source_language if item.is_copy else item.language
        lesson = Lesson(self._source_then, want.content_type, code, unchanged, self.structure)
        return learn(there, self.stored, lesson, {**texts, **by_people})


async def learn_edits(
    services: Services, store: ContentStore, plan: LanguagePlan, items: Sequence[PlannedObject]
) -> None:
    """Learn what people changed in these objects, and sort them into the plan again: fresh as they are, or to
    be made anew with their edits. What cannot be learnt is left alone, and said."""
    for portion in chunks(items, _READ_AT_ONCE):
        bodies = await asyncio.gather(*(read_as_listed(store, item) for item in portion))
        read = {item.key: (item, body) for item, body in zip(portion, bodies, strict=True) if body}
        learnt = await asyncio.to_thread(_learn, services, plan, read)
        for item in learnt:
            plan.take_back(item, services.clock())
    await asyncio.to_thread(plan.settle, services)


def _learn(
    services: Services, plan: LanguagePlan, read: Mapping[str, tuple[PlannedObject, bytes]]
) -> list[PlannedObject]:
    """Learn a portion, and record it; the objects that it was possible for, as they are known now."""
    by_content = {item.desired: (item, body) for item, body in read.values()}
    sources = dict(documents(services.data, by_content, slugs=services.slugs))
    tag = tag_of(plan.language)
    lessons = {want.lesson for want in sources}
    with reading(services.data) as connection:
        stored = stored_of(connection, list(read))
        edits = edits_of(connection, tag, lessons)
        structures = structures_of(connection, {tag}, lessons)
    texts = _texts(services, tag, sources.values(), stored.values())
    learnt: list[tuple[_Edited, Learnt]] = []
    for want, source in sources.items():
        item, body = by_content[want]
        content = Content(tag, want.lesson, want.content_type)
        one = _Edited(
            item, body, source, stored.get(item.key), edits.get(content, ()), structures.get(content)
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


def _texts(
    services: Services, tag: str, sources: Iterable[Document], stored: Iterable[Stored]
) -> dict[str, dict[str, Former]]:
    """The texts of what was stored with a translation of each, by source language and hash."""
    hashes = sorted({one.source for found in stored for one in found.segments})
    languages = {source.source_language for source in sources}
    return {language: services.memory.worded(language, tag, hashes) for language in languages}


def _record(
    connection: sa.Connection, tag: str, learnt: Sequence[tuple[_Edited, Learnt]], at: datetime
) -> None:
    """Keep the edits, and say in the manifest that the objects stand as people left them."""
    lessons = {one.item.desired.lesson for one, _ in learnt}
    before = edits_of(connection, tag, lessons)
    after: dict[Content, tuple[Edit, ...]] = {}
    for one, found in learnt:
        content = one.content(tag)
        placed = place_edits(before.get(content, ()), [segment.source for segment in found.segments])
        standing = {**placed.standing, **{edit.place: edit for edit in found.edits}}
        after[content] = Placed(standing, placed.outdated).every
    replace_edits(connection, after)
    replace_structures(connection, {one.content(tag): found.structure for one, found in learnt})
    confirm(connection, [one.entry(found, at) for one, found in learnt])
