"""How long a provider has said nothing while something is asked of it, and what follows from that.

Pure: moments are handed in, in seconds of any clock that only goes forward.
"""

from dataclasses import dataclass

# Seconds of silence after which a person hears of it.
_TELL_AFTER = 10.0
# A provider is dead when it has said nothing for so many times as long as one answer may.
_TIMES = 3


@dataclass(slots=True)
class Silence:
    """`timeout` is for how many seconds one answer may say nothing; time-outs and failed connections are
    silence too, whatever is in between. `since` is None while nothing is asked."""

    timeout: float
    since: float | None = None
    _told: bool = False
    _told_at: float = float("-inf")

    @property
    def limit(self) -> float:
        """Seconds of silence after which the provider is given up."""
        return _TIMES * self.timeout

    def asked(self, now: float) -> None:
        """Note a request."""
        if self.since is None:
            self.since = now

    def heard(self, now: float, *, waiting: bool) -> None:
        """Note that something came, or that nothing is asked any more; `waiting` where a request still is."""
        self.since = now if waiting else None
        self._told = False

    def left(self, now: float) -> float:
        """Seconds until the provider is given up."""
        return self.limit if self.since is None else max(0.0, self.since + self.limit - now)

    def next(self, now: float) -> float:
        """Seconds until there is something to tell, or the provider is to be given up."""
        left = self.left(now)
        return left if self._told or self.since is None else min(left, max(0.0, self._tell_at(now) - now))

    def tell(self, now: float) -> bool:
        """Whether a person is to hear of it now: once in each silence, and once in the time of one answer."""
        if self.since is None or self._told or now < self._tell_at(now):
            return False
        self._told, self._told_at = True, now
        return True

    def _tell_at(self, now: float) -> float:
        return max((now if self.since is None else self.since) + _TELL_AFTER, self._told_at + self.timeout)
