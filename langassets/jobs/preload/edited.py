"""Objects that people edited: what they changed is learnt, so that their lessons can be kept fresh again."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.manifest import ManifestEntry, Origin, confirm, stored_of
from langassets.database.rows import chunks
from langassets.database.translations.edits import Content, edits_of
from langassets.database.translations.edits import replace as replace_edits
from langassets.database.translations.segments import texts_by_hash
from langassets.jobs.lessons import documents, manifest_entry
from langassets.jobs.preload.plan import LanguagePlan, PlannedObject
from langassets.jobs.preload.segments import cut_object, read_as_listed
from langassets.jobs.preload.teaching import teach
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.store import ContentStore
from langassets.translation.documents.document import Document
from langassets.translation.documents.places import structure_of
from langassets.translation.edits.learning import Learnt, Lesson, Stored, UnalignedError, learn
from langassets.translation.edits.placing import Edit, Placed, place_edits

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

    def learn(self, texts: Mapping[str, str]) -> Learnt:
        """What was changed in it; see `learn`."""
        there = cut_object(self.item, self.body)
        if there is None:
            raise UnalignedError("it is no JSON object")
        if self.stored is None:
            raise UnalignedError("what had been stored is not known")
        item = self.item
        want, known = item.desired, item.known
        return learn(
            want.content_type,
            there,
            self.stored,
            Lesson(self.source, unchanged=known is not None and known.source_hash == want.source_hash),
            want.source_language if item.is_copy else item.language,
            texts,
        )


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
    sources = dict(documents(services.data, by_content))
    tag = tag_of(plan.language)
    with reading(services.data) as connection:
        stored = stored_of(connection, list(read))
        hashes = {one.source for found in stored.values() for one in found.segments}
        texts = texts_by_hash(connection, tag, hashes)
    learnt: list[tuple[_Edited, Learnt]] = []
    for want, source in sources.items():
        one = _Edited(*by_content[want], source, stored.get(by_content[want][0].key))
        try:
            learnt.append((one, one.learn(texts)))
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
    lessons = {one.item.desired.lesson for one, _ in learnt}
    before = edits_of(connection, tag, lessons)
    after: dict[Content, tuple[Edit, ...]] = {}
    for one, found in learnt:
        content = Content(tag, one.item.desired.lesson, one.item.desired.content_type)
        placed = place_edits(before.get(content, ()), [segment.source for segment in found.segments])
        standing = {**placed.standing, **{edit.place: edit for edit in found.edits}}
        after[content] = Placed(standing, placed.outdated).every
    replace_edits(connection, after)
    confirm(connection, [one.entry(found, at) for one, found in learnt])
