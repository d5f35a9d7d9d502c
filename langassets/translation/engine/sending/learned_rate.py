"""Pacing by what refusals teach, at a provider that reports no limits."""

from collections import deque
from dataclasses import dataclass, field

# Requests at once at first, and how many answers earn one more.
_AT_FIRST = 8
_ANSWERS_FOR_ONE_MORE = 16
# The rate after a refusal, as a part of what went through: the first one, one that came long after the
# last, and one that came soon.
_FIRST_STEP, _STEP, _BIG_STEP = 0.98, 0.95, 0.8
# By which part the rate grows in a period, to find out whether more is allowed; and which part of what it
# lacks of the last refused rate it makes good.
_GROWTH, _RECOVERY = 0.01, 1.0


@dataclass(slots=True)
class LearnedRate:
    """Requests a second, None until a request was refused. `period`, in seconds, is what limits are usually
    counted over; `at_once` grows with the answers."""

    period: float
    at_once: int = _AT_FIRST
    _rate: float | None = None
    _rate_before: float = 0.0
    _ceiling: float = 0.0
    _step: float = _FIRST_STEP
    _answers: int = 0
    _accepted: deque[float] = field(default_factory=deque)
    _refused_at: float = float("-inf")
    _next_at: float = float("-inf")

    def delay(self, now: float) -> float:
        return self._next_at - now

    def sent(self, now: float) -> None:
        if self._rate:
            # What the event loop came too late for is made up for, but no more than two requests of it.
            self._next_at = max(self._next_at, now - 2 / self._rate) + 1 / self._rate

    def answered(self, now: float) -> None:
        self._accepted.append(now)
        while self._accepted[0] < now - self.period:
            self._accepted.popleft()
        self._answers += 1
        if self._answers % _ANSWERS_FOR_ONE_MORE == 0:
            self.at_once += 1
        if self._rate:
            lacking = max(0.0, 1 - self._rate / (self._ceiling * _STEP))
            self._rate *= 1 + (_GROWTH + _RECOVERY * lacking) / (self._rate * self.period)

    def refused(self, now: float, wait: float, *, again: bool) -> None:
        """Take the rate at which requests went through, the `wait` included, for what is allowed; `again`
        where nothing was let through since the last refusal."""
        accepted = [moment for moment in self._accepted if moment > now - self.period]
        if not accepted:
            return
        measured = len(accepted) / (now + wait - accepted[0])
        if not again:
            # What follows until something is let through is the same refusal, better known each time.
            self._rate_before, self._step = self._rate or measured, _FIRST_STEP
            if self._rate:
                self._step = _BIG_STEP if now - self._refused_at < self.period / 4 else _STEP
        self._ceiling = measured
        self._rate = min(self._rate_before, measured) * self._step
        self._refused_at = now
        self._next_at = now + wait
