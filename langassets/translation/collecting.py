"""Batch mode, the second half: taking in what has come of it, hours later.

What was collected is in memory: an ordinary run makes the lessons of it, and asks for the few segments
that were no good.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from langassets.translation.deferred import BatchLedger, BatchService, DeferredRequest, OpenBatch, Stage
from langassets.translation.judging import judge
from langassets.translation.model import Answer, Memory, Remembered
from langassets.translation.prices import BATCH_DISCOUNT, Prices
from langassets.translation.totals import ModelUsage, Spent


@dataclass(slots=True)
class Collected:
    """What one batch brought: `segments` kept, `rejected` by the checks, `unanswered` not there; `usage` by
    language, at the price of batches. While it is not `over`, `done` of `total` requests are."""

    id: str
    over: bool
    done: int = 0
    total: int = 0
    segments: int = 0
    rejected: int = 0
    unanswered: int = 0
    problem: str | None = None
    usage: list[ModelUsage] = field(default_factory=list)


@dataclass(frozen=True)
class Collector:
    """Takes in what `service` has finished. Doing it twice, or dying on the way, does no harm."""

    service: BatchService
    ledger: BatchLedger
    memory: Memory
    clock: Callable[[], datetime]
    prices: Prices = field(default_factory=Prices)

    async def __call__(self) -> list[Collected]:
        """Look after every open batch; each is in memory before it counts as collected.

        Raises what the service raises. Batches of which nobody knows whether they were handed in are left
        to the next submission.
        """
        opened = await asyncio.to_thread(self.ledger.open, self.service.name)
        return [await self._collect(batch, batch.provider_batch) for batch in opened if batch.provider_batch]

    async def _collect(self, batch: OpenBatch, provider_batch: str) -> Collected:
        state = await self.service.state(provider_batch)
        over = state.stage is not Stage.UNDER_WAY
        collected = Collected(batch.id, over, state.done, state.total, problem=state.problem)
        if not over:
            return collected
        spent: dict[str, Spent] = defaultdict(Spent)
        collected.unanswered = sum(len(request.keys) for request in batch.requests)
        sizes = [len(request.keys) for request in batch.requests]
        async for number, answer in self.service.answers(state, sizes):
            request = batch.requests[number]
            account = spent[request.batch.target_language]
            await asyncio.to_thread(self._keep, request, answer, collected, account)
        collected.usage = [self._usage(language, account) for language, account in sorted(spent.items())]
        await asyncio.to_thread(
            self.ledger.finished,
            batch.id,
            self.clock(),
            failed=state.stage is Stage.REJECTED,
            problem=state.problem,
        )
        return collected

    def _keep(self, request: DeferredRequest, answer: Answer, collected: Collected, spent: Spent) -> None:
        """Judge the texts of one answer, and remember the sound ones."""
        rows = []
        for index, text in answer.texts.items():
            kept, findings = judge(request.segments[index], text, request.batch, self.service.name, None)
            if not findings:
                rows.append(Remembered(request.keys[index], kept, self.service.name, self.service.model))
        self.memory.remember(rows)
        spent.requests += 1
        spent.segments += len(rows)
        spent.rejected += len(answer.texts) - len(rows)
        spent.usage += answer.usage
        collected.segments += len(rows)
        collected.rejected += len(answer.texts) - len(rows)
        collected.unanswered -= len(answer.texts)

    def _usage(self, language: str, spent: Spent) -> ModelUsage:
        cost = self.prices.cost(self.service.model, spent.usage, BATCH_DISCOUNT)
        return ModelUsage(language, self.service.name, self.service.model, spent, cost)
