"""Endpoints with a rate limit, simulated in virtual time: what a pace makes of them, without waiting."""

import heapq
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

from langassets.translation.model import RateLimits
from langassets.translation.pacing import Pace


class Limiter(Protocol):
    """Says of a request at a moment whether it is let through, and what is left."""

    def admits(self, now: float) -> bool: ...

    def left(self, now: float) -> tuple[int, float]:
        """Requests left, and the seconds until there are as many as can be."""
        ...

    def retry_after(self, now: float) -> float: ...


@dataclass
class FixedWindow:
    """All at once at the turn of the period."""

    limit: int = 500
    period: float = 60.0
    start: float = 0.0
    used: int = 0

    def _turn(self, now: float) -> None:
        if now >= self.start + self.period:
            self.start += self.period * ((now - self.start) // self.period)
            self.used = 0

    def admits(self, now: float) -> bool:
        self._turn(now)
        self.used += self.used < self.limit
        return self.used < self.limit or (self.used == self.limit and not self._refusing())

    def _refusing(self) -> bool:
        refusing = getattr(self, "_full", False) and self._window == self.start
        self._full, self._window = True, self.start
        return refusing

    def left(self, now: float) -> tuple[int, float]:
        self._turn(now)
        return self.limit - self.used, self.start + self.period - now

    def retry_after(self, now: float) -> float:
        return self.start + self.period - now
