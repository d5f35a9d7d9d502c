"""What models cost: MODEL_PRICES, and below it what genai-prices has of the providers' public lists.

Money is exact: decimals of dollars, rounded once, for a request, to a millionth of a millionth.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import product

from langassets.errors import SettingsError
from langassets.translation.cost.price_list import listed
from langassets.translation.cost.rates import Mode, Rates
from langassets.translation.types import TokenUsage

_FREE: Mapping[str, Rates] = {"pseudo": Rates(Decimal(0), Decimal(0), Decimal(0), Decimal(0))}

# A dated snapshot of a model costs what the model does.
_SNAPSHOT = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{3}|latest)\Z")
_NAMED = re.compile(r"(?P<model>[^\s=]+)(?:\s+(?P<mode>direct|batch|flex))?")


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by model: those of the operator's `own`, and below them the public ones of the day on which the
    `clock` is asked. An own price has a mode; where batch or flex has none, it is half of the direct one."""

    own: Mapping[tuple[str, Mode], Rates] = field(default_factory=dict)
    clock: Callable[[], datetime] = field(default=_utc_now, compare=False)

    def of(
        self, model: str, mode: Mode = Mode.DIRECT, *, at: datetime | None = None, input_tokens: int = 0
    ) -> Rates | None:
        """The price of a request with so many tokens in, None where it is not known; `at` is now where it is
        not given."""
        plain = model.removeprefix("models/")
        names = (model, plain, _SNAPSHOT.sub("", plain))
        for wanted in (mode, Mode.DIRECT):
            for name in names:
                if rates := self.own.get((name, wanted)) or _FREE.get(name):
                    return rates if wanted is mode else rates.halved()
        moment = at or self.clock()
        found = (listed(name, mode, moment, input_tokens) for name in dict.fromkeys(names[1:]))
        return next((rates for rates in found if rates is not None), None)

    def cost(
        self,
        model: str,
        usage: TokenUsage,
        mode: Mode = Mode.DIRECT,
        *,
        at: datetime | None = None,
        requests: int = 1,
    ) -> Decimal | None:
        """What `usage` costs in dollars, None where the model's price is not known.

        `requests` is how many took it: some models cost more from a length of prompt on, and they are taken
        to be of one length.
        """
        rates = self.of(model, mode, at=at, input_tokens=usage.input_tokens // max(1, requests))
        return None if rates is None else rates.cost(usage)

    def most(
        self, model: str, bound: TokenUsage, modes: Iterable[Mode], *moments: datetime
    ) -> Decimal | None:
        """What a request of at most so many tokens costs in dollars at most, billed by any of these modes at
        any of these moments; None where the model's price is not known.

        An input within the bound may fall under the price of a shorter prompt, which need not be the lower.
        """
        lengths = (0, bound.input_tokens)
        found = [
            self.of(model, mode, at=at, input_tokens=length)
            for mode, at, length in product(modes, moments, lengths)
        ]
        known = [rates.most(bound) for rates in found if rates is not None]
        return max(known) if known and len(known) == len(found) else None


def parse_prices(text: str | None, clock: Callable[[], datetime] = _utc_now) -> Prices:
    """The prices in MODEL_PRICES: `model=in/out` by commas, dollars a million tokens. A third number is for
    input that the provider had cached, a fourth for input that it writes into its cache; either is the price
    of input where it is missing. `model batch=…` and `model flex=…` are for those ways of asking.

    Raises SettingsError naming the part that is wrong.
    """
    own = {}
    for part in (part.strip() for part in (text or "").split(",")):
        if not part:
            continue
        named, _, amounts = part.rpartition("=")
        of, rates = _NAMED.fullmatch(named.strip()), _rates(amounts)
        if of is None or rates is None:
            raise SettingsError(
                f"MODEL_PRICES: {part!r} is not of the form model=in/out or model=in/out/cached, dollars a "
                "million tokens, like my-model=0.25/2.00"
            )
        own[of["model"], Mode(of["mode"] or Mode.DIRECT)] = rates
    return Prices(own, clock)


def _rates(text: str) -> Rates | None:
    try:
        numbers = [Decimal(number.strip()) for number in text.split("/")]
    except InvalidOperation:
        return None
    if len(numbers) not in (2, 3, 4) or not all(each.is_finite() and each >= 0 for each in numbers):
        return None
    into, out, cached, written = (*numbers, *(numbers[0],) * (4 - len(numbers)))
    return Rates(into, out, cached, written)
