"""A provider client without a network: its time is virtual, its provider says what a test wants."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from langassets.errors import (
    LangassetsError,
)
from langassets.translation.cost.bill import Bill, Billed, Planned, Reserved
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.engine.sending.client import (
    ProviderClient,
)
from langassets.translation.engine.sending.listening import Timing
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.types import Batch, TokenUsage
from langassets_tests.servers.model_replies import Reply
from langassets_tests.translation.scripted import ScriptedProvider

BATCH = Batch("en", "he", ("A text to translate.",))


class VirtualTime:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.moment = 0.0

    async def sleep(self, seconds: float) -> None:
        self.moment += seconds
        await asyncio.sleep(0)


class RecordedBill:
    """A bill in a list; `rooms` is how many of the next requests it has room for each time, 1 after that."""

    def __init__(self) -> None:
        self.rooms: list[int] = []
        self.reserved: list[Planned] = []
        self.settled: dict[str, TokenUsage | None] = {}

    def reserve(self, planned: Sequence[Planned]) -> Reserved:
        if self.rooms and not self.rooms.pop(0):
            return Reserved(0, "the month is full")
        self.reserved += planned
        return Reserved(len(planned))

    def settle(self, billed: Iterable[Billed]) -> None:
        self.settled |= {one.id: one.usage for one in billed}


def client(
    behaviour: Callable[[int], LangassetsError | None],
    clock: VirtualTime,
    spending: SpendingLimits | None = None,
    bill: Bill | None = None,
) -> ProviderClient:
    def answer(number: int, _batch: Batch, reply: Reply) -> Reply | LangassetsError:
        return behaviour(number) or reply

    timing = Timing(lambda: clock.moment, clock.sleep)
    provider = ScriptedProvider(answer)
    return ProviderClient(provider, spending or SpendingLimits(), RateLimiter(4), timing, bill=bill)
