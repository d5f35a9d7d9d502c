"""Batch mode, the first half: handing in what is missing, at half the price.

Nothing is handed in twice, whenever a process dies: a batch is recorded, with all its requests, before it
goes out; it bears the record's identifier at the provider; and what is recorded as planned is looked for
there before it is handed in again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import count
from uuid import uuid4

from langassets.batch_mode.records import BatchRecords
from langassets.batch_mode.requests import BatchService, DeferredRequest, OpenBatch
from langassets.errors import ProviderError
from langassets.services import Services
from langassets.translation.cost.bill import Bill, Planned
from langassets.translation.cost.rates import Mode
from langassets.translation.cost.tokens import batch_tokens
from langassets.translation.engine.acceptance import fits
from langassets.translation.engine.lookup import Keyed, Known, Lookup, place_texts, portions
from langassets.translation.engine.pending_segments import PendingSegment
from langassets.translation.engine.request import within_budget
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.providers.bounds import usage_bound
from langassets.translation.types import LanguagePair, MemoryKey
from langassets.wording import counted

BATCH_TOKENS = 1_000_000
"""Tokens of one batch, as estimated: providers limit what may be enqueued, and small accounts may have two
million."""

_WINDOW = timedelta(days=1)  # within which a batch is answered

SETTLING = timedelta(minutes=2)
"""How long a batch that was handed in may take to show in the provider's list."""


@dataclass(slots=True)
class Submission:
    """What was handed in: `batches` by our identifiers, and what is in those of this run; `waiting` texts had
    been handed in before. `cost` is what it can come to at most, in dollars, None where the price is not
    known; `stopped` says which limit left the rest for another day."""

    batches: list[str] = field(default_factory=list)
    requests: int = 0
    segments: int = 0
    waiting: int = 0
    cost: Decimal | None = Decimal(0)
    stopped: str | None = None

    def count(self, request: DeferredRequest, cost: Decimal | None, times: int) -> None:
        """Count a request in, or out again by -1."""
        self.requests += times
        self.segments += times * len(request.keys)
        self.cost = None if cost is None or self.cost is None else self.cost + times * cost


