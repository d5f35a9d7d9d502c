"""Texts that go into one request together, and how they are parted when they turn out too many."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from langassets.translation.engine.acceptance import complaint
from langassets.translation.engine.batching import batch_of, cut
from langassets.translation.engine.pending_segments import PendingSegment
from langassets.translation.glossary import Glossary
from langassets.translation.types import Batch

# A request is parted only when it is clearly over the budget: figures are estimates.
_TOLERANCE = 1.2


@dataclass(eq=False, slots=True)
class Request:
    """`splits` counts how often answers for its texts were bad as a whole."""

    items: list[PendingSegment]
    splits: int = 0

    @property
    def order(self) -> int:
        """The number of the most important document that asked for one of its texts."""
        return min(item.placed.lesson for item in self.items)

    @property
    def tokens(self) -> int:
        return sum(item.tokens for item in self.items)

    @property
    def lessons(self) -> Mapping[str, int]:
        """How many characters it has of each lesson; a text of several is the one's that asked first."""
        characters: Counter[str] = Counter()
        for item in self.items:
            characters[item.lesson] += len(item.placed.text)
        return characters

    def batch(self, glossary: Glossary) -> Batch:
        """What it asks a model for, with what is to be said of earlier tries."""
        source, target, _ = self.items[0].key
        found = {index: item for index, item in enumerate(self.items) if item.findings}
        complaints = {index: complaint(item.findings) for index, item in found.items()}
        refused = {index: item.refused for index, item in found.items() if complaints[index]}
        placed = [item.placed for item in self.items]
        return batch_of(placed, source, target, glossary, complaints, refused)

    def too_large_for(self, budget: int) -> bool:
        """Whether it is to be parted before it is sent."""
        return len(self.items) > 1 and self.tokens > budget * _TOLERANCE

    def parts(self, budget: int) -> Iterator["Request"]:
        return within_budget(self.items, budget, self.splits) if self.too_large_for(budget) else iter((self,))

    def halves(self) -> Iterator["Request"]:
        """Two requests of half its texts each, in order."""
        middle = len(self.items) // 2
        yield Request(self.items[:middle], self.splits + 1)
        yield Request(self.items[middle:], self.splits + 1)


def within_budget(items: Sequence[PendingSegment], budget: int, splits: int = 0) -> Iterator[Request]:
    """Requests for `items`, in order, as `cut` says."""
    rest = iter(items)
    for size in cut([item.tokens for item in items], budget):
        yield Request(list(islice(rest, size)), splits)
