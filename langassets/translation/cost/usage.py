"""What a run asked of its models and what it paid, by language."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from langassets.translation.types import TokenUsage


@dataclass(slots=True)
class Spent:
    """What one model was asked for one language.

    `requests` counts every request that was sent, `refused` those of them that met a rate limit, `failed`
    those that brought no answer; `retries` those sent again because of either. `seconds` is the sum of the
    answers' times. `segments` were kept; `rejected` failed a check. `cost` is in dollars, each request at the
    price of its time, None where the model's price is not known. `planned` and `likely` are what a plan would
    have said of the texts that were asked for: requests and tokens, nothing learnt and nothing asked again.
    """

    requests: int = 0
    segments: int = 0
    rejected: int = 0
    refused: int = 0
    failed: int = 0
    retries: int = 0
    usage: TokenUsage = field(default_factory=TokenUsage)
    seconds: float = 0.0
    cost: Decimal | None = Decimal(0)
    planned: int = 0
    likely: TokenUsage = field(default_factory=TokenUsage)

    def asked(self, likely: TokenUsage) -> None:
        """Note a request for texts that were not asked for before."""
        self.planned += 1
        self.likely += likely

    def billed(self, usage: TokenUsage, cost: Decimal | None) -> None:
        """Add what a request was billed for."""
        self.usage += usage
        self.cost = None if cost is None or self.cost is None else self.cost + cost


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """One row of the account."""

    language: str
    provider: str
    model: str
    spent: Spent

    @property
    def cost(self) -> Decimal | None:
        """Dollars, None where the model's price is not known."""
        return self.spent.cost


MEMORY = "memory"
"""Stands in the account where a provider does, for segments that nobody was asked for."""


class Totals:
    """The account of one run, kept while it runs."""

    def __init__(self) -> None:
        self._spent: dict[tuple[str, str, str], Spent] = defaultdict(Spent)
        self._from_memory: dict[str, int] = defaultdict(int)

    def of(self, language: str, provider: str, model: str) -> Spent:
        """The running account of one model for one language, to add to."""
        return self._spent[language, provider, model]

    def recalled(self, language: str, segments: int) -> None:
        """Note that so many segments were there without a request."""
        self._from_memory[language] += segments

    @property
    def from_memory(self) -> int:
        """Segments that were there without a request."""
        return sum(self._from_memory.values())

    @property
    def from_model(self) -> int:
        """Segments that models translated and that were kept."""
        return sum(spent.segments for spent in self._spent.values())

    @property
    def requests(self) -> int:
        """Requests sent, of every kind."""
        return sum(spent.requests for spent in self._spent.values())

    @property
    def cost(self) -> Decimal | None:
        """Dollars in all, None where a price is not known."""
        costs = [row.cost for row in self.rows()]
        return None if None in costs else sum((cost for cost in costs if cost is not None), Decimal(0))

    def memory_rows(self) -> list[ModelUsage]:
        """Segments that were there without a request, by language, as rows of the account."""
        return [
            ModelUsage(language, MEMORY, "", Spent(segments=segments))
            for language, segments in sorted(self._from_memory.items())
        ]

    def rows(self) -> list[ModelUsage]:
        """The account by language, provider and model."""
        return [
            ModelUsage(language, provider, model, spent)
            for (language, provider, model), spent in sorted(self._spent.items())
        ]