@dataclass(frozen=True)
class Submitter:
    """Hands in by `service`, which is one of the providers that the recipes name. By `due_at` the texts must
    be there, None for no such moment. Only one process at a time may submit."""

    services: Services
    service: BatchService
    records: BatchRecords
    bill: Bill
    due_at: datetime | None = None

    async def __call__(self, tasks: Iterable[TranslationTask]) -> Submission:
        """Hand in whatever of `tasks` neither memory holds nor an open batch does, most important first; what
        was refused, and is not to be asked for yet, is left out.

        Raises what the service raises; what was planned by then is taken up by the next submission.
        """
        submission = Submission()
        waiting = await self._take_up(submission)
        for requests in self._requests(tasks, waiting, submission):
            batch = OpenBatch(
                uuid4().hex, self.service.model, None, requests, self.services.clock(), self.due_at
            )
            batch = await asyncio.to_thread(self._within_limits, batch, submission)
            if batch.requests:
                await asyncio.to_thread(self.records.plan, batch, self.service.name)
                await self._hand_in(batch)
                submission.batches.append(batch.id)
            if submission.stopped:
                break
        return submission

    async def _take_up(self, submission: Submission) -> set[MemoryKey]:
        """Find out what became of batches that were planned; returns all keys that are waited for."""
        opened = await asyncio.to_thread(self.records.open, self.service.name)
        unknown = {batch.id: batch for batch in opened if batch.provider_batch is None}
        found = await self.service.find(unknown.keys()) if unknown else {}
        for identifier, batch in unknown.items():
            if identifier in found:
                await asyncio.to_thread(self.records.submitted, identifier, found[identifier])
            elif batch.planned_at < self.services.clock() - SETTLING:
                if problem := self._in_vain(batch):
                    await self._give_up(batch, problem)
                    opened.remove(batch)
                    continue
                await self._hand_in(batch)
                submission.batches.append(identifier)
        return {key for batch in opened for request in batch.requests for key in request.keys}

    async def _hand_in(self, batch: OpenBatch) -> None:
        try:
            provider_batch = await self.service.submit(
                batch.id, [request.batch for request in batch.requests]
            )
        except ProviderError as error:
            await self._give_up(batch, str(error))  # it was refused, not lost
            raise
        await asyncio.to_thread(self.records.submitted, batch.id, provider_batch)

    async def _give_up(self, batch: OpenBatch, problem: str) -> None:
        """End a batch that the provider does not have: its texts are free to be handed in again."""
        await asyncio.to_thread(self.bill.settle, batch.unbilled())
        await asyncio.to_thread(
            self.records.finished, batch.id, self.services.clock(), failed=True, problem=problem
        )

    def _in_vain(self, batch: OpenBatch) -> str | None:
        """Why a batch that never went out does not go out now."""
        if batch.model != self.service.model:
            return f"it never went out, and {batch.model} is no longer asked"
        return "it never went out, and its texts are due" if batch.is_to_end(self.services.clock()) else None

    def _within_limits(self, batch: OpenBatch, submission: Submission) -> OpenBatch:
        """The batch with as many of its requests as the limits allow, of this run and of the month; these are
        on the bill, and counted."""
        planned: list[Planned] = []
        for number, request in enumerate(batch.requests):
            most = self._most(request, batch.planned_at)
            if stopped := self._limit(most, submission):
                submission.stopped = stopped
                break
            submission.count(request, most, 1)
            planned.append(
                Planned(
                    batch.on_bill(number),
                    request.batch.target_language,
                    self.service.name,
                    batch.model,
                    Mode.BATCH,
                    batch.planned_at,
                    most,
                    request.lessons,
                )
            )
        if not planned:
            return replace(batch, requests=())
        reserved = self.bill.reserve(planned)
        submission.stopped = submission.stopped or reserved.stopped
        for request, one in list(zip(batch.requests, planned, strict=False))[reserved.requests :]:
            submission.count(request, one.most, -1)
        return replace(batch, requests=batch.requests[: reserved.requests])

    def _most(self, request: DeferredRequest, now: datetime) -> Decimal | None:
        """What a request can cost at most: it is billed at the price of when it is answered."""
        bound = usage_bound(self.service.name, self.service.model, request.batch)
        return self.services.prices.most(self.service.model, bound, [Mode.BATCH], now, now + _WINDOW)

    def _requests(
        self, tasks: Iterable[TranslationTask], waiting: set[MemoryKey], submission: Submission
    ) -> Iterator[tuple[DeferredRequest, ...]]:
        """Requests for what is missing, as many at a time as one batch may hold."""
        lookup = Lookup(self.services.memory, self.services.recipes, self.services.refusals)
        missing: dict[tuple[str, str], list[PendingSegment]] = defaultdict(list)
        numbers = count()
        for known in map(lookup, portions(tasks)):
            for task, segments in known.documents:
                pair = (task.source_language, task.target_language)
                for keyed, placed in zip(segments, place_texts(task, next(numbers)), strict=True):
                    if self._is_missing(keyed, pair, known, waiting, submission):
                        item = PendingSegment.of(task, keyed, placed)
                        missing[pair].append(item.reject(lookup.rejected(*item.key)))
            # As much is sent as comes back, roughly.
            if 2 * sum(item.tokens for items in missing.values() for item in items) >= BATCH_TOKENS:
                yield self._cut(missing)
                missing.clear()
        yield self._cut(missing)

    @cached_property
    def _service(self) -> int:
        """Which of the providers it is."""
        return self.services.recipes.models.index((self.service.name, self.service.model))

    def _is_missing(
        self,
        keyed: Keyed,
        pair: LanguagePair,
        known: Known,
        waiting: set[MemoryKey],
        submission: Submission,
    ) -> bool:
        segment, keys = keyed
        if any(fits(segment, translation, *pair) for translation in known.translations(keys)):
            return False
        key = keys[self._service]
        if key in known.refused:
            return False  # the preload that follows asks the other provider, if that was not asked
        submission.waiting += key in waiting
        is_missing = key not in waiting
        waiting.add(key)
        return is_missing

    def _cut(self, missing: Mapping[LanguagePair, Sequence[PendingSegment]]) -> tuple[DeferredRequest, ...]:
        requests = []
        for items in missing.values():
            for request in within_budget(items, batch_tokens(self.service.model)):
                segments = tuple(item.segment for item in request.items)
                keys = tuple(item.keys[self._service] for item in request.items)
                batch = request.batch(self.services.recipes.glossary)
                requests.append(DeferredRequest(batch, segments, keys, request.lessons))
        return tuple(requests)

    def _limit(self, cost: Decimal | None, submission: Submission) -> str | None:
        settings = self.services.settings
        most_requests, most = settings.max_requests_per_run, settings.max_cost_per_run
        if most_requests is not None and submission.requests >= most_requests:
            return f"MAX_REQUESTS_PER_RUN is reached: {counted(submission.requests, 'request')} handed in"
        if most is None:
            return None
        if cost is None:
            model = self.service.model
            return f"MAX_COST_PER_RUN is set and the price of {model} is not known: set MODEL_PRICES"
        spent = submission.cost or Decimal(0)
        if spent + cost > most:
            return (
                f"MAX_COST_PER_RUN is reached: requests for up to {spent:.4f} of {most:f} dollars "
                f"are handed in, and the next one may take up to {cost:.4f}"
            )
        return None
