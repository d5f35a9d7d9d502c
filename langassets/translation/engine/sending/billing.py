"""Each request of a client on the bill and within the limits, from before it is sent until it is over."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import NamedTuple, TypeVar
from uuid import uuid4

from langassets.translation.cost.bill import Bill, Billed, Planned
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.rates import Mode
from langassets.translation.cost.usage import Spent
from langassets.translation.types import Provider, TokenUsage

_T = TypeVar("_T")


class Sent(NamedTuple):
    """A request on the bill; `cost` is what was reserved for it."""

    id: str
    at: datetime
    cost: Decimal


class Ending(NamedTuple):
    """What a request was billed for, None for nothing. Where that is not `known`, `usage` is what it may have
    been; `estimated` where the provider has not said it."""

    usage: TokenUsage | None = None
    known: bool = True
    estimated: bool = False
    request_id: str | None = None
    mode: Mode = Mode.DIRECT


NOTHING, UNKNOWN = Ending(), Ending(known=False)


@dataclass(eq=False, slots=True)
class Billing:
    """What one provider is asked; `spending` are the limits of the run, `bill` where all runs keep theirs."""

    provider: Provider
    spending: SpendingLimits
    bill: Bill | None = None

    async def reserve(self, language: str, expected: TokenUsage, lessons: Mapping[str, int]) -> Sent | None:
        """Put a request on the bill before it is sent; None where the month has no room for it now. Whether
        it ever will have, `spending.stopped` says: what is under way may turn out cheaper."""
        model, prices = self.provider.model, self.spending.prices
        sent = Sent(uuid4().hex, prices.clock(), self.spending.sent(model, expected))
        if self.bill is None:
            return sent
        cost = prices.cost(model, expected, at=sent.at)
        planned = Planned(
            sent.id, language, self.provider.name, model, self.provider.mode, sent.at, cost, lessons
        )
        try:
            reserved = await _uninterrupted(partial(self.bill.reserve, [planned]))
        except asyncio.CancelledError:
            await asyncio.to_thread(self.bill.settle, [Billed(sent.id, None)])
            self.spending.withdrawn(sent.cost)
            raise
        if reserved.requests:
            return sent
        self.spending.withdrawn(sent.cost)
        if not self.spending.under_way:
            self.spending.stop(reserved.stopped or "the limit is reached")
        return None

    async def settle(self, sent: Sent, spent: Spent, ending: Ending) -> None:
        """Note how it ended, in the run's account too."""
        model, usage = self.provider.model, ending.usage
        self.spending.settled(model, sent.cost, usage)
        if not ending.known:
            return
        rates = None
        if usage is not None:
            rates = self.spending.prices.of(model, ending.mode, at=sent.at, input_tokens=usage.input_tokens)
            spent.billed(usage, rates.cost(usage) if rates else None)
        if self.bill is not None:
            billed = Billed(sent.id, usage, rates, ending.request_id, ending.estimated, ending.mode)
            await _uninterrupted(partial(self.bill.settle, [billed]))


async def _uninterrupted(call: Callable[[], _T]) -> _T:
    """What a thread does, to its end, whoever is cancelled meanwhile."""
    task = asyncio.ensure_future(asyncio.to_thread(call))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
