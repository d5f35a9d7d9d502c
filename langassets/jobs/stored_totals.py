"""How much of a language stands in storage."""

from collections.abc import Collection
from dataclasses import dataclass

from langassets.storage import keys
from langassets.storage.store import ContentStore


@dataclass(slots=True)
class StoredTotals:
    """What stands of a language's `active` lessons, and apart from it of others; sizes in bytes."""

    active: Collection[str]
    lessons: int = 0
    objects: int = 0
    size: int = 0
    inactive_objects: int = 0
    inactive_size: int = 0
    _last: str = ""

    def add(self, lesson: str, size: int) -> None:
        """Count one object; those of a lesson come one after the other, as a listing has them."""
        if lesson not in self.active:
            self.inactive_objects += 1
            self.inactive_size += size
            return
        self.lessons += lesson != self._last
        self._last = lesson
        self.objects += 1
        self.size += size


async def count_stored(store: ContentStore, language: str, totals: StoredTotals) -> None:
    """Add what stands of a language's lessons. Costs one listing."""
    async for stored in store.list(keys.lessons_prefix(language)):
        if lesson := keys.parse(stored.key):
            totals.add(lesson.lesson, stored.size)
