"""What contents said before they changed, and how that was translated: context for the model.

It is found by the hashes of the texts that a content last consisted of, and by the memory, which has the
texts and their translations.
"""

from collections.abc import Iterable, Mapping

from langassets.database.connection import reading
from langassets.database.content.content_texts import kept_texts_of
from langassets.jobs.lessons import DesiredContent
from langassets.jobs.preload.object_recipes import short_hash_of
from langassets.services import Services
from langassets.translation.documents.document import Document
from langassets.translation.documents.former import changed_texts
from langassets.translation.object_recipe import unpacked
from langassets.translation.types import Former


class FormerVersions:
    """The former versions of contents; `note` reads of which texts they consisted, before that is lost."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._noted: set[DesiredContent] = set()
        self._texts: dict[DesiredContent, list[str]] = {}

    def note(self, wanted: Iterable[DesiredContent]) -> None:
        """Note what contents consisted of before; what has not changed since takes no room."""
        new = {(want.lesson, want.content_type): want for want in wanted if want not in self._noted}
        if not new:
            return
        self._noted.update(new.values())
        with reading(self._services.data) as connection:
            for kept in kept_texts_of(connection, {lesson for lesson, _ in new}):
                want = new.get((kept.lesson, kept.content_type))
                if want and want.source_hash != kept.source_hash:
                    self._texts[want] = unpacked(kept.texts)

    def of(self, want: DesiredContent, content: Document, target: str) -> Mapping[str, Former]:
        """For each text of a content that has changed, by the text: what it was, and its translation into
        `target` (a tag)."""
        hashes = self._texts.get(want)
        if hashes is None:
            return {}
        texts = {short_hash_of(text): text for text in content.texts}
        gone = [each for each in hashes if each not in texts]
        if not gone or len(gone) + len(texts) == len(hashes):
            return {}
        source = content.source_language
        worded = self._services.memory.worded(source, target, gone)
        # What the memory has no more of takes its place in the order all the same.
        before = [worded[each].source if each in worded else texts.get(each, each) for each in hashes]
        translations = {former.source: former for former in worded.values()}
        found = changed_texts(before, list(texts.values()))
        return {text: translations[was] for text, was in found.items() if was in translations}
