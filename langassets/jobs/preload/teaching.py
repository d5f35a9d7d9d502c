"""`EDITS_TEACH_MEMORY`: what people change in one object becomes a translation for all lessons."""

import logging
from collections.abc import Iterable
from functools import cache

from langassets.database.translations.memory import APPROVED
from langassets.services import Services
from langassets.translation.checks import check, learn_bounds, tidy
from langassets.translation.documents.document import Document
from langassets.translation.edits.placing import Edit
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered

PROVIDER = "edit"

_log = logging.getLogger("langassets.preload")


def teach(services: Services, tag: str, learnt: Iterable[tuple[Document, Iterable[Edit]]]) -> None:
    """Keep edits in memory, as approved; what a check objects to stays with its place alone, and is said."""
    bounds = cache(lambda source: learn_bounds(services.memory.pairs(source, tag)))
    taught = []
    for source, edits in learnt:
        segments = {segment.text: segment for segment in source.segments}
        for edit in edits:
            segment = segments.get(edit.source_text)
            if segment is None or edit.wording.parts:
                continue  # its lesson says otherwise now, or it has parts that no other lesson has
            text = tidy(segment.text, edit.wording.text, tag)
            terms = services.glossary.terms_in([segment.text], tag)
            pair = (source.source_language, tag)
            if findings := check(segment, text, *pair, terms=terms, bounds=bounds(pair[0])):
                reason = "; ".join(f"{finding.name}: {finding.reason}" for finding in findings)
                _log.warning("An edit is not taught, and stays with its lesson: %s", reason)
                continue
            key = MemoryKey(segment.text, *pair, ANY_RECIPE)
            taught.append(Remembered(key, text, PROVIDER, "", APPROVED))
    services.memory.remember(taught)
