"""What a provider's own accounts hold: tokens by kind, prices by day, and what is in its cache of prompts.

Apart from langassets' own prices and counting on purpose: one is held against the other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

LEAST_CACHED, CACHED_STEP = 1024, 128
"""Tokens of a prompt that a cache begins at, and by which what it holds grows: OpenAI's figures."""


class Metered(NamedTuple):
    """Tokens of one answer: `cached` and `written` are parts of `sent`, `thought` of `answered`."""

    sent: int
    cached: int
    written: int
    answered: int
    thought: int


class Tariff(NamedTuple):
    """Dollars a million tokens."""

    sent: Decimal
    cached: Decimal
    written: Decimal
    answered: Decimal


class Entry(NamedTuple):
    """One line of the books."""

    request_id: str
    at: datetime
    model: str
    mode: str
    metered: Metered
    dollars: Decimal


@dataclass
class PromptCache:
    """Prompts of late, by model: a prompt that begins as one of them did is cheaper as far as it does."""

    seen: dict[str, list[str]] = field(default_factory=dict)
    most: int = 50

    def hit(self, model: str, prompt: str) -> tuple[int, int]:
        """Tokens that were in the cache, and that were put there at a price; afterwards the prompt is."""
        prompts = self._prompts(model)
        longest = max((_alike(prompt, other) for other in prompts), default=0) // 4
        prompts.append(prompt)
        return (longest - longest % CACHED_STEP if longest >= LEAST_CACHED else 0), 0

    def marked(self, model: str, beginning: str) -> tuple[int, int]:
        """The same for a prompt that says itself where what is to be cached ends: '' for nothing."""
        prompts, length = self._prompts(model), -(-len(beginning) // 4)
        if length < LEAST_CACHED:
            return 0, 0
        if beginning in prompts:
            return length, 0
        prompts.append(beginning)
        return 0, length

    def _prompts(self, model: str) -> list[str]:
        prompts = self.seen.setdefault(model, [])
        del prompts[: -self.most]
        return prompts


def _alike(one: str, other: str) -> int:
    """As how many characters two prompts begin alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


@dataclass
class Books:
    """Every answer that is charged for, at the price of its moment and mode. `price` is asked for the model,
    the mode, the moment and the tokens that were sent."""

    price: Callable[[str, str, datetime, int], Tariff]
    entries: list[Entry] = field(default_factory=list)

    def note(self, request_id: str, model: str, mode: str, metered: Metered, seconds: float) -> None:
        """Charge for an answer of that moment, in seconds since 1970."""
        at = datetime.fromtimestamp(int(seconds), UTC)
        tariff = self.price(model, mode, at, metered.sent)
        amount = (metered.sent - metered.cached - metered.written) * tariff.sent
        amount += metered.cached * tariff.cached + metered.written * tariff.written
        amount += metered.answered * tariff.answered
        self.entries.append(Entry(request_id, at, model, mode, metered, amount / 1_000_000))

    @property
    def total(self) -> Decimal:
        """Dollars in all."""
        return sum((entry.dollars for entry in self.entries), Decimal(0))
