"""How fast a provider may be asked: by the limits that it reports, or by what its refusals teach.

Pure: moments are handed in, in seconds of any clock that only goes forward.
"""

from dataclasses import dataclass, field

from langassets.translation.engine.sending.learned_rate import LearnedRate
from langassets.translation.engine.sending.reported_limits import ReportedLimit
from langassets.translation.types import RateLimits

# The waits after refusals that do not say how long, as parts of a period.
_FIRST_BACKOFF, _LONGEST_BACKOFF = 1 / 60, 1 / 12


@dataclass(slots=True)
class RateLimiter:
    """The pace at one provider. `most_at_once` bounds the requests under way; `period`, in seconds, is what
    limits are usually counted over."""

    most_at_once: int
    period: float = 60.0
    _paused_until: float = 0.0
    _probing: bool = False
    _refusals_in_a_row: int = 0
    _refused_since: float = 0.0
    _requests: ReportedLimit = field(default_factory=ReportedLimit)
    _tokens: ReportedLimit = field(default_factory=ReportedLimit)
    _learned: LearnedRate = field(init=False)

    def __post_init__(self) -> None:
        self._learned = LearnedRate(self.period)

    @property
    def at_once(self) -> int:
        """How many requests may be under way now."""
        if self._probing:
            return 1
        return self.most_at_once if self._requests.limit else min(self._learned.at_once, self.most_at_once)

    def delay(self, now: float, tokens: float) -> float:
        """Seconds until a request of about so many tokens may be sent; 0 for now."""
        reported = (self._requests.delay(now, 1), self._tokens.delay(now, tokens))
        learned = 0.0 if self._requests.limit else self._learned.delay(now)
        return max(0.0, self._paused_until - now, *reported, learned)

    def sent(self, now: float, tokens: float) -> tuple[float, float]:
        """Note a request; what is returned goes to `answered` with its answer."""
        self._learned.sent(now)
        return self._requests.sent(now, 1), self._tokens.sent(now, tokens)

    def answered(self, now: float, ticket: tuple[float, float], limits: RateLimits | None) -> None:
        """Note that a request was let through, and what its answer said of the limits."""
        self._probing = False
        self._refusals_in_a_row = 0
        self._learned.answered(now)
        if limits:
            requests, tokens = ticket
            self._requests.reported(
                now, requests, limits.limit_requests, limits.remaining_requests, limits.reset_requests
            )
            self._tokens.reported(
                now, tokens, limits.limit_tokens, limits.remaining_tokens, limits.reset_tokens
            )

    def refused(self, now: float, retry_after: float | None) -> float:
        """Note that a request met the limit: nothing more is sent for as many seconds as are returned."""
        if not self._refusals_in_a_row:
            self._refused_since = now
        wait = retry_after
        if wait is None:
            wait = self.period * min(_FIRST_BACKOFF * 2**self._refusals_in_a_row, _LONGEST_BACKOFF)
        self._refusals_in_a_row += 1
        already_paused = self._paused_until > now
        self._paused_until = max(self._paused_until, now + wait)
        self._probing = True
        if not already_paused and not self._requests.limit:
            self._learned.refused(now, self._paused_until - now, again=self._refusals_in_a_row > 1)
        return self._paused_until - now

    def refused_for(self, now: float) -> float:
        """For how many seconds nothing but refusals has come, the rest of the present wait included."""
        if not self._refusals_in_a_row:
            return 0.0
        return max(now, self._paused_until) - self._refused_since
