"""The way to one provider: one request after the other waits for its turn, and is sent.

A turn comes when the rate limiter, the circuit breaker and the spending limits allow it; a request that
failed in passing is sent again here and nowhere else.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from langassets import lazy
from langassets.errors import (
    ProviderBrokeOffError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ProviderUnreachableError,
    RateLimitedError,
)
from langassets.translation.cost.bill import Bill, Planned
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.tokens import batch_tokens
from langassets.translation.cost.usage import Spent
from langassets.translation.engine.sending.billing import NOTHING, UNKNOWN, Billing, Ending
from langassets.translation.engine.sending.circuit_breaker import CircuitBreaker
from langassets.translation.engine.sending.listening import Listener, Silence, Timing
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.engine.sending.shared_prompts import SharedPrompts
from langassets.translation.providers.bounds import usage_bound
from langassets.translation.providers.flex import patience
from langassets.translation.providers.usage import expected_usage, usage_heard
from langassets.translation.types import Answer, Batch, Finish, Heard, Mode, Provider, unheard

_log = logging.getLogger("langassets.translation")

ATTEMPTS = 4
"""How often a request is sent before it counts as failed; refusals for the rate limit are counted apart."""

PATIENCE = 600.0
"""Seconds to wait for a provider that does nothing but refuse, before it is given up for the run."""

# A provider that was never once reached in a run is tried so often again after a pause, and then given up:
# where an address or a network is wrong, nobody waits for minutes to hear it.
_TRIALS_OF_THE_UNKNOWN = 1

TIMEOUT = 120.0
"""Seconds for which an answer may say nothing, where no other is set."""

_LEAST_TOKENS = 200
_LIMIT_NAP, _LONGEST_NAP = 0.05, 1.0


class ClosedError(Exception):
    """Nothing more is sent to this provider in this run."""


class ElsewhereError(Exception):
    """The circuit is open, and another provider is there."""


@dataclass(eq=False)
class ProviderClient:
    """One provider, with what is known of it in this run. `closed` says why it takes nothing more; `timeout`
    is for how many seconds an answer may say nothing."""

    provider: Provider
    spending: SpendingLimits
    rate_limiter: RateLimiter
    timing: Timing = field(default_factory=Timing)
    timeout: float = TIMEOUT
    circuit_breaker: CircuitBreaker = field(default_factory=CircuitBreaker)
    closed: str | None = None
    closed_for_now: bool = False
    bill: Bill | None = None
    budget: int = 0
    """Tokens of answer that a request is made for; it follows what turns out to be too much."""
    under_way: int = 0
    _reached: bool = False
    _shared: SharedPrompts = field(default_factory=SharedPrompts)
    _turns: asyncio.Lock = field(default_factory=asyncio.Lock)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.budget = batch_tokens(self.provider.model)
        self._billing = Billing(self.provider, self.spending, self.bill)
        give_up = partial(self.close, for_now=True)
        self._listener = Listener(self.provider, self.timing, Silence(self.timeout), give_up)
        # A silent provider is tried again before its silence has lasted too long.
        self.circuit_breaker.pause = min(self.circuit_breaker.pause, self.timeout)

    async def send(
        self,
        batch: Batch,
        spent: Spent,
        others: Callable[[], bool] = lambda: False,
        heard: Heard = unheard,
        lessons: Mapping[str, int] | None = None,
    ) -> Answer:
        """The answer to a batch, sent again where that may help; `heard` is told what comes of it meanwhile.
        `others` says whether another provider could take it over while the circuit is open. The bill names
        `lessons`, with the characters that the batch has of each.

        Raises `ClosedError` or `ElsewhereError` where it was not sent, and `ProviderUnavailableError`
        where no answer came after `ATTEMPTS`; a time-out of several texts is not tried again, since
        fewer of them may be in time.
        """

        def again(error: BaseException) -> bool:
            if self.off is not None:
                return False
            if isinstance(error, ProviderTimeoutError):
                return len(batch.texts) == 1
            return isinstance(error, ProviderUnavailableError)

        def note(state: Any) -> None:
            spent.retries += state.attempt_number > 1

        retrying = lazy.tenacity.AsyncRetrying(
            stop=lazy.tenacity.stop_after_attempt(ATTEMPTS),
            wait=lazy.tenacity.wait_random_exponential(multiplier=0.5, max=20),
            retry=lazy.tenacity.retry_if_exception(again),
            before=note,
            sleep=self._sleep,
            reraise=True,
        )
        return await retrying(self._ask, batch, spent, others, heard, lessons or {})

    @property
    def off(self) -> str | None:
        """Why nothing more is sent in this run; None while something may be."""
        return self.closed or self.spending.stopped or self.spending.rests

    def ask(self, mode: Mode) -> None:
        """From now on send requests this way, and be as patient as it wants."""
        self.provider.mode = mode
        self._listener.silence.timeout = patience(self.timeout, mode)

    @property
    def resting(self) -> bool:
        return self.circuit_breaker.delay(self.timing.now()) > 0

    def sized(self, tokens: int, *, too_much: bool) -> None:
        """Learn from an answer planned for so many tokens: less next time if it was cut or late, and slowly
        more again as long as all goes well."""
        most = batch_tokens(self.provider.model)
        if too_much:
            self.budget = max(_LEAST_TOKENS, min(self.budget, tokens // 2))
        elif tokens * 2 > self.budget:
            self.budget = min(most, self.budget + most // 20)

    def close(self, reason: str, *, for_now: bool = False) -> None:
        """Send nothing more; `for_now` where the provider may well answer in a later run."""
        if self.closed is None:
            self.closed, self.closed_for_now = reason, for_now
            _log.warning("%s is not asked again in this run: %s", self.provider.name, reason)
        self._changed.set()

    async def _ask(
        self,
        batch: Batch,
        spent: Spent,
        others: Callable[[], bool],
        heard: Heard,
        lessons: Mapping[str, int],
    ) -> Answer:
        while True:
            ticket, sent = await self._turn(batch, others, lessons)
            begun: Callable[[], None] = _nobody_waits
            ending = UNKNOWN
            said: dict[int, str] = {}
            spent.requests += 1
            try:
                begun = await self._shared.turn(batch)
                started = self.timing.now()
                answer = await self._listener.answer(batch, partial(_hear, said, heard, begun))
                # Of one that broke off, the provider may have gone on.
                known = not (answer.estimated and answer.finish is Finish.BROKEN)
                ending = Ending(answer.usage, known, answer.estimated, answer.request_id, answer.mode)
            except RateLimitedError as error:
                ending = NOTHING
                self._refused(error, spent)
            except ProviderUnavailableError as error:
                # It may have been answered, and billed, when nobody listened any more.
                unknown = isinstance(error, ProviderTimeoutError | ProviderBrokeOffError)
                ending = UNKNOWN if unknown else NOTHING
                self._failed(error, spent)
                raise
            except ProviderError as error:
                spent.failed += 1
                ending = NOTHING
                self.close(str(error))
                raise ClosedError(str(error)) from None
            except asyncio.CancelledError:
                if said:
                    ending = Ending(usage_heard(batch, said), known=False)
                raise
            else:
                self._reached = True
                spent.seconds += self.timing.now() - started
                self.circuit_breaker.succeeded()
                self.rate_limiter.answered(self.timing.now(), ticket, answer.limits)
                return answer
            finally:
                begun()
                self.under_way -= 1
                self._changed.set()
                await self._billing.settle(sent, spent, ending)
                self._changed.set()

    async def _turn(
        self, batch: Batch, others: Callable[[], bool], lessons: Mapping[str, int]
    ) -> tuple[tuple[float, float], Planned]:
        """Wait until the next request may be sent; one waits at a time."""
        expected = expected_usage(batch)
        tokens = expected.input_tokens + expected.output_tokens
        bound = usage_bound(self.provider.name, self.provider.model, batch)
        async with self._turns:
            while True:
                self._listener.is_dead()
                if self.off is not None:
                    raise ClosedError(self.off)
                now = self.timing.now()
                resting = self.circuit_breaker.delay(now)
                if resting > 0 and others():
                    raise ElsewhereError
                wait = max(resting, self.rate_limiter.delay(now, tokens))
                if wait > PATIENCE:
                    self.close(
                        f"the limits of {self.provider.name} allow nothing more for {wait:.0f} s",
                        for_now=True,
                    )
                elif wait > 0:
                    await self._nap(wait)
                elif self.under_way >= (1 if self.circuit_breaker.on_trial else self.rate_limiter.at_once):
                    self._changed.clear()
                    await self._changed.wait()
                elif self.spending.holds(
                    (offer := self._billing.offer(batch.target_language, bound, lessons)).model, offer.most
                ):
                    if await self._billing.reserve(offer):
                        self.under_way += 1
                        return self.rate_limiter.sent(self.timing.now(), tokens), offer
                    await self.timing.sleep(_LONGEST_NAP if self.spending.stopped is None else 0)
                elif self.spending.stopped is None:
                    # What is under way, here or at another provider, may turn out cheaper than it could.
                    await self.timing.sleep(_LIMIT_NAP)

    async def _sleep(self, seconds: float) -> None:
        ends = self.timing.now() + seconds
        while self.off is None and (left := ends - self.timing.now()) > 0:
            await self._nap(left)
            self._listener.is_dead()

    async def _nap(self, seconds: float) -> None:
        """Sleep for a while: a provider that is given up meanwhile is left at once."""
        left = self._listener.silence.left(self.timing.now())
        await self.timing.sleep(min(seconds, _LONGEST_NAP, max(left, _LIMIT_NAP)))

    def _refused(self, error: RateLimitedError, spent: Spent) -> None:
        now = self.timing.now()
        self._reached = True
        spent.refused += 1
        pause = self.rate_limiter.refused(now, error.retry_after)
        _log.info("%s asks to slow down: nothing is sent to it for %.1f s", self.provider.name, pause)
        if self.rate_limiter.refused_for(now) > PATIENCE:
            self.close(
                f"{self.provider.name} has refused everything for its rate limit, and asks for {pause:.0f} s "
                "more",
                for_now=True,
            )
        spent.retries += self.off is None

    def _failed(self, error: ProviderUnavailableError, spent: Spent) -> None:
        spent.failed += 1
        name, pause = self.provider.name, self.circuit_breaker.failed(self.timing.now())
        self._reached = self._reached or not isinstance(error, ProviderUnreachableError)
        breaker = self.circuit_breaker
        silence = f"{name} has not answered {breaker.failures} times in a row"
        if not self._reached and breaker.openings > _TRIALS_OF_THE_UNKNOWN:
            self.close(f"{name} could not be reached from the start; the last time: {error}", for_now=True)
        elif breaker.exhausted:
            self.close(f"{silence}; the last time: {error}", for_now=True)
        elif pause is not None:
            _log.warning("%s: it is tried again in %.0f s. The last time: %s", silence, pause, error)


def _nobody_waits() -> None:
    """For a request that none waits for."""


def _hear(said: dict[int, str], heard: Heard, begun: Callable[[], None], texts: Mapping[int, str]) -> None:
    begun()
    said.update(texts)
    heard(texts)
