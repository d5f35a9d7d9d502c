"""What contents said when their objects were made, and how that was translated: context for the model.

It is found by the segments that are kept of each object, as hashes, and by the memory, which has the texts
and their translations.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from langassets.database.connection import reading
from langassets.database.translations.segments import segments_of
from langassets.jobs.preload.plan import PlannedObject
from langassets.locales import tag_of
from langassets.services import Services
from langassets.translation import documents
from langassets.translation.types import Former

if TYPE_CHECKING:
    from langassets.translation.documents.document import Document

_Pair = tuple[str, str]
Formers = Mapping[str, Former]
"""What texts were before they changed, by the text as it is now."""


def former_texts(services: Services, found: Sequence[tuple[PlannedObject, "Document"]]) -> dict[str, Formers]:
    """For each object to make that stands in an older version, by key: the former versions of its texts."""
    with reading(services.data) as connection:
        kept = segments_of(connection, [item.key for item, _ in found if item.existing])
    before = {key: list(dict.fromkeys(one.source for one in stood)) for key, stood in kept.items() if stood}
    changed = [(item, cut) for item, cut in found if item.key in before]
    worded = _worded(services, changed, before)
    return {
        item.key: _aligned(before[item.key], cut, worded[_pair(item, cut)])
        for item, cut in changed
        if worded[_pair(item, cut)]
    }


def _worded(
    services: Services,
    changed: Iterable[tuple[PlannedObject, "Document"]],
    before: Mapping[str, Sequence[str]],
) -> dict[_Pair, dict[str, Former]]:
    """The texts that are gone, with their translations, by their hash."""
    gone = defaultdict[_Pair, set[str]](set)
    for item, cut in changed:
        now = set(map(documents.places.source_hash, cut.texts))
        if not now <= set(before[item.key]):  # else there is nothing new that could have been another before
            gone[_pair(item, cut)] |= set(before[item.key]) - now
    found = defaultdict[_Pair, dict[str, Former]](dict)
    for pair, hashes in gone.items():
        found[pair] = services.memory.worded(*pair, sorted(hashes))
    return found


def _aligned(before: Sequence[str], cut: "Document", worded: Formers) -> Formers:
    now = {documents.places.source_hash(text): text for text in cut.texts}
    # What the memory has no more of takes its place in the order all the same.
    texts = [worded[each].source if each in worded else now.get(each, each) for each in before]
    translations = {former.source: former for former in worded.values()}
    found = documents.former.changed_texts(texts, cut.texts)
    return {text: translations[was] for text, was in found.items() if was in translations}


def _pair(item: PlannedObject, cut: "Document") -> _Pair:
    return cut.source_language, tag_of(item.language)
