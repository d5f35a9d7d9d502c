"""What a run asked of its models and what it paid, by language."""

from collections import defaultdict
from dataclasses import dataclass, field

from langassets.translation.cost.prices import Prices
from langassets.translation.types import TokenUsage


@dataclass(slots=True)
class Spent:
    """What one model was asked for one language.

    `requests` counts every request that was sent, `refused` those of them that met a rate limit, `failed`
    those that brought no answer; `retries` those sent again because of either. `seconds` is the sum of the
    answers' times. `segments` were kept; `rejected` failed a check.
    """

    requests: int = 0
    segments: int = 0
    rejected: int = 0
    refused: int = 0
    failed: int = 0
    retries: int = 0
    usage: TokenUsage = field(default_factory=TokenUsage)
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """One row of the account: `cost` is in dollars, None where the model's price is not known."""

    language: str
    provider: str
    model: str
    spent: Spent
    cost: float | None


MEMORY = "memory"
"""Stands in the account where a provider does, for segments that nobody was asked for."""


class Totals:
    """The account of one run, kept while it runs."""

    def __init__(self, prices: Prices) -> None:
        self._prices = prices
        self._spent: dict[tuple[str, str, str], Spent] = defaultdict(Spent)
        self._from_memory: dict[str, int] = defaultdict(int)

    def of(self, language: str, provider: str, model: str) -> Spent:
        """The running account of one model for one language, to add to."""
        return self._spent[language, provider, model]

    def recalled(self, language: str, segments: int) -> None:
        """Note that so many segments were there without a request."""
        self._from_memory[language] += segments

    def from_memory(self, language: str | None = None) -> int:
        """Segments that were there without a request, for one language or all."""
        return sum(self._from_memory.values()) if language is None else self._from_memory.get(language, 0)

    def from_model(self, language: str | None = None) -> int:
        """Segments that models translated and that were kept, for one language or all."""
        return sum(row.spent.segments for row in self.rows() if language in (None, row.language))

    @property
    def requests(self) -> int:
        """Requests sent, of every kind."""
        return sum(spent.requests for spent in self._spent.values())

    @property
    def cost(self) -> float | None:
        """Dollars in all, None where a price is not known."""
        costs = [row.cost for row in self.rows()]
        return None if None in costs else sum(cost for cost in costs if cost is not None)

    def memory_rows(self) -> list[ModelUsage]:
        """Segments that were there without a request, by language, as rows of the account."""
        return [
            ModelUsage(language, MEMORY, "", Spent(segments=segments), 0.0)
            for language, segments in sorted(self._from_memory.items())
        ]

    def rows(self) -> list[ModelUsage]:
        """The account by language, provider and model."""
        return [
            ModelUsage(language, provider, model, spent, self._prices.cost(model, spent.usage))
            for (language, provider, model), spent in sorted(self._spent.items())
        ]
