"""Which way a request goes: the cheapest of those by which its answer is there in time.

Pure: moments and prices are handed in.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from decimal import Decimal

from langassets.translation.types import Mode, TokenUsage

RESERVE = timedelta(hours=2)
"""So long before its texts are due a batch that is not done is ended, and what it lacks asked for directly:
ending one takes ten minutes at OpenAI, and the preload that follows the rest of it."""

LAST_CALL = timedelta(hours=1)
"""So long before they are due, the texts of a batch that did not even end are asked for directly."""

NEEDS = {Mode.BATCH: 2 * RESERVE, Mode.FLEX: timedelta(minutes=30), Mode.DIRECT: timedelta(0)}
"""Time that each way is given at least: most batches are done within an hour, and answers by flex within 15
minutes."""

_SUREST = (Mode.BATCH, Mode.FLEX, Mode.DIRECT)
_TYPICAL = TokenUsage(4_000, 8_000)  # what a full request takes, about


def admissible(mode: Mode, now: datetime, due: datetime) -> bool:
    """Whether what is asked this way now can be there when it is due, whatever becomes of it. Directly is
    always admissible: there is nothing faster."""
    return mode is Mode.DIRECT or due - now >= NEEDS[mode]


def cheapest(
    offered: Collection[Mode],
    now: datetime,
    due: datetime,
    cost: Callable[[TokenUsage, Mode], Decimal | None],
) -> Mode:
    """The cheapest admissible way of those that a provider offers; of two at one price the one that is sure
    to be had at it: a batch before flex. Where a price is not known, batch and flex count as half."""
    modes = [mode for mode in _SUREST if mode is Mode.DIRECT or mode in offered]
    prices = {mode: cost(_TYPICAL, mode) for mode in modes}
    known = {mode: price for mode, price in prices.items() if price is not None}
    if len(known) < len(modes):
        known = {mode: Decimal(2 if mode is Mode.DIRECT else 1) for mode in modes}
    return min((mode for mode in modes if admissible(mode, now, due)), key=known.__getitem__)
