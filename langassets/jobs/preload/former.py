"""What contents said when their objects were made, and how that was translated: context for the model.

It is found by the segments that are kept of each object, as hashes, and by the memory, which has the texts
and their translations.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from langassets.database.connection import reading
from langassets.database.translations.segments import segments_of
from langassets.jobs.planned_object import PlannedObject
from langassets.services import Services
from langassets.translation import documents
from langassets.translation.types import Former

if TYPE_CHECKING:
    from langassets.translation.documents.document import Document

Formers = Mapping[str, Former]
"""What texts were before they changed, by the text as it is now."""


def former_texts(services: Services, found: Sequence[tuple[PlannedObject, "Document"]]) -> dict[str, Formers]:
    """For each object to make that stands in an older version, by key: the former versions of its texts."""
    with reading(services.data) as connection:
        kept = segments_of(connection, [item.key for item, _ in found if item.existing])
    before = {key: list(dict.fromkeys(one.source for one in stood)) for key, stood in kept.items() if stood}
    changed = [(item, cut) for item, cut in found if item.key in before]
    gone = defaultdict[tuple[str, str], set[str]](set)
    for item, cut in changed:
        was, now = set(before[item.key]), set(map(documents.places.source_hash, cut.texts))
        if not now <= was:  # else there is nothing new that could have been another before
            gone[item.pair] |= was - now
    worded = {pair: services.memory.worded(*pair, sorted(hashes)) for pair, hashes in gone.items()}
    return {
        item.key: _aligned(before[item.key], cut, said)
        for item, cut in changed
        if (said := worded.get(item.pair))
    }


def _aligned(before: Sequence[str], cut: "Document", worded: Formers) -> Formers:
    """`worded` are the texts that are gone, with their translations, by their hash."""
    now = {documents.places.source_hash(text): text for text in cut.texts}
    # What the memory has no more of takes its place in the order all the same.
    texts = [worded[each].source if each in worded else now.get(each, each) for each in before]
    translations = {former.source: former for former in worded.values()}
    found = documents.former.changed_texts(texts, cut.texts)
    return {text: translations[was] for text, was in found.items() if was in translations}
