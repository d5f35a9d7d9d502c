"""Waiting for a provider's answers, while it is not silent for too long."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from langassets.errors import ProviderTimeoutError, ProviderUnreachableError
from langassets.translation.providers.errors import timed_out
from langassets.translation.types import Answer, Batch, Heard, Provider
from langassets.wording import counted

_log = logging.getLogger("langassets.translation")

# Seconds of silence after which a person hears of it.
_TELL_AFTER = 10.0
# A provider is dead when it has said nothing for so many times as long as one answer may.
_TIMES = 3


@dataclass(slots=True)
class Timing:
    """The clock, and how to wait: tests hand in their own."""

    now: Callable[[], float] = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(slots=True)
class Silence:
    """How long a provider has said nothing while something is asked of it; moments are handed in.

    `timeout` is for how many seconds one answer may say nothing; time-outs and failed connections are silence
    too, whatever is in between. `since` is None while nothing is asked.
    """

    timeout: float
    since: float | None = None
    _told: bool = False
    _told_at: float = float("-inf")

    @property
    def limit(self) -> float:
        """Seconds of silence after which the provider is given up."""
        return _TIMES * self.timeout

    def asked(self, now: float) -> None:
        if self.since is None:
            self.since = now

    def heard(self, now: float, *, waiting: bool) -> None:
        """Note that something came, or that nothing is asked any more; `waiting` where a request still is."""
        self.since = now if waiting else None
        self._told = False

    def left(self, now: float) -> float:
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


@dataclass(eq=False)
class Listener:
    """Listens to one provider. `give_up` is called with the reason when it has said nothing for too long."""

    provider: Provider
    timing: Timing
    silence: Silence
    give_up: Callable[[str], None]
    _requests: int = 0
    _texts: int = 0

    async def answer(self, batch: Batch, heard: Heard) -> Answer:
        """Send one request, and wait for its answer; raises what the provider raises, and
        `ProviderTimeoutError` where it is given up meanwhile."""

        def hear(texts: Mapping[int, str]) -> None:
            self.silence.heard(self.timing.now(), waiting=True)
            heard(texts)

        self.silence.asked(self.timing.now())
        self._requests += 1
        self._texts += len(batch.texts)
        request = asyncio.ensure_future(self.provider.translate(batch, hear))
        silent = False
        try:
            return await self._while_heard(request)
        except (ProviderTimeoutError, ProviderUnreachableError):
            silent = True
            raise
        finally:
            request.cancel()
            self._requests -= 1
            self._texts -= len(batch.texts)
            if not silent:
                self.silence.heard(self.timing.now(), waiting=self._requests > 0)

    async def _while_heard(self, request: asyncio.Future[Answer]) -> Answer:
        while not request.done():
            await asyncio.wait([request], timeout=self.silence.next(self.timing.now()))
            if self.is_dead() and not request.done():
                raise timed_out(self.provider.name)
        return request.result()

    def is_dead(self) -> bool:
        """Whether the provider has been silent for too long: then it is given up. A person hears of it
        well before."""
        now, silence = self.timing.now(), self.silence
        left, name = silence.left(now), f"{self.provider.name} ({self.provider.model})"
        if left <= 0:
            self.give_up(f"{name} has said nothing for {silence.limit:g} s, three times TRANSLATION_TIMEOUT")
        elif silence.tell(now):
            _log.warning(
                "%s has said nothing for %.0f s: %s with %s waited for until %s UTC",
                name,
                silence.limit - left,
                counted(self._requests, "request"),
                counted(self._texts, "text"),
                f"{datetime.now(UTC) + timedelta(seconds=left):%H:%M:%S}",
            )
        return left <= 0
