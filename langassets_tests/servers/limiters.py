"""The three kinds of rate limit that providers have: a fixed window, a sliding one, a bucket.

Moments are handed in, so that they serve the servers over HTTP and simulations in virtual time alike.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Protocol


class Limiter(Protocol):
    """Decides of each request whether it is let through."""

    limit: int
    period: float

    def admit(self, now: float) -> bool:
        """Let a request through and count it, or refuse it."""
        ...

    def remaining(self, now: float) -> int:
        """How many more would be let through now."""
        ...

    def reset(self, now: float) -> float:
        """Seconds until as many are let through as ever are."""
        ...

    def retry_after(self, now: float) -> float:
        """Seconds until one more is let through."""
        ...


@dataclass
class FixedWindow:
    """The whole limit is there again at each turn of the period, the first of which starts with a request."""

    limit: int = 500
    period: float = 60.0
    started: float | None = None
    used: int = 0

    def admit(self, now: float) -> bool:
        self._turn(now)
        if self.used == self.limit:
            return False
        self.used += 1
        return True

    def remaining(self, now: float) -> int:
        self._turn(now)
        return self.limit - self.used

    def reset(self, now: float) -> float:
        self._turn(now)
        assert self.started is not None
        return self.started + self.period - now

    def retry_after(self, now: float) -> float:
        return self.reset(now)

    def _turn(self, now: float) -> None:
        if self.started is None:
            self.started = now
        turns = (now - self.started) // self.period
        if turns > 0:
            self.started += turns * self.period
            self.used = 0


@dataclass
class SlidingWindow:
    """Within no period of this length more than the limit.

    Some call the reset the moment when all is there again, and some that when the next one is.
    """

    limit: int = 500
    period: float = 60.0
    to_the_full: bool = True
    admitted: deque[float] = field(default_factory=deque)

    def admit(self, now: float) -> bool:
        if not self.remaining(now):
            return False
        self.admitted.append(now)
        return True

    def remaining(self, now: float) -> int:
        while self.admitted and self.admitted[0] <= now - self.period:
            self.admitted.popleft()
        return self.limit - len(self.admitted)

    def reset(self, now: float) -> float:
        return self.admitted[-1 if self.to_the_full else 0] + self.period - now if self.admitted else 0.0

    def retry_after(self, now: float) -> float:
        return self.admitted[0] + self.period - now if self.admitted else 0.0


@dataclass
class Bucket:
    """Full at first, refilled steadily, as OpenAI's limits are."""

    limit: int = 500
    period: float = 60.0
    level: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.level = float(self.limit)

    def admit(self, now: float) -> bool:
        self._fill(now)
        if self.level < 1:
            return False
        self.level -= 1
        return True

    def remaining(self, now: float) -> int:
        self._fill(now)
        return int(self.level)

    def reset(self, now: float) -> float:
        self._fill(now)
        return (self.limit - self.level) * self.period / self.limit

    def retry_after(self, now: float) -> float:
        self._fill(now)
        return max(0.0, (1 - self.level) * self.period / self.limit)

    def _fill(self, now: float) -> None:
        self.level = min(self.limit, self.level + (now - self.at) * self.limit / self.period)
        self.at = now
