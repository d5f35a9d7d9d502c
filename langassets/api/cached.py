"""Answers that are kept for a moment: read once however many ask, and never older than is said."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

_T = TypeVar("_T")

# A failure is remembered this long, in seconds: what is down is not asked by everyone at once.
_FAILURE_KEPT = 1.0


@dataclass(frozen=True, slots=True)
class Reading(Generic[_T]):
    """A value, and the moment when reading it began."""

    value: _T
    begun: float
    at: datetime

    @property
    def age(self) -> float:
        """Seconds since reading it began."""
        return time.monotonic() - self.begun


class Cached(Generic[_T]):
    """What `read` gives. All times are in seconds.

    A value older than `refresh_after` is read again, in the background as long as it is younger than
    `max_age`; one older than that is never given. With `effort`, it is read no more often than every
    so many times the time that it took, whatever `refresh_after` says. Used on one event loop.
    """

    def __init__(
        self, read: Callable[[], Awaitable[_T]], *, refresh_after: float, max_age: float, effort: float = 0
    ) -> None:
        self._read = read
        self._refresh_after, self._max_age, self._effort = refresh_after, max_age, effort
        self._reading: Reading[_T] | None = None
        self._pause = refresh_after
        self._under_way: asyncio.Task[Reading[_T]] | None = None
        self._failure: tuple[float, Exception] | None = None

    async def get(self) -> Reading[_T]:
        """The value; raises what `read` raised where there is none that is young enough."""
        reading, failure = self._reading, self._failure
        if reading is not None and reading.age < self._pause:
            return reading
        failed_lately = failure is not None and time.monotonic() - failure[0] < _FAILURE_KEPT
        if reading is not None and reading.age < max(self._max_age, self._pause):
            if not failed_lately:
                self._refresh()
            return reading
        if failure and failed_lately:
            raise failure[1]
        return await asyncio.shield(self._refresh())

    def _refresh(self) -> asyncio.Task[Reading[_T]]:
        if self._under_way is None or self._under_way.done():
            self._under_way = asyncio.create_task(self._read_now())
            self._under_way.add_done_callback(_retrieve)
        return self._under_way

    async def _read_now(self) -> Reading[_T]:
        begun, at = time.monotonic(), datetime.now(UTC)
        try:
            value = await self._read()
        except Exception as error:
            self._failure = (time.monotonic(), error)
            raise
        self._failure = None
        self._reading = Reading(value, begun, at)
        self._pause = max(self._refresh_after, self._effort * self._reading.age)
        return self._reading


def _retrieve(task: "asyncio.Task[Reading[_T]]") -> None:
    """Look at a background failure, so that asyncio does not report it as forgotten: when the value that
    is kept has become too old, whoever asks is told."""
    if not task.cancelled():
        task.exception()
