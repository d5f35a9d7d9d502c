"""Whether a translated lesson could be made again without paying: the question before it is deleted."""

from functools import lru_cache

import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.lessons import content_data, contents, lessons
from langassets.database.memory import DatabaseMemory, KnownTexts
from langassets.errors import InputError
from langassets.locales import same_language, tag_of
from langassets.retention.plan import LessonObject
from langassets.translation.documents.document import document
from langassets.translation.recipes import Recipes, remembered


class Rebuilder:
    """Answers from the lessons as they are today and the memory; both are read when first asked."""

    def __init__(self, data: sa.Engine, recipes: Recipes) -> None:
        self._data = data
        self._recipes = recipes
        self._memory = DatabaseMemory(data)
        self._sources: dict[tuple[str, str], tuple[str, str, tuple[str, ...]]] | None = None
        # A cleanup decides on its languages one after the other; two memories at a time are enough.
        self._known = lru_cache(maxsize=2)(self._memory.known)

    def can_make(self, entry: LessonObject) -> bool:
        """Whether the object can be made again, word for word or better: its lesson still says the same,
        and memory holds a translation of every segment."""
        source = self._of(entry.lesson, entry.content_type)
        if source is None:
            return False
        source_hash, language, texts = source
        if source_hash != entry.source_hash:
            return False
        if same_language(language, entry.language):
            return True
        target = tag_of(entry.language)
        known: KnownTexts = self._known(target)
        return remembered(texts, tag_of(language), target, self._recipes, known)

    def _of(self, lesson: str, content_type: str) -> tuple[str, str, tuple[str, ...]] | None:
        if self._sources is None:
            self._sources = self._read()
        return self._sources.get((lesson, content_type))

    def _read(self) -> dict[tuple[str, str], tuple[str, str, tuple[str, ...]]]:
        sources = {}
        with reading(self._data) as connection:
            languages = {lesson.id: lesson.language for lesson in lessons(connection)}
            hashes = {(c.lesson, c.content_type): c.source_hash for c in contents(connection)}
            for lesson, content_type, data in content_data(connection, hashes):
                if not isinstance(data, dict):
                    continue
                try:
                    texts = document(content_type, data).texts
                except InputError:
                    continue
                sources[lesson, content_type] = (hashes[lesson, content_type], languages[lesson], texts)
        return sources
