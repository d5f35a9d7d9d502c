"""How fast a provider may be asked: by what it reports of its limits, or by what its refusals teach.

Pure: moments are handed in, in seconds of any clock that only goes forward.

Limits come in three kinds, and no provider says which is its own: a fixed window that refills at once, a
window that slides, a bucket that refills steadily. To keep what goes out in any stretch as long as the
window within the limit is right for all three, and what is reported as left corrects it where others
draw on the same account.
"""

from collections import deque
from dataclasses import dataclass, field

from langassets.translation.types import RateLimits

# Beyond the end of a window, as a part of it: what the way there may take longer one time than another.
_MARGIN = 0.01
# When so much of the limit went out from here, nobody else is drawing on it.
_ALL_OURS = 0.9
# Requests at once at a provider of whose limits nothing is known, and how many answers earn one more.
_AT_FIRST = 8
_ANSWERS_FOR_ONE_MORE = 16
# A learnt rate after a refusal, as a part of what went through: the first one, one that came long after
# the last, and one that came soon.
_FIRST_STEP, _STEP, _BIG_STEP = 0.98, 0.95, 0.8
# By which part a learnt rate grows in a period, to find out whether more is allowed; and which part of
# what it lacks of the last refused rate it makes good.
_GROWTH, _RECOVERY = 0.01, 1.0
_LONGEST_BACKOFF = 1 / 12  # of a period


@dataclass(slots=True)
class _Allowance:
    """A limit that the provider reports, in requests or in tokens, and what has gone out under it."""

    limit: float = 0.0
    remaining: float = 0.0
    reset_at: float = 0.0
    spent_then: float = 0.0  # what had been spent when the request was sent whose answer said this
    window: float = 0.0  # the longest reset that was reported, in seconds
    spent: float = 0.0
    _log: deque[tuple[float, float]] = field(default_factory=deque)
    _in_window: float = 0.0

    def delay(self, now: float, cost: float) -> float:
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
        self.spent += cost
        self._in_window += cost
        self._log.append((now, cost))
        return self.spent

    def told(
        self, now: float, spent_then: float, limit: float | None, remaining: float | None, reset: float | None
    ) -> None:
        """Take what an answer says, unless an answer to a later request has said more."""
        if not limit or limit < 0 or remaining is None or reset is None or spent_then < self.spent_then:
            return
        self.limit, self.remaining, self.spent_then = limit, remaining, spent_then
        self.reset_at = now + reset
        self.window = max(self.window, reset)


@dataclass(slots=True)
class RateLimiter:
    """The pace at one provider. `most_at_once` bounds the requests under way; `period`, in seconds, is what
    limits are usually counted over."""

    most_at_once: int
    period: float = 60.0
    closed_until: float = 0.0
    probing: bool = False
    _requests: _Allowance = field(default_factory=_Allowance)
    _tokens: _Allowance = field(default_factory=_Allowance)
    _at_once: int = _AT_FIRST
    _answers: int = 0
    _refusals_in_a_row: int = 0
    _refused_since: float | None = None
    _refused_at: float = float("-inf")
    _accepted: deque[float] = field(default_factory=deque)
    _rate: float | None = None
    _before: float = 0.0
    _ceiling: float = 0.0
    _step: float = _FIRST_STEP
    _next_at: float = 0.0

    @property
    def at_once(self) -> int:
        """How many requests may be under way now."""
        if self.probing:
            return 1
        return self.most_at_once if self._requests.limit else min(self._at_once, self.most_at_once)

    def delay(self, now: float, tokens: float) -> float:
        """Seconds until a request of about so many tokens may be sent; 0 for now."""
        waits = [0.0, self.closed_until - now, self._requests.delay(now, 1), self._tokens.delay(now, tokens)]
        if self._rate and not self._requests.limit:
            waits.append(self._next_at - now)
        return max(waits)

    def sent(self, now: float, tokens: float) -> tuple[float, float]:
        """Note a request; what is returned goes to `answered` with its answer."""
        if self._rate:
            # What the event loop came too late for is made up for, but no more than two requests of it.
            self._next_at = max(self._next_at, now - 2 / self._rate) + 1 / self._rate
        return self._requests.sent(now, 1), self._tokens.sent(now, tokens)

    def answered(self, now: float, ticket: tuple[float, float], limits: RateLimits | None) -> None:
        """Note that a request was let through, and what its answer said of the limits."""
        self.probing = False
        self._refusals_in_a_row = 0
        self._refused_since = None
        self._accepted.append(now)
        while self._accepted[0] < now - self.period:
            self._accepted.popleft()
        self._answers += 1
        if self._answers % _ANSWERS_FOR_ONE_MORE == 0:
            self._at_once += 1
        if self._rate:
            lacking = max(0.0, 1 - self._rate / (self._ceiling * _STEP))
            self._rate *= 1 + (_GROWTH + _RECOVERY * lacking) / (self._rate * self.period)
        if limits:
            reports = (limits.limit_requests, limits.remaining_requests, limits.reset_requests)
            self._requests.told(now, ticket[0], *reports)
            self._tokens.told(
                now, ticket[1], limits.limit_tokens, limits.remaining_tokens, limits.reset_tokens
            )

    def refused(self, now: float, retry_after: float | None) -> float:
        """Note that a request met the limit: the gate closes for all. Returns for how long, in seconds."""
        self._refusals_in_a_row += 1
        if self._refused_since is None:
            self._refused_since = now
        wait = retry_after
        if wait is None:
            first = self.period / 60
            wait = min(first * 2 ** (self._refusals_in_a_row - 1), self.period * _LONGEST_BACKOFF)
        already_closed = self.closed_until > now
        self.closed_until = max(self.closed_until, now + wait)
        self.probing = True
        if not already_closed and not self._requests.limit:
            self._learn(now, self.closed_until - now)
        return self.closed_until - now

    def refused_for(self, now: float) -> float:
        """For how many seconds nothing but refusals has come, the rest of the present wait included."""
        if self._refused_since is None:
            return 0.0
        return max(now, self.closed_until) - self._refused_since

    def _learn(self, now: float, wait: float) -> None:
        """Take the rate at which requests went through, the wait included, for what is allowed."""
        accepted = [moment for moment in self._accepted if moment > now - self.period]
        if not accepted:
            return
        measured = len(accepted) / (now + wait - accepted[0])
        if self._refusals_in_a_row == 1:
            # What follows until something is let through is the same refusal, better known each time.
            self._before, self._step = self._rate or measured, _FIRST_STEP
            if self._rate:
                self._step = _BIG_STEP if now - self._refused_at < self.period / 4 else _STEP
        self._ceiling = measured
        self._rate = min(self._before, measured) * self._step
        self._refused_at = now
        self._next_at = now + wait
