"""How far a long job has come, as a line in the log now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from langassets.jobs.services import Services
from langassets.translation.work import Progress

EVERY = 30.0
"""Seconds between two lines."""


@contextmanager
def progress_logged(
    services: Services, say: Callable[[str], None], now: Callable[[], float] = time.monotonic
) -> Iterator[None]:
    """While the block runs, hand `say` a line every half minute: done, left, rate, and cost so far.

    Whoever was told of the progress before (the command line's bar) still is.
    """
    log = _Log(say, now)
    before = services.progress, services.translating

    def both(label: str, done: int, total: int) -> None:
        before[0](label, done, total)
        log.progress(label, done, total)

    services.progress, services.translating = both, log.translating
    try:
        yield
    finally:
        services.progress, services.translating = before


class _Log:
    def __init__(self, say: Callable[[str], None], now: Callable[[], float]) -> None:
        self._say, self._now = say, now
        self._begun = self._last = now()
        self._cost = ""

    def translating(self, progress: Progress) -> None:
        if progress.requests:
            cost = "an unknown amount" if progress.cost is None else f"${progress.cost:.4f}"
            self._cost = f", {progress.requests:,} requests and {cost} so far"

    def progress(self, label: str, done: int, total: int) -> None:
        if self._now() - self._last < EVERY:
            return
        self._last = self._now()
        rate = 60 * done / (self._last - self._begun)
        left = total - done
        done_of = f"{done:,} of {total:,} lesson contents done"
        self._say(f"{label}: {done_of}, {left:,} left, {rate:,.1f} a minute{self._cost}")
