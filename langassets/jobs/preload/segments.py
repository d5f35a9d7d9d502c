"""What stands at each place of objects that were stored before segments were kept: read off the objects."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping

from langassets.database import manifest
from langassets.database.connection import writing
from langassets.database.manifest import Segmented
from langassets.database.rows import chunks
from langassets.database.translations.segments import said_of_each
from langassets.errors import ObjectMissingError
from langassets.jobs.lessons import DesiredContent, documents
from langassets.jobs.planned_object import PlannedObject
from langassets.jobs.preload.plan import LanguagePlan
from langassets.services import Services
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore
from langassets.translation.documents.document import Document, read_document
from langassets.translation.documents.places import found_segment, structure_of, target_hash
from langassets.translation.documents.stored import Said, State
from langassets.translation.providers.pseudo import PseudoProvider

# Objects read and recorded together.
_READ_AT_ONCE = 64

Bodies = Mapping[DesiredContent, tuple[PlannedObject, bytes]]
"""Objects of one language with what stands in them, by their content."""


async def fill_segments(services: Services, store: ContentStore, plan: LanguagePlan) -> None:
    """Keep the segments of what stands as langassets stored it, where they are not known. Reads each such
    object once, and asks no model."""
    to_make = {item.key for item in plan.to_make}
    wanted = [item for item in plan.unsegmented if item.key not in to_make]
    plan.unsegmented.clear()
    async for bodies in read_as_listed(store, wanted):
        await asyncio.to_thread(_keep, services, bodies)


async def read_as_listed(store: ContentStore, items: Iterable[PlannedObject]) -> AsyncIterator[Bodies]:
    """Objects as they were listed, some at a time; what is gone, or was changed since, is left out."""
    for portion in chunks(items, _READ_AT_ONCE):
        bodies = await asyncio.gather(*(_body(store, item) for item in portion))
        yield {item.desired: (item, body) for item, body in zip(portion, bodies, strict=True) if body}


async def _body(store: ContentStore, item: PlannedObject) -> bytes | None:
    try:
        body = await store.read(item.key)
    except ObjectMissingError:
        return None
    return body if item.existing and etag_of(body) == item.existing.etag else None


def _keep(services: Services, bodies: Bodies) -> None:
    cut = [(*bodies[want], source) for want, source in documents(services.data, bodies)]
    texts = defaultdict[tuple[str, str], set[str]](set)
    for item, _, source in cut:
        texts[item.pair].update(source.texts)
    state = state_of_models(services)
    with writing(services.data) as connection:
        said = said_of_each(connection, texts)
        found = [_segmented(item, body, source, state, said[item.pair]) for item, body, source in cut]
        manifest.keep_segments(connection, found)


def _segmented(
    item: PlannedObject, body: bytes, source: Document, models: State, said: Mapping[str, Said]
) -> Segmented:
    """What stands in an object, place by place; nothing where it has other places than its lesson."""
    assert item.existing
    there = read_document(item.desired.content_type, body, item.pair[1])
    if not there or len(there.placed) != len(source.placed):
        return Segmented(item.key, item.existing.etag, "", ())
    state = State.FINAL if item.is_copy else models
    segments = tuple(
        found_segment(one, target_hash(stands), state, said.get(one.text))
        for one, stands in zip(source.placed, there.placed, strict=True)
    )
    return Segmented(item.key, item.existing.etag, structure_of(there, there.data), segments)


def state_of_models(services: Services) -> State:
    """What a text is that no person spoke for: pseudo-localization is no translation."""
    return State.INITIAL if services.recipes.models[0][0] == PseudoProvider.name else State.TRANSLATED
