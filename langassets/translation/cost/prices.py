"""What models cost. A table of the providers' public prices, which MODEL_PRICES goes before."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from langassets.errors import SettingsError
from langassets.translation.types import TokenUsage

PRICES_AS_OF = date(2026, 11, 23)
"""The day on which the table below was compared with the providers' price lists."""


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars a million tokens; reasoning counts as output."""

    input: float
    output: float


# developers.openai.com/api/docs/pricing and ai.google.dev/gemini-api/docs/pricing, standard tier.
# Batch interfaces of both cost half.
PRICES: Mapping[str, Price] = {
    "gpt-6-luna": Price(0.10, 0.50),
    "gpt-6.1-terra": Price(1.00, 5.00),
    "gpt-6.1-sol": Price(2.00, 10.00),
    "gpt-5.6-luna": Price(0.20, 1.20),
    "gpt-5.6-terra": Price(2.00, 12.00),
    "gpt-5.4-mini": Price(0.75, 4.50),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4o-mini": Price(0.15, 0.60),
    "gemini-3.5-flash-lite": Price(0.30, 2.50),
    "gemini-3.1-flash-lite": Price(0.25, 1.50),
    "gemini-3.8-flash": Price(1.50, 7.50),
    "gemini-3.5-flash": Price(1.50, 9.00),
    "gemini-2.5-flash": Price(0.30, 2.50),
    "gemini-2.5-flash-lite": Price(0.10, 0.40),
    "pseudo": Price(0.0, 0.0),
}
BATCH_DISCOUNT = 0.5

# A dated snapshot of a model costs what the model does.
_SNAPSHOT = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{3}|latest)\Z")


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by model: those of the table, and those set by the operator before them."""

    own: Mapping[str, Price] = field(default_factory=dict)

    def of(self, model: str) -> Price | None:
        """The price of a model, None where it is not known."""
        plain = _SNAPSHOT.sub("", model.removeprefix("models/"))
        return self.own.get(model) or self.own.get(plain) or PRICES.get(plain)

    def cost(self, model: str, usage: TokenUsage, share: float = 1.0) -> float | None:
        """What `usage` costs in dollars, None where the model's price is not known.

        `share` is the part of the standard price that is paid, `BATCH_DISCOUNT` in batch mode.
        """
        price = self.of(model)
        if price is None:
            return None
        tokens = usage.input_tokens * price.input + usage.output_tokens * price.output
        return tokens * share / 1_000_000


def parse_prices(text: str | None) -> Prices:
    """The prices in MODEL_PRICES: `model=in/out` by commas, dollars a million tokens.

    Raises SettingsError naming the part that is wrong.
    """
    own = {}
    for part in (part.strip() for part in (text or "").split(",")):
        if not part:
            continue
        model, _, amounts = part.rpartition("=")
        numbers = [_dollars(number) for number in amounts.split("/")]
        if not model.strip() or "=" in model or len(numbers) != 2 or None in numbers:
            raise SettingsError(
                f"MODEL_PRICES: {part!r} is not of the form model=in/out, dollars a million tokens, "
                "like my-model=0.25/2.00"
            )
        own[model.strip()] = Price(numbers[0] or 0.0, numbers[1] or 0.0)
    return Prices(own)


def _dollars(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
