"""The engine: documents in, translations out, as fast as the providers allow and never paid for twice."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import partial

from langassets.translation.cost.bill import Bill
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.prices import Prices
from langassets.translation.cost.usage import Totals
from langassets.translation.engine.run import Run
from langassets.translation.engine.sending.client import TIMEOUT, ProviderClient
from langassets.translation.engine.sending.listening import Timing
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.engine.tasks import Result, TranslationTask, Untranslated
from langassets.translation.glossary import Glossary
from langassets.translation.recipes import Recipes
from langassets.translation.refusals import Refusals
from langassets.translation.types import Memory, Mode, Provider


class Engine:
    """Translates by `providers`, the first one preferred and the second its fallback, through `memory`; what
    `refusals` hold is not asked for. Documents may have doubted translations up to `max_doubtful_share`.

    One engine serves one run: its totals and its limits (`max_cost` in dollars, `max_requests`) are the
    run's; each request goes on the `bill`. `concurrency` bounds the requests under way at each provider,
    `timeout` the seconds for which an answer may say nothing. `on_progress` is called often, on the event
    loop, with the totals.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        memory: Memory,
        *,
        refusals: Refusals | None = None,
        max_doubtful_share: float = 0.0,
        glossary: Glossary | None = None,
        ignores_model: bool = False,
        prices: Prices | None = None,
        max_cost: Decimal | None = None,
        max_requests: int | None = None,
        bill: Bill | None = None,
        concurrency: int = 16,
        timeout: float = TIMEOUT,
        on_progress: Callable[[Totals], None] = lambda _: None,
        timing: Timing | None = None,
    ) -> None:
        self.recipes = Recipes.of(providers, glossary, ignores_model=ignores_model)
        self.totals = Totals()
        self.stopped: str | None = None
        """Why the run ended before everything was asked for, None where it did not."""
        self._spending = SpendingLimits(prices or Prices(), max_cost, max_requests)
        self._clients = [
            ProviderClient(
                provider, self._spending, RateLimiter(concurrency), timing or Timing(), timeout, bill=bill
            )
            for provider in providers
        ]
        self._progressed = partial(on_progress, self.totals)
        self._run = partial(
            Run,
            self._clients,
            memory,
            refusals,
            self.recipes,
            self.totals,
            max_doubtful_share,
            self._progressed,
        )

    async def translate(self, tasks: Iterable[TranslationTask]) -> AsyncGenerator[Result]:
        """Each of `tasks` as soon as it is whole, or cannot become so; the most important ones come first.

        `tasks` is read as it is needed, so it may be long; what is taken slowly is made slowly. When a
        limit is reached, or no provider is left, the rest comes back as far as memory holds it, and otherwise
        as `Untranslated` with the reason, which `stopped` names too. Raises what memory or `tasks` raise.
        """
        run = self._run(tasks)
        task = asyncio.create_task(run())
        try:
            while (result := await run.results.get()) is not None:
                run.taken()
                if isinstance(result, BaseException):
                    raise result
                if isinstance(result, Untranslated):
                    self.stopped = self.stopped or result.stopped
                self._progressed()
                yield result
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def ask(self, mode: Mode) -> None:
        """From now on ask this way, where there is room."""
        for client in self._clients:
            client.ask(mode)

    def rest(self, *, resting: bool) -> None:
        """Ask for nothing while `resting`: what memory does not hold comes back untranslated."""
        self._spending.rests = "it waits for a cheaper way" if resting else None
        if not resting:
            self.stopped = self._spending.stopped

    @property
    def stopped_for_now(self) -> bool:
        """Whether the run stopped because a provider was silent or out of its limits, which passes."""
        return (
            self.stopped is not None
            and self._spending.stopped is None
            and any(client.closed_for_now for client in self._clients)
        )

    async def close(self) -> None:
        """Close the providers' connections; the engine is done."""
        for client in self._clients:
            await client.provider.close()
