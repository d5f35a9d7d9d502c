"""The providers' public prices, from what the package genai-prices brings with it: nothing is fetched.

It has them with the day from which they hold, by the length of the prompt, and for batch and flex.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from langassets import lazy
from langassets.translation.cost.rates import Mode, Rates

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

# A model is looked for at its maker's own list alone: what others ask for a model of that name may differ.
_PROVIDERS = ("openai", "google")
_CONTEXTS: Mapping[Mode, Mapping[str, str]] = {
    Mode.DIRECT: {},
    Mode.BATCH: {"processing": "batch"},
    Mode.FLEX: {"service_tier": "flex"},
}
_CHECKED = re.compile(r"(?:verified|checked)[^.;]{0,40}?\b(\d{4}-\d{2}-\d{2})")


def listed(model: str, mode: Mode, at: datetime, input_tokens: int) -> Rates | None:
    """The public price at that moment of a request with so many tokens in; by the rule of `Rates.halved`
    where only the direct price is listed. None where the model is on no list."""
    found = _model(model)
    if found is None:
        return None
    direct = found.get_prices(at)
    prices = found.get_prices(at, _CONTEXTS[mode])
    rates = _rates(prices, input_tokens)
    return rates.halved() if rates and mode is not Mode.DIRECT and prices == direct else rates


def package() -> str:
    return f"genai-prices {version('genai-prices')}"


@cache
def checked_on() -> date:
    """The newest day on which a price is said to have been compared with a provider's list: the data are at
    least as new. They hold no day of their own."""
    comments = (
        comment
        for provider in lazy.genai__prices_data.providers
        for comment in (provider.price_comments, *(model.price_comments for model in provider.models))
    )
    days = (day for comment in comments for day in _CHECKED.findall(comment or ""))
    return max((date.fromisoformat(day) for day in days), default=date.min)


@cache
def _model(name: str) -> "ModelInfo | None":
    for provider in lazy.genai__prices_data.providers:
        if provider.id in _PROVIDERS and provider.model_match and provider.model_match.is_match(name):
            return provider.find_model(name)
    return None


def _rates(prices: "ModelPrice", input_tokens: int) -> Rates | None:
    kinds = ("input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok")
    of_input, of_output, cached, written = (_price(getattr(prices, kind), input_tokens) for kind in kinds)
    if of_input is None or of_output is None:
        return None
    # Where caching has no price of its own, it changes nothing.
    cached, written = (of_input if one is None else one for one in (cached, written))
    return Rates(of_input, of_output, cached, written)


def _price(price: "Decimal | TieredPrices | None", input_tokens: int) -> Decimal | None:
    """A price at this length of prompt: the whole request is billed by the tier that its input reaches."""
    if price is None or isinstance(price, Decimal):
        return price
    reached = [tier.price for tier in price.tiers if input_tokens > tier.start]
    return reached[-1] if reached else price.base
