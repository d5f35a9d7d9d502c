"""Whether a translated lesson could be made again without paying: the question before it is deleted.

It asks only whether memory holds the texts; the drill then tries what came of that.
"""

from functools import cached_property, lru_cache

import sqlalchemy as sa

from langassets.database.translations.memory import DatabaseMemory
from langassets.jobs.cleanup.drill.rebuilding import STATUSES
from langassets.jobs.lessons import DesiredContent, documents, load_desired
from langassets.locales import same_language, tag_of
from langassets.retention.plan import LessonObject
from langassets.translation.recipes import Recipes, remembered


class MemoryCheck:
    """Answers from the lessons as they are today and the memory; both are read when first asked."""

    def __init__(self, data: sa.Engine, recipes: Recipes) -> None:
        self._data = data
        self._recipes = recipes
        # A cleanup decides on its languages one after the other; two memories at a time are enough.
        self._known = lru_cache(maxsize=2)(DatabaseMemory(data).known)

    def can_be_made_again(self, item: LessonObject) -> bool:
        """Whether the object can be made again, word for word or better: its lesson still says the same,
        and memory holds a translation of every segment."""
        want, texts = self._sources.get((item.lesson, item.content_type), (None, ()))
        if want is None or want.source_hash != item.source_hash:
            return False
        source, target = tag_of(want.source_language), tag_of(item.language)
        if same_language(source, target):
            return True
        return remembered(texts, source, target, self._recipes, self._known(target))

    @property
    def contents(self) -> dict[tuple[str, str], DesiredContent]:
        """The contents as they were when first asked for, by lesson and type."""
        return {place: want for place, (want, _) in self._sources.items()}

    @cached_property
    def _sources(self) -> dict[tuple[str, str], tuple[DesiredContent, tuple[str, ...]]]:
        desired, _ = load_desired(self._data, STATUSES)
        found = documents(self._data, desired, STATUSES)
        return {want.place: (want, content.texts) for want, content in found}
