"""Waiting for a provider's answers, while it is not silent for too long."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

from langassets.errors import ProviderTimeoutError, ProviderUnreachableError
from langassets.translation.engine.sending.silence import Silence
from langassets.translation.providers.errors import timed_out
from langassets.translation.types import Answer, Batch, Heard, Provider
from langassets.wording import counted

_log = logging.getLogger("langassets.translation")


@dataclass(slots=True)
class Timing:
    """The clock, and how to wait: tests hand in their own."""

    now: Callable[[], float] = monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(eq=False)
class Listener:
    """Listens to one provider. `timeout` is for how many seconds an answer may say nothing; `give_up` is
    called with the reason when the provider has said nothing for too long."""

    provider: Provider
    timing: Timing
    timeout: float
    give_up: Callable[[str], None]
    _requests: int = 0
    _texts: int = 0
    _silence: Silence = field(init=False)

    def __post_init__(self) -> None:
        self._silence = Silence(self.timeout)

    def wait_for(self, timeout: float) -> None:
        """From now on an answer may say nothing for so many seconds."""
        self._silence.timeout = timeout

    async def answer(self, batch: Batch, heard: Heard) -> Answer:
        """Send one request, and wait for its answer; raises what the provider raises, and
        `ProviderTimeoutError` where it is given up meanwhile."""

        def hear(texts: Mapping[int, str]) -> None:
            self._silence.heard(self.timing.now(), waiting=True)
            heard(texts)

        self._silence.asked(self.timing.now())
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
                self._silence.heard(self.timing.now(), waiting=self._requests > 0)

    async def _while_heard(self, request: asyncio.Future[Answer]) -> Answer:
        while not request.done():
            await asyncio.wait([request], timeout=self._silence.next(self.timing.now()))
            if self.is_dead() and not request.done():
                raise timed_out(self.provider.name)
        return request.result()

    @property
    def left(self) -> float:
        """Seconds until the provider is given up, if it says nothing."""
        return self._silence.left(self.timing.now())

    def is_dead(self) -> bool:
        """Whether the provider has been silent for too long: then it is given up. A person hears of it
        well before."""
        now, silence = self.timing.now(), self._silence
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
