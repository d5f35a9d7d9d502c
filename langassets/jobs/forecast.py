"""What it takes of the preferred model to translate texts: the figures by language, and what runs showed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from langassets.database.records.experience import corrections
from langassets.services import Services
from langassets.translation.cost.learning import Correction, Corrections
from langassets.translation.cost.tokens import answer_tokens, batch_tokens
from langassets.translation.engine.batching import PlacedText, batch_of, cut
from langassets.translation.glossary import Glossary
from langassets.translation.providers.usage import likely_usage
from langassets.translation.types import Batch, TokenUsage


class Cost(NamedTuple):
    """Dollars that are expected, and between which they are likely to lie."""

    expected: Decimal
    lowest: Decimal
    highest: Decimal


NOTHING = Cost(Decimal(0), Decimal(0), Decimal(0))


def together(costs: Iterable[Cost | None]) -> Cost | None:
    """All of them; None where one is not known. Their ranges are off together: it is one model."""
    every = [*costs]
    known = [cost for cost in every if cost is not None]
    return Cost._make(map(sum, zip(NOTHING, *known, strict=True))) if len(known) == len(every) else None


def as_floats(cost: Cost | None) -> tuple[float | None, float | None, float | None]:
    """A cost for machines: what is expected, at least and at most."""
    if cost is None:
        return None, None, None
    return float(cost.expected), float(cost.lowest), float(cost.highest)


def in_words(cost: Cost | None) -> str:
    """A cost for people, where the price of a model may not be known."""
    if cost is None:
        return "at a price that is not known (set MODEL_PRICES)"
    if not cost.expected:
        return "$0.0000"
    return f"${cost.expected:,.4f} (${cost.lowest:,.4f} to ${cost.highest:,.4f})"


@dataclass(frozen=True, slots=True)
class Forecast:
    """Requests and tokens that are expected, those of texts that are asked for again included, and what they
    cost; None where the price of the model is not known."""

    requests: int
    usage: TokenUsage
    cost: Cost | None


class Forecasts:
    """Forecasts by what runs lately took; what they took is read once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.model = services.recipes.models[0][1]
        """The model that is asked first, and priced."""

    @cached_property
    def _learnt(self) -> Corrections:
        return corrections(self._services.data, self.model, self._services.clock())

    def of(
        self,
        texts: Mapping[str, Sequence[PlacedText]],
        target: str,
        scaled: Callable[[int], int] = lambda figure: figure,
    ) -> Forecast:
        """The forecast for translating texts, by the tag of their language, into `target`; where they stand
        for more than themselves, `scaled` says for how much."""
        planned, usage = 0, TokenUsage()
        for source, placed in texts.items():
            for batch in batches(placed, source, target, self.model, self._services.glossary):
                planned, usage = planned + 1, usage + likely_usage(batch, self.model)
        likely = TokenUsage(scaled(usage.input_tokens), scaled(usage.output_tokens))
        # Of nothing, nothing has to be known.
        learnt = self._learnt.of(target) if planned else Correction()
        requests, usage = learnt.of(scaled(planned), likely)
        cost = self._services.prices.cost(self.model, usage, requests=requests)
        part = Decimal(str(learnt.spread))
        priced = None if cost is None else Cost(cost, cost * (1 - part), cost * (1 + part))
        return Forecast(requests, usage, priced)


def batches(
    texts: Sequence[PlacedText], source: str, target: str, model: str, glossary: Glossary
) -> Iterator[Batch]:
    """The requests that `texts` are asked of a model in; languages are tags."""
    start = 0
    for size in cut([answer_tokens(one.text, target) for one in texts], batch_tokens(model)):
        yield batch_of(texts[start : start + size], source, target, glossary)
        start += size
