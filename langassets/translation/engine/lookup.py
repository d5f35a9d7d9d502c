"""Reading what is to be translated: a portion at a time, each looked up as a whole."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from langassets.translation.checks import Bounds, learn_bounds
from langassets.translation.engine.batching import PlacedText
from langassets.translation.engine.open_tasks import Outcome
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.recipes import Recipes
from langassets.translation.refusals import Refusals, Refused, held
from langassets.translation.types import Former, LanguagePair, Memory, MemoryKey, Rejection, Segment

Keyed = tuple[Segment, tuple[MemoryKey, ...]]
"""A segment, and what its text may be found by: one key for each provider, the preferred one's first."""

# Documents, or segments, that are looked up at once.
_TASKS, _SEGMENTS = 50, 2_000


class Known(NamedTuple):
    """The documents of a portion with their segments, translations that stand in memory, and what is not to
    be asked for."""

    documents: Sequence[tuple[TranslationTask, Sequence[Keyed]]]
    recalled: Mapping[MemoryKey, str]
    refused: Mapping[MemoryKey, Refused]

    def translations(self, keys: Sequence[MemoryKey]) -> Sequence[str]:
        """What memory holds for a segment, the best first."""
        return [self.recalled[key] for key in keys if key in self.recalled] if self.recalled else ()

    def outcome(self, keys: Sequence[MemoryKey]) -> Outcome | None:
        """What came of a segment that is not to be asked for; None where it may be."""
        refused = held(self.refused, keys) if self.refused else None
        return Outcome.remembered(refused) if refused else None


def portions(tasks: Iterable[TranslationTask]) -> Iterator[list[TranslationTask]]:
    """Documents, as many as are looked up at once."""
    portion: list[TranslationTask] = []
    segments = 0
    for task in tasks:
        portion.append(task)
        segments += len(task.document.segments)
        if len(portion) == _TASKS or segments >= _SEGMENTS:
            yield portion
            portion, segments = [], 0
    if portion:
        yield portion


def place_texts(
    task: TranslationTask, number: int, former: Mapping[str, Former] = MappingProxyType({})
) -> Iterator[PlacedText]:
    """Each text of the lesson with this `number`, with where it stands; `former` has what they were, by the
    text."""
    before = ""
    for place, segment in enumerate(task.document.segments):
        yield PlacedText(segment.text, number, place, task.title, before, former.get(segment.text))
        before = segment.text


class Lookup:
    """What memory holds and what was refused, and what memory teaches about the length of translations; for
    one thread at a time, and blocks on a database."""

    def __init__(self, memory: Memory, recipes: Recipes, refusals: Refusals | None = None) -> None:
        self._memory = memory
        self._recipes = recipes
        self._refusals = refusals
        self._bounds: dict[LanguagePair, Bounds | None] = {}
        self._rejected: dict[tuple[str, str, str], Sequence[Rejection]] = {}

    def __call__(self, portion: Sequence[TranslationTask]) -> Known:
        """What is known of these documents' texts."""
        documents = []
        texts = defaultdict[LanguagePair, set[str]](set)
        for task in portion:
            pair = (task.source_language, task.target_language)
            if pair not in self._bounds:
                self._bounds[pair] = learn_bounds(self._memory.pairs(*pair))
            keyed = [(each, self._recipes.keys(each.text, *pair)) for each in task.document.segments]
            texts[pair].update(segment.text for segment, _ in keyed)
            documents.append((task, keyed))
        self._rejected.update(self._memory.rejected(texts))
        every = dict.fromkeys(keys for _, keyed in documents for _, keys in keyed)
        recalled = self._memory.recall([key for keys in every for key in keys])
        missing = [key for keys in every if not any(key in recalled for key in keys) for key in keys]
        refused = self._refusals.recall(missing) if self._refusals and missing else {}
        return Known(documents, recalled, refused)

    def rejected(self, source_language: str, target_language: str, text: str) -> Sequence[Rejection]:
        """What people rejected of a text that was looked up, the newest last."""
        return self._rejected.get((source_language, target_language, text), ())

    def bounds(self, source_language: str, target_language: str) -> Bounds | None:
        """How long a translation may be, as far as memory could teach it."""
        return self._bounds.get((source_language, target_language))
