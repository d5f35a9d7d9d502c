"""Pacing by what a provider reports of its limits.

Limits come in three kinds, and no provider says which is its own: a fixed window that refills at once, a
window that slides, a bucket that refills steadily. To keep what goes out in any stretch as long as the
window within the limit is right for all three, and what is reported as left corrects it where others
draw on the same account.
"""

from collections import deque
from dataclasses import dataclass, field

# Beyond the end of a window, as a part of it: what the way there may take longer one time than another.
_MARGIN = 0.01
# When so much of the limit went out from here, nobody else is drawing on it.
_ALL_OURS = 0.9


@dataclass(slots=True)
class ReportedLimit:
    """One limit, in requests or in tokens, and what has gone out under it."""

    limit: float = 0.0
    remaining: float = 0.0
    reset_at: float = 0.0
    spent_then: float = 0.0  # what had been spent when the request was sent whose answer said this
    window: float = 0.0  # the longest reset that was reported, in seconds
    spent: float = 0.0
    _log: deque[tuple[float, float]] = field(default_factory=deque)
    _in_window: float = 0.0

    def delay(self, now: float, cost: float) -> float:
        """Seconds until something that costs so much is within the limit."""
        if not self.limit:
            return 0.0
        stretch = self.window * (1 + _MARGIN)
        while self._log and self._log[0][0] <= now - stretch:
            self._in_window -= self._log.popleft()[1]
        over = self._in_window + min(cost, self.limit) - self.limit
        if over > 0:
            return self._until_free(over) + stretch - now
        left = self.remaining - (self.spent - self.spent_then)
        if left < min(cost, self.limit) and self._in_window < self.limit * _ALL_OURS:
            return self.reset_at + self.window * _MARGIN - now
        return 0.0

    def _until_free(self, amount: float) -> float:
        for moment, cost in self._log:
            amount -= cost
            if amount <= 0:
                return moment
        return self._log[-1][0]

    def sent(self, now: float, cost: float) -> float:
        """Note what goes out; what is returned goes to `reported` with its answer."""
        self.spent += cost
        self._in_window += cost
        self._log.append((now, cost))
        return self.spent

    def reported(
        self, now: float, spent_then: float, limit: float | None, remaining: float | None, reset: float | None
    ) -> None:
        """Take what an answer says, unless an answer to a later request has said more."""
        if not limit or limit < 0 or remaining is None or reset is None or spent_then < self.spent_then:
            return
        self.limit, self.remaining, self.spent_then = limit, remaining, spent_then
        self.reset_at = now + reset
        self.window = max(self.window, reset)
