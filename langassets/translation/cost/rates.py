"""What one request is billed by: dollars a million tokens, by kind of token."""

from dataclasses import dataclass
from decimal import Decimal

from langassets.translation.types import Mode as Mode
from langassets.translation.types import TokenUsage

SMALLEST = Decimal("1e-12")
"""Dollars are kept to this: a token at the lowest public price is 5,000 times as much."""

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """Dollars a million tokens, for one request. `cached` is for input that the provider had in its cache,
    `written` for input that it puts there; reasoning counts as output. `by_rule` says that a price of batch
    or flex is on no list, and was taken by the rule of `halved`."""

    input: Decimal
    output: Decimal
    cached: Decimal
    written: Decimal
    by_rule: bool = False

    def cost(self, usage: TokenUsage) -> Decimal:
        cached, written = usage.cached_tokens, usage.written_tokens
        plain = max(0, usage.input_tokens - cached - written)
        dollars = (
            plain * self.input
            + cached * self.cached
            + written * self.written
            + usage.output_tokens * self.output
        )
        return (dollars / _MILLION).quantize(SMALLEST)

    def most(self, usage: TokenUsage) -> Decimal:
        """What so many tokens cost at most, whichever of its input the provider had or puts in its cache."""
        dearest = max(self.input, self.cached, self.written)
        return Rates(dearest, self.output, dearest, dearest).cost(usage)

    def halved(self) -> "Rates":
        """By the rule that OpenAI and Google state for batch and flex: half for input and output. Cached
        input stays as it is, as Google has it for most models, and is never dearer than input."""
        half = self.input / 2
        return Rates(half, self.output / 2, min(self.cached, half), self.written / 2, by_rule=True)
