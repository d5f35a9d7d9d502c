"""Batch mode, the second half: taking in what has come of it, hours later.

What was collected is in memory: an ordinary run makes the lessons of it, and asks for the few segments
that were no good.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial

from langassets.batch_mode.records import BatchRecords
from langassets.batch_mode.requests import BatchService, BatchState, OpenBatch, Stage, UnknownBatchError
from langassets.database.records.model_usage import record_usage
from langassets.services import Services
from langassets.translation.cost.bill import Bill, Billed
from langassets.translation.cost.rates import Mode
from langassets.translation.cost.usage import ModelUsage, Spent
from langassets.translation.engine.acceptance import code_in, said_again, tidy_and_check
from langassets.translation.types import Answer, Remembered


@dataclass(slots=True)
class Collected:
    """What one batch brought: `segments` kept, `rejected` by the checks, `unanswered` not there. While it is
    not `over`, `done` of `total` requests are; it is `late` where its texts are due so soon that they are
    asked for without it."""

    id: str
    over: bool
    done: int = 0
    total: int = 0
    segments: int = 0
    rejected: int = 0
    unanswered: int = 0
    problem: str | None = None
    late: bool = False


WAITED_FOR = timedelta(days=2)
"""How long a batch that the provider does not know is waited for: a batch takes a day at most, and a wrong
key may be corrected."""


@dataclass(frozen=True)
class Collector:
    """Takes in what `service` has finished. Doing it twice, or dying on the way, does no harm: what is
    recorded of a batch replaces what was before."""

    services: Services
    service: BatchService
    records: BatchRecords

    @cached_property
    def _bill(self) -> Bill:
        return self.services.bill("")

    async def __call__(self) -> list[Collected]:
        """Look after every open batch; each is in memory, and recorded, before it counts as collected.

        Raises what the service raises; for a batch that it does not know, when the others have been looked
        after, and only while it is waited for. Batches of which nobody knows whether they were handed in are
        left to the next submission.
        """
        opened = await asyncio.to_thread(self.records.open, self.service.name)
        found: list[Collected] = []
        unknown: UnknownBatchError | None = None
        known = await self._known(opened)
        for batch in opened:
            provider_batch = batch.provider_batch or known.get(batch.id)
            if provider_batch is None:
                if batch.is_to_end(self.services.clock()):
                    await asyncio.to_thread(self._bill.settle, batch.unbilled())
                    found.append(await self._given_up(batch, "it never went out, and its texts are due"))
                continue
            try:
                found.append(await self._collect(batch, provider_batch))
            except UnknownBatchError as error:
                if self.services.clock() - batch.planned_at > WAITED_FOR:
                    found.append(await self._given_up(batch, str(error)))
                else:
                    unknown = unknown or error
        if unknown is not None:
            raise unknown
        return found

    async def _known(self, opened: Sequence[OpenBatch]) -> Mapping[str, str]:
        """Of batches with a moment by which they are due, those that arrived though nobody heard of it."""
        unheard = [batch.id for batch in opened if batch.provider_batch is None and batch.due_at]
        found = await self.service.find(unheard) if unheard else {}
        for identifier, provider_batch in found.items():
            await asyncio.to_thread(self.records.submitted, identifier, provider_batch)
        return found

    async def _given_up(self, batch: OpenBatch, problem: str) -> Collected:
        await asyncio.to_thread(
            self.records.finished,
            batch.id,
            self.services.clock(),
            failed=True,
            problem=problem,
            left=batch.requests,
        )
        return Collected(batch.id, True, unanswered=batch.texts, problem=problem)

    async def _collect(self, batch: OpenBatch, provider_batch: str) -> Collected:
        state = await self._state(batch, provider_batch)
        over = state.stage is not Stage.UNDER_WAY
        late = not over and batch.is_late(self.services.clock())
        collected = Collected(batch.id, over, state.done, state.total, problem=state.problem, late=late)
        if not over:
            return collected
        spent: dict[str, Spent] = defaultdict(Spent)
        left = dict(enumerate(batch.requests))
        # What brought no answer is not billed.
        billed = dict(enumerate(batch.unbilled()))
        async for number, answer in self.service.answers(state, batch.requests):
            account = spent[batch.requests[number].batch.target_language]
            billed[number], kept = await asyncio.to_thread(self._keep, batch, number, answer, account)
            left[number] = batch.requests[number].without(kept)
        collected.segments = sum(one.segments for one in spent.values())
        collected.rejected = sum(one.rejected for one in spent.values())
        collected.unanswered = batch.texts - collected.segments - collected.rejected
        await asyncio.to_thread(self._bill.settle, billed.values())
        usage = [
            ModelUsage(language, self.service.name, batch.model, account)
            for language, account in sorted(spent.items())
        ]
        if usage:
            name, now = f"batch {batch.id}"[:64], self.services.clock()
            await asyncio.to_thread(record_usage, self.services.data, name, usage, now)
        await asyncio.to_thread(
            self.records.finished,
            batch.id,
            self.services.clock(),
            failed=state.stage is Stage.REJECTED,
            problem=state.problem,
            left=[request for request in left.values() if request.keys],
        )
        return collected

    async def _state(self, batch: OpenBatch, provider_batch: str) -> BatchState:
        """How far a batch is; one whose texts are due soon is told to end, once."""
        state = await self.service.state(provider_batch)
        now = self.services.clock()
        if state.stage is Stage.UNDER_WAY and batch.is_to_end(now):
            await self.service.cancel(provider_batch)
            await asyncio.to_thread(self.records.cancelled, batch.id, now)
            state = await self.service.state(provider_batch)
        return state

    def _keep(self, opened: OpenBatch, number: int, answer: Answer, spent: Spent) -> tuple[Billed, Set[int]]:
        """Judge the texts of one answer, and remember the sound ones; what it was billed for, and which they
        are."""
        request, batch, by = opened.requests[number], opened.requests[number].batch, self.service.name
        # What is rejected while the batch is under way is known here alone.
        pair = (batch.source_language, batch.target_language)
        rejected = self.services.memory.rejected({pair: batch.texts})
        code = partial(code_in, request.segments)
        sound: dict[int, Remembered] = {}
        for index, said in answer.texts.items():
            text, findings = tidy_and_check(request.segments[index], said, batch, by, None, code)
            if not findings and not said_again(text, rejected.get((*pair, batch.texts[index]), ())):
                sound[index] = Remembered(request.keys[index], text, by, opened.model)
        self.services.memory.remember(sound.values())
        spent.requests += 1
        spent.segments += len(sound)
        spent.rejected += len(answer.texts) - len(sound)
        # At the price of when it was made, or handed in: doing this twice comes to the same.
        usage, at = answer.usage, answer.answered_at or opened.planned_at
        rates = self.services.prices.of(opened.model, Mode.BATCH, at=at, input_tokens=usage.input_tokens)
        spent.billed(usage, rates.cost(usage) if rates else None)
        billed = Billed(opened.on_bill(number), usage, rates, answer.request_id, answer.estimated)
        return billed, sound.keys()
