"""A circuit breaker: after some failures in a row a provider is left alone for a while.

Pure: moments are handed in, in seconds of any clock that only goes forward.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class CircuitBreaker:
    """Closed (all is well), open (nothing is sent until `retry_at`), or on trial with one request.

    It opens after `threshold` failures in a row, for `pause` seconds at first and twice as long after each
    trial that fails; one success closes it. After `most_openings` in a row it is `exhausted`.
    """

    threshold: int = 5
    pause: float = 15.0
    most_openings: int = 5
    failures: int = 0
    openings: int = 0
    retry_at: float | None = None

    def delay(self, now: float) -> float:
        """Seconds until something may be sent; 0 when the circuit is closed or a trial is due."""
        return 0.0 if self.retry_at is None else max(0.0, self.retry_at - now)

    @property
    def on_trial(self) -> bool:
        """Whether one request at a time is enough, until one succeeds."""
        return self.openings > 0

    @property
    def exhausted(self) -> bool:
        """Whether so many trials have failed that no more are worth waiting for."""
        return self.openings >= self.most_openings

    def succeeded(self) -> None:
        """An answer came, whatever it said."""
        self.failures = self.openings = 0
        self.retry_at = None

    def failed(self, now: float) -> float | None:
        """No answer came. Returns for how many seconds the circuit has opened by this, None if it has not."""
        self.failures += 1
        if self.delay(now) > 0 or (not self.on_trial and self.failures < self.threshold):
            return None
        pause = self.pause * float(2**self.openings)
        self.openings += 1
        self.retry_at = now + pause
        return pause
