"""How far a long job has come, as a line in the log now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from langassets.defs.runs.background_thread import repeated
from langassets.services import Services
from langassets.translation.cost.usage import Totals
from langassets.wording import counted

EVERY = 30.0
"""Seconds between two lines."""


@contextmanager
def progress_logged(services: Services, log: Callable[[str], None], every: float = EVERY) -> Iterator[None]:
    """While the block runs, hand `log` a line every half minute, from a thread of its own, so that it comes
    also while a model keeps everything waiting: done, left, rate, and cost so far. It hands on nothing before
    anything was counted, and when there is nothing left to do.

    Whoever was told of the progress before (the command line's bar) still is.
    """
    begun, before = time.monotonic(), (services.progress, services.translating)
    now, spent = ("", 0, 0), ""

    def count(label: str, done: int, total: int) -> None:
        nonlocal now
        before[0](label, done, total)
        now = label, done, total

    def translating(totals: Totals) -> None:
        nonlocal spent
        segments = totals.from_memory + totals.from_model
        cost = "unknown" if totals.cost is None else f"${totals.cost:.4f}"
        spent = f"; so far segments: {segments:,}, model requests: {totals.requests:,}, cost: {cost}"

    def log_line() -> None:
        label, done, total = now
        if done != total:
            rate = 60 * done / max(time.monotonic() - begun, 1e-9)
            log(
                f"{label}: {done:,} of {counted(total, 'object')} done, {total - done:,} left, "
                f"{rate:,.1f} a minute{spent}"
            )

    services.progress, services.translating = count, translating
    try:
        with repeated(log_line, every, "progress"):
            yield
    finally:
        services.progress, services.translating = before
