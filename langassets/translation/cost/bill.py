"""The bill: each request by itself, from before it is sent, and whom it was for.

What a request may cost is reserved before it goes out, and settled when it is known: so nothing is missing
from the bill when a process dies in between, and no two processes spend the same dollars.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from langassets.translation.cost.rates import Mode, Rates
from langassets.translation.types import TokenUsage


@dataclass(frozen=True, slots=True)
class Planned:
    """A request that is about to be sent, under an `id` of ours: the most that it can cost (None where the
    price is not known), and the characters that it holds of each lesson."""

    id: str
    language: str
    provider: str
    model: str
    mode: Mode
    sent_at: datetime
    most: Decimal | None
    lessons: Mapping[str, int] = field(default_factory=dict)

    @property
    def reserved(self) -> Decimal:
        """Dollars that are kept for it."""
        return self.most or Decimal(0)


@dataclass(frozen=True, slots=True)
class Billed:
    """What came of the request with this `id`: its usage, `estimated` where the provider did not say it, at
    `rates` (None where they are not known). A `usage` of None: nothing was billed. `mode` is the
    way that it was billed by, None where that is the planned one."""

    id: str
    usage: TokenUsage | None
    rates: Rates | None = None
    request_id: str | None = None
    estimated: bool = False
    mode: Mode | None = None


class Reserved(NamedTuple):
    """So many requests, from the first on, may be sent; `stopped` says why the others may not."""

    requests: int
    stopped: str | None = None


class Bill(Protocol):
    """Where the bill is kept. Calls block on a database, and may come from any thread."""

    def reserve(self, planned: Sequence[Planned]) -> Reserved:
        """Note requests before they are sent, as many as may be."""

    def settle(self, billed: Iterable[Billed]) -> None:
        """Note what requests were billed for; the same again changes nothing. What is never settled stays
        unknown, and counts as the most that it can have been."""


def affordable(left: Decimal | None, most: Sequence[Decimal]) -> int:
    """How many requests that cost at most so much, from the first on, go into what is left; None is
    no limit. What costs nothing always goes."""
    if left is None:
        return len(most)
    total = Decimal(0)
    for number, cost in enumerate(most):
        total += cost
        if cost > 0 and total > left:
            return number
    return len(most)


def shared_out(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """`total` in parts by weight, which add up to it exactly: each is rounded down, and what is left goes,
    one by one, to those that rounding took most from, the first name first among equals."""
    whole = sum(weights.values())
    if not whole:
        return {next(iter(weights), ""): total}
    parts = {name: total * weight // whole for name, weight in weights.items()}
    lost = sorted(weights, key=lambda name: (-(total * weights[name] % whole), name))
    for name in lost[: total - sum(parts.values())]:
        parts[name] += 1
    return parts
