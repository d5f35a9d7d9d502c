"""`EDITS_TEACH_MEMORY`: what people change in one object becomes a translation for all lessons."""

import logging
from collections.abc import Iterable, Iterator
from functools import cache

from langassets.database.translations.memory import APPROVED
from langassets.services import Services
from langassets.translation.checks import check, learn_bounds, tidy
from langassets.translation.documents.document import Document
from langassets.translation.edits.placing import Edit
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered, Wording

PROVIDER = "edit"

_log = logging.getLogger("langassets.preload")


def teach(services: Services, tag: str, learnt: Iterable[tuple[Document, Iterable[Edit]]]) -> None:
    """Keep edits in memory, as approved; what a check objects to stays with its place alone, and is said."""
    judge = Judge(services, tag, "An edit is not taught")
    taught = []
    for source, edits in learnt:
        for text, translation in judge.sound(source, [(edit.source_text, edit.wording) for edit in edits]):
            key = MemoryKey(text, source.source_language, tag, ANY_RECIPE)
            taught.append(Remembered(key, translation, PROVIDER, "", APPROVED))
    services.memory.remember(taught)


class Judge:
    """Tells what of an object's texts can be a translation in any other object into a language (a tag);
    logs after `otherwise` why one cannot."""

    def __init__(self, services: Services, tag: str, otherwise: str) -> None:
        self._services, self._tag, self._otherwise = services, tag, otherwise
        self._bounds = cache(lambda source: learn_bounds(services.memory.pairs(source, tag)))

    def sound(self, source: Document, said: Iterable[tuple[str, Wording]]) -> Iterator[tuple[str, str]]:
        """Of what is said for texts of a document that to which no check objects."""
        segments = {segment.text: segment for segment in source.segments}
        pair = (source.source_language, self._tag)
        for original, wording in said:
            segment = segments.get(original)
            if segment is None or wording.parts:
                continue  # its lesson says otherwise now, or it has parts that no other lesson has
            text = tidy(segment.text, wording.text, self._tag)
            terms = self._services.glossary.terms_in([segment.text], self._tag)
            if findings := check(segment, text, *pair, terms=terms, bounds=self._bounds(pair[0])):
                reason = "; ".join(f"{finding.name}: {finding.reason}" for finding in findings)
                _log.warning("%s, and stays with its lesson: %s", self._otherwise, reason)
            else:
                yield segment.text, text
