"""Reading what is to be translated: a portion at a time, each looked up in memory as a whole."""

from collections.abc import Iterable, Iterator, Sequence

from langassets.translation.checks import Bounds, learn_bounds
from langassets.translation.engine.tasks import Work
from langassets.translation.recipes import Recipes
from langassets.translation.types import Memory, MemoryKey, Segment

Portion = list[tuple[Work, Sequence[Segment]]]

# Documents, or segments, that are looked up at once.
_WORKS, _SEGMENTS = 50, 2_000


def portions(works: Iterable[Work]) -> Iterator[Portion]:
    """Documents with their segments, as many as are looked up in memory at once."""
    portion: Portion = []
    segments = 0
    for work in works:
        found = tuple(work.document.segments)
        portion.append((work, found))
        segments += len(found)
        if len(portion) == _WORKS or segments >= _SEGMENTS:
            yield portion
            portion, segments = [], 0
    if portion:
        yield portion


class Recall:
    """What memory holds, and what it teaches about the length of translations; for one thread at a time."""

    def __init__(self, memory: Memory, recipes: Recipes) -> None:
        self._memory = memory
        self._recipes = recipes
        self._bounds: dict[tuple[str, str], Bounds | None] = {}

    def __call__(self, portion: Portion) -> dict[MemoryKey, str]:
        """The translations that are known for a portion's segments, by their keys."""
        keys: dict[MemoryKey, None] = {}
        for work, segments in portion:
            pair = (work.source_language, work.target_language)
            if pair not in self._bounds:
                self._bounds[pair] = learn_bounds(self._memory.pairs(*pair))
            for segment in segments:
                keys.update(dict.fromkeys(self._recipes.keys(segment.text, *pair)))
        return dict(self._memory.recall(list(keys)))

    def bounds(self, source_language: str, target_language: str) -> Bounds | None:
        """How long a translation may be, as far as memory could teach it."""
        return self._bounds.get((source_language, target_language))
