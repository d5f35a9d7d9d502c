"""What stands at each place of objects that were stored before segments were kept: read off the objects."""

import asyncio
import json
from collections.abc import Mapping, Sequence

from langassets.database import manifest
from langassets.database.connection import writing
from langassets.database.manifest import Segmented
from langassets.database.rows import chunks
from langassets.database.translations.segments import said_of_each
from langassets.errors import InputError, ObjectMissingError
from langassets.jobs.lessons import DesiredContent, documents
from langassets.jobs.preload.plan import LanguagePlan, PlannedObject
from langassets.locales import tag_of
from langassets.services import Services
from langassets.storage.etags import etag_of
from langassets.storage.store import ContentStore
from langassets.translation.documents.document import Document, document
from langassets.translation.documents.places import found_segment, structure_of, target_hash
from langassets.translation.documents.stored import Said, State
from langassets.translation.providers.pseudo import PseudoProvider

# Objects read and recorded together.
_READ_AT_ONCE = 64
_Read = tuple[PlannedObject, bytes]


async def fill_segments(services: Services, store: ContentStore, plan: LanguagePlan) -> None:
    """Keep the segments of what stands as langassets stored it, where they are not known. Reads each such
    object once, and asks no model."""
    to_make = {item.key for item in plan.to_make}
    wanted = [item for item in plan.unsegmented if item.key not in to_make]
    plan.unsegmented.clear()
    for portion in chunks(wanted, _READ_AT_ONCE):
        bodies = await asyncio.gather(*(read_as_listed(store, item) for item in portion))
        there = {item.desired: (item, body) for item, body in zip(portion, bodies, strict=True) if body}
        await asyncio.to_thread(_keep, services, there)


async def read_as_listed(store: ContentStore, item: PlannedObject) -> bytes | None:
    """The object as it was listed; None where it is gone, or was changed since."""
    try:
        body = await store.read(item.key)
    except ObjectMissingError:
        return None
    return body if item.existing and etag_of(body) == item.existing.etag else None


def _keep(services: Services, there: Mapping[DesiredContent, _Read]) -> None:
    cut = [(*there[want], source) for want, source in documents(services.data, there)]
    with writing(services.data) as connection:
        said = said_of_each(connection, _texts(cut))
        manifest.keep_segments(
            connection,
            [
                _segmented(item, body, source, _state(services, item), said[_pair(item, source)])
                for item, body, source in cut
            ],
        )


def _texts(cut: Sequence[tuple[PlannedObject, bytes, Document]]) -> dict[tuple[str, str], set[str]]:
    texts: dict[tuple[str, str], set[str]] = {}
    for item, _, source in cut:
        texts.setdefault(_pair(item, source), set()).update(source.texts)
    return texts


def _pair(item: PlannedObject, source: Document) -> tuple[str, str]:
    return source.source_language, tag_of(item.language)


def _state(services: Services, item: PlannedObject) -> State:
    return State.FINAL if item.is_copy else state_of_models(services)


def _segmented(
    item: PlannedObject, body: bytes, source: Document, state: State, said: Mapping[str, Said]
) -> Segmented:
    """What stands in an object, place by place; nothing where it has other places than its lesson."""
    assert item.existing
    there = cut_object(item, body)
    places = there.placed if there else ()
    if not there or len(places) != len(source.placed):
        return Segmented(item.key, item.existing.etag, "", ())
    segments = tuple(
        found_segment(one, target_hash(stands), state, said.get(one.text))
        for one, stands in zip(source.placed, places, strict=True)
    )
    return Segmented(item.key, item.existing.etag, structure_of(there, there.data), segments)


def cut_object(item: PlannedObject, body: bytes) -> Document | None:
    """An object's own JSON, cut into segments as its lesson is; None where it is no such thing."""
    try:
        data = json.loads(body)
        if isinstance(data, dict):
            return document(item.desired.content_type, data, tag_of(item.language))
    except (ValueError, RecursionError, InputError):
        pass
    return None


def state_of_models(services: Services) -> State:
    """What a text is that no person spoke for: pseudo-localization is no translation."""
    return State.INITIAL if services.recipes.models[0][0] == PseudoProvider.name else State.TRANSLATED
