"""Reading what is to be translated: a portion at a time, each looked up in memory as a whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from langassets.translation.checks import Bounds, learn_bounds
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.recipes import Recipes
from langassets.translation.types import LanguagePair, Memory, MemoryKey, Rejection, Segment

Portion = list[tuple[TranslationTask, Sequence[Segment]]]

# Documents, or segments, that are looked up at once.
_TASKS, _SEGMENTS = 50, 2_000


def portions(tasks: Iterable[TranslationTask]) -> Iterator[Portion]:
    """Documents with their segments, as many as are looked up in memory at once."""
    portion: Portion = []
    segments = 0
    for task in tasks:
        found = tuple(task.document.segments)
        portion.append((task, found))
        segments += len(found)
        if len(portion) == _TASKS or segments >= _SEGMENTS:
            yield portion
            portion, segments = [], 0
    if portion:
        yield portion


class MemoryLookup:
    """What memory holds, and what it teaches about the length of translations; for one thread at a time."""

    def __init__(self, memory: Memory, recipes: Recipes) -> None:
        self._memory = memory
        self._recipes = recipes
        self._bounds: dict[tuple[str, str], Bounds | None] = {}
        self._rejected: dict[tuple[str, str, str], Sequence[Rejection]] = {}

    def __call__(self, portion: Portion) -> dict[MemoryKey, str]:
        """The translations that are known for a portion's segments, by their keys."""
        keys: dict[MemoryKey, None] = {}
        texts = defaultdict[LanguagePair, set[str]](set)
        for task, segments in portion:
            pair = (task.source_language, task.target_language)
            if pair not in self._bounds:
                self._bounds[pair] = learn_bounds(self._memory.pairs(*pair))
            for segment in segments:
                keys.update(dict.fromkeys(self._recipes.keys(segment.text, *pair)))
                texts[pair].add(segment.text)
        self._rejected.update(self._memory.rejected(texts))
        return dict(self._memory.recall(list(keys)))

    def rejected(self, source_language: str, target_language: str, text: str) -> Sequence[Rejection]:
        """What people rejected of a text that was looked up, the newest last."""
        return self._rejected.get((source_language, target_language, text), ())

    def bounds(self, source_language: str, target_language: str) -> Bounds | None:
        """How long a translation may be, as far as memory could teach it."""
        return self._bounds.get((source_language, target_language))
