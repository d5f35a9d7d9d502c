"""The pace against endpoints of every kind of limit, in virtual time."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count

import pytest

from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.types import RateLimits
from langassets_tests.servers.limiters import Bucket, FixedWindow, Limiter, SlidingWindow

MINUTES = 10
ALLOWED = 500


@dataclass
class Outcome:
    admitted: int = 0
    refused: int = 0

    @property
    def share_refused(self) -> float:
        return self.refused / (self.admitted + self.refused)


def run_against(
    limiter: Limiter,
    *,
    headers: bool,
    retry_after: bool,
    latency: float = 0.3,
    slow_refusals: bool = False,
    at_once: int = 16,
    minutes: float = MINUTES,
) -> Outcome:
    """Work without end against an endpoint, for so many minutes of virtual time."""
    rate_limiter, outcome, chance = RateLimiter(at_once), Outcome(), random.Random(7)
    events: list[tuple[float, int, Callable[[], None]]] = []
    numbers = count()
    now = 0.0
    under_way = 0

    def later(seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(events, (now + seconds, next(numbers), action))

    def arrive(ticket: tuple[float, float]) -> None:
        if limiter.admit(now):
            outcome.admitted += 1
            said = RateLimits(limiter.limit, limiter.remaining(now), limiter.reset(now)) if headers else None
            later(latency * chance.uniform(0.7, 1.3), lambda: done(ticket, said))
        else:
            outcome.refused += 1
            wait = limiter.retry_after(now) if retry_after else None
            later(latency if slow_refusals else 0.002, lambda: refused(wait))

    def done(ticket: tuple[float, float], said: RateLimits | None) -> None:
        nonlocal under_way
        under_way -= 1
        rate_limiter.answered(now, ticket, said)

    def refused(wait: float | None) -> None:
        nonlocal under_way
        under_way -= 1
        rate_limiter.refused(now, wait)

    while now < minutes * 60:
        if under_way < rate_limiter.at_once:
            delay = rate_limiter.delay(now, 0)
            if delay <= 0:
                under_way += 1
                ticket = rate_limiter.sent(now, 0)
                later(0.002, lambda ticket=ticket: arrive(ticket))  # type: ignore[misc]
                continue
            # Timers are never quite on time.
            wake = now + delay + chance.uniform(0.0001, 0.002)
            if not events or wake < events[0][0]:
                now = wake
                continue
        now, _, action = heapq.heappop(events)
        action()
    return outcome


@pytest.mark.parametrize("slow_refusals", [False, True])
@pytest.mark.parametrize("latency", [0.3, 1.5])
@pytest.mark.parametrize("retry_after", [True, False])
@pytest.mark.parametrize("headers", [True, False])
@pytest.mark.parametrize(
    "kind", [FixedWindow, SlidingWindow, partial(SlidingWindow, to_the_full=False), Bucket]
)
def test_uses_what_is_allowed_and_is_hardly_ever_refused(
    kind: Callable[[], Limiter], headers: bool, retry_after: bool, latency: float, slow_refusals: bool
) -> None:
    outcome = run_against(
        kind(), headers=headers, retry_after=retry_after, latency=latency, slow_refusals=slow_refusals
    )
    used = outcome.admitted / (ALLOWED * MINUTES)
    print(
        f"{kind} headers={headers} retry_after={retry_after} latency={latency} slow={slow_refusals}: "
        f"used {used:.1%}, refused {outcome.share_refused:.2%}"
    )
    assert used >= 0.9
    assert outcome.share_refused <= 0.01
