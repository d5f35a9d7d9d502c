"""Each request of a client on the bill and within the limits, from before it is sent until it is over."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


class Ending(NamedTuple):
    """What a request was billed for, None for nothing. Where that is not `known`, `usage` is what the run's
    account has of it, and it stays on the bill and in the limits as the most that it can have been;
    `estimated` where the provider has not said it."""

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

    def offer(self, language: str, bound: TokenUsage, lessons: Mapping[str, int]) -> Planned:
        """A request of at most so many tokens, if it is sent now: one that asks for flex may be billed as any
        other."""
        provider, prices = self.provider, self.spending.prices
        at = prices.clock()
        most = prices.most(provider.model, bound, {Mode.DIRECT, provider.mode}, at)
        return Planned(uuid4().hex, language, provider.name, provider.model, provider.mode, at, most, lessons)

    async def reserve(self, offer: Planned) -> bool:
        """Put a request on the bill before it is sent; not where the month has no room for it now. Whether
        it ever will have, `spending.stopped` says: what is under way may turn out cheaper."""
        self.spending.sent(offer.reserved)
        if self.bill is None:
            return True
        try:
            reserved = await _uninterrupted(partial(self.bill.reserve, [offer]))
        except asyncio.CancelledError:
            await asyncio.to_thread(self.bill.settle, [Billed(offer.id, None)])
            self.spending.withdrawn(offer.reserved)
            raise
        if reserved.requests:
            return True
        self.spending.withdrawn(offer.reserved)
        if not self.spending.under_way:
            self.spending.stop(reserved.stopped or "the limit is reached")
        return False

    async def settle(self, sent: Planned, spent: Spent, ending: Ending) -> None:
        """Note how it ended, in the run's account too."""
        usage, rates, cost = ending.usage, None, Decimal(0)
        if usage is not None:
            rates = self.spending.prices.of(
                self.provider.model, ending.mode, at=sent.sent_at, input_tokens=usage.input_tokens
            )
            cost = rates.cost(usage) if rates else Decimal(0)
            spent.billed(usage, cost if rates else None)
        self.spending.settled(sent.reserved, cost if ending.known else sent.reserved)
        if ending.known and self.bill is not None:
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
