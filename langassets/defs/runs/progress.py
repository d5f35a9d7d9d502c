"""How far a long job has come, as a line in the log now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from langassets.defs.runs.background_thread import repeated
from langassets.services import Services
from langassets.translation.engine.tasks import Progress
from langassets.wording import counted

EVERY = 30.0
"""Seconds between two lines."""


@contextmanager
def progress_logged(
    services: Services,
    log: Callable[[str], None],
    every: float = EVERY,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """While the block runs, hand `log` a line every half minute, from a thread of its own, so that it comes
    also while a model keeps everything waiting: done, left, rate, and cost so far.

    Whoever was told of the progress before (the command line's bar) still is.
    """
    state = _State(now)
    before = services.progress, services.translating

    def both(label: str, done: int, total: int) -> None:
        before[0](label, done, total)
        state.progress(label, done, total)

    def log_line() -> None:
        if line := state.line():
            log(line)

    services.progress, services.translating = both, state.translating
    try:
        with repeated(log_line, every, "progress"):
            yield
    finally:
        services.progress, services.translating = before


class _State:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._started = now()
        self._counted: tuple[str, int, int] | None = None
        self._spent = ""

    def progress(self, label: str, done: int, total: int) -> None:
        self._counted = label, done, total

    def translating(self, progress: Progress) -> None:
        segments = progress.from_memory + progress.from_model
        cost = "unknown" if progress.cost is None else f"${progress.cost:.4f}"
        self._spent = f"; so far segments: {segments:,}, model requests: {progress.requests:,}, cost: {cost}"

    def line(self) -> str | None:
        """How far it is; None before anything was counted, and when there is nothing left to do."""
        if self._counted is None or self._counted[1] == self._counted[2]:
            return None
        label, done, total = self._counted
        rate = 60 * done / max(self._now() - self._started, 1e-9)
        return (
            f"{label}: {done:,} of {counted(total, 'object')} done, {total - done:,} left, "
            f"{rate:,.1f} a minute{self._spent}"
        )
