"""Requests: so many at once, sent again after faults that pass, and counted."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from langassets import lazy
from langassets.errors import StoreError, StoreUnavailableError
from langassets.storage.supabase.errors import Refusals, UnansweredError

if TYPE_CHECKING:
    from tenacity import RetryCallState

_LONGEST_BACKOFF = 20.0  # seconds
# A server that asks for more is not waited for: the run ends, says so, and a later one goes on.
_LONGEST_ASKED_WAIT = 120.0

_T = TypeVar("_T")


class Sender:
    """Sends requests one by one or at once; the first try and up to `attempts - 1` more of each.

    Between tries it waits for a random time of up to `backoff`, twice that, four times that, … seconds
    (so that many workers do not come back at the same moment), and never less than the server asked for.
    Until the first of all answers has come, nothing is waited for longer than `first_answer_within` seconds.
    A request that waits keeps its place among the `concurrency`: a server in trouble is asked less.
    """

    def __init__(
        self,
        refusals: Refusals,
        *,
        concurrency: int,
        attempts: int,
        backoff: float,
        first_answer_within: float | None = None,
    ) -> None:
        self.requests = 0
        self.retries = 0
        self._refusals = refusals
        self._first_answer_within = first_answer_within
        self._places = asyncio.Semaphore(concurrency)
        self._last = lazy.tenacity.stop_after_attempt(attempts)
        self._backoff = lazy.tenacity.wait_random_exponential(multiplier=backoff, max=_LONGEST_BACKOFF)

    async def send(self, request: Callable[[], Awaitable[_T]]) -> _T:
        """What `request` returns; `StoreError` where it was refused, `UnansweredError` after the last try."""
        retrying = lazy.tenacity.AsyncRetrying(
            retry=lazy.tenacity.retry_if_exception_type(UnansweredError),
            stop=self._gives_up,
            wait=self._wait,
            before_sleep=self._count_retry,
            reraise=True,
        )
        async with self._places:
            try:
                async with asyncio.timeout(self._first_answer_within):
                    answer: _T = await retrying(self._once, request)
            except TimeoutError:
                raise self._refusals.unreached("no answer in time") from None
        self._first_answer_within = None
        return answer

    async def _once(self, request: Callable[[], Awaitable[_T]]) -> _T:
        self.requests += 1
        refusal: StoreError | StoreUnavailableError
        try:
            return await request()
        except StoreUnavailableError as error:
            refusal = error
        except (
            lazy.storage3_exceptions.StorageApiError,
            lazy.httpx.HTTPError,
            ValueError,
            KeyError,
            TypeError,
        ) as error:
            refusal = self._refusals.of(error)
        raise refusal  # out here, where no exception is being handled that would come along as its context

    def _gives_up(self, state: "RetryCallState") -> bool:
        return self._last(state) or _asked_wait(state) > _LONGEST_ASKED_WAIT

    def _wait(self, state: "RetryCallState") -> float:
        return max(self._backoff(state), _asked_wait(state))

    def _count_retry(self, _: "RetryCallState") -> None:
        self.retries += 1


def _asked_wait(state: "RetryCallState") -> float:
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, UnansweredError) else 0.0
