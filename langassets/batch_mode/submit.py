"""Batch mode, the first half: handing in what is missing, at half the price.

Nothing is handed in twice, whenever a process dies: a batch is recorded, with all its requests, before it
goes out; it bears the record's identifier at the provider; and what is recorded as planned is looked for
there before it is handed in again.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from langassets.batch_mode.records import BatchRecords
from langassets.batch_mode.requests import BatchService, DeferredRequest, OpenBatch
from langassets.errors import ProviderError
from langassets.translation.cost.bill import Bill, Planned
from langassets.translation.cost.prices import Prices
from langassets.translation.cost.rates import Mode
from langassets.translation.cost.tokens import answer_tokens, batch_tokens
from langassets.translation.engine.acceptance import complaint, fits, unwanted
from langassets.translation.engine.batching import PlacedText, batch_of, place_texts, within_budget
from langassets.translation.engine.lookup import MemoryLookup, portions
from langassets.translation.engine.refusals import RefusalLookup
from langassets.translation.engine.tasks import TranslationTask
from langassets.translation.providers.bounds import usage_bound
from langassets.translation.recipes import Recipes
from langassets.translation.refusals import Refusals, Refused
from langassets.translation.types import Memory, MemoryKey, Segment
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


@dataclass(slots=True)
class _Missing:
    segment: Segment
    placed: PlacedText
    key: MemoryKey
    tokens: int
    lesson: str


@dataclass(frozen=True)
class Submitter:
    """Hands in by `service`, which is one of the providers that `recipes` names.

    `max_cost` (in dollars) and `max_requests` are for one submission; by `due_at` its texts must be there,
    None for no such moment. Only one process at a time may submit.
    """

    service: BatchService
    records: BatchRecords
    memory: Memory
    recipes: Recipes
    clock: Callable[[], datetime]
    prices: Prices
    refusals: Refusals
    bill: Bill
    max_cost: Decimal | None = None
    max_requests: int | None = None
    due_at: datetime | None = None

    async def __call__(self, tasks: Iterable[TranslationTask]) -> Submission:
        """Hand in whatever of `tasks` neither memory holds nor an open batch does, most important first; what
        was refused, and is not to be asked for yet, is left out.

        Raises what the service raises; what was planned by then is taken up by the next submission.
        """
        submission = Submission()
        waiting = await self._take_up(submission)
        for requests in self._requests(tasks, waiting, submission):
            now = self.clock()
            allowed = tuple(self._within_limits(requests, submission, now))
            batch = OpenBatch(uuid4().hex, self.service.model, None, allowed, now, self.due_at)
            batch = await asyncio.to_thread(self._on_bill, batch, submission)
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
            elif batch.planned_at < self.clock() - SETTLING:
                if batch.model != self.service.model:
                    await self._give_up(batch, f"it never went out, and {batch.model} is no longer asked")
                    opened.remove(batch)
                    continue
                if batch.is_to_end(self.clock()):
                    await self._give_up(batch, "it never went out, and its texts are due")
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
        await asyncio.to_thread(self.records.finished, batch.id, self.clock(), failed=True, problem=problem)

    def _on_bill(self, batch: OpenBatch, submission: Submission) -> OpenBatch:
        """The batch with as many of its requests as the month has room for; these are on the bill."""
        if not batch.requests:
            return batch
        planned = [
            Planned(
                batch.on_bill(number),
                request.batch.target_language,
                self.service.name,
                batch.model,
                Mode.BATCH,
                batch.planned_at,
                self._most(request, batch.planned_at),
                request.lessons,
            )
            for number, request in enumerate(batch.requests)
        ]
        reserved = self.bill.reserve(planned)
        submission.stopped = submission.stopped or reserved.stopped
        for request, one in zip(
            batch.requests[reserved.requests :], planned[reserved.requests :], strict=True
        ):
            submission.count(request, one.most, -1)
        return replace(batch, requests=batch.requests[: reserved.requests])

    def _most(self, request: DeferredRequest, now: datetime) -> Decimal | None:
        """What a request can cost at most: it is billed at the price of when it is answered."""
        bound = usage_bound(self.service.name, self.service.model, request.batch)
        return self.prices.most(self.service.model, bound, [Mode.BATCH], now, now + _WINDOW)

    def _requests(
        self, tasks: Iterable[TranslationTask], waiting: set[MemoryKey], submission: Submission
    ) -> Iterator[list[DeferredRequest]]:
        """Requests for what is missing, as many at a time as one batch may hold."""
        recall = MemoryLookup(self.memory, self.recipes)
        refusals = RefusalLookup(self.refusals, self.recipes)
        missing: dict[tuple[str, str], list[_Missing]] = defaultdict(list)
        number = 0
        for portion in portions(tasks):
            recalled = recall(portion)
            refused = refusals(portion, recalled)
            for task, segments in portion:
                number += 1
                pair = (task.source_language, task.target_language)
                missing[pair] += self._missing(number, task, segments, recalled, refused, waiting, submission)
            # As much is sent as comes back, roughly.
            if 2 * sum(item.tokens for items in missing.values() for item in items) >= BATCH_TOKENS:
                yield self._cut(missing, recall)
                missing.clear()
        yield self._cut(missing, recall)

    def _missing(
        self,
        number: int,
        task: TranslationTask,
        segments: Sequence[Segment],
        recalled: dict[MemoryKey, str],
        refused: Mapping[MemoryKey, Refused],
        waiting: set[MemoryKey],
        submission: Submission,
    ) -> Iterator[_Missing]:
        pair = (task.source_language, task.target_language)
        service = self.recipes.models.index((self.service.name, self.service.model))
        for segment, placed in place_texts(segments, number, task.title):
            keys = self.recipes.keys(segment.text, *pair)
            if any(key in recalled and fits(segment, recalled[key], *pair) for key in keys):
                continue
            if keys[service] in refused:
                continue  # the preload that follows asks the other provider, if that was not asked
            if keys[service] in waiting:
                submission.waiting += 1
                continue
            waiting.add(keys[service])
            yield _Missing(segment, placed, keys[service], answer_tokens(segment.text, pair[1]), task.lesson)

    def _cut(
        self, missing: dict[tuple[str, str], list[_Missing]], lookup: MemoryLookup
    ) -> list[DeferredRequest]:
        requests = []
        for (source, target), items in missing.items():
            for chosen in within_budget(items, batch_tokens(self.service.model)):
                placed = [item.placed for item in chosen]
                found = [lookup.rejected(source, target, item.segment.text) for item in chosen]
                rejected = {index: some for index, some in enumerate(found) if some}
                complaints = {index: complaint(unwanted(some)) for index, some in rejected.items()}
                refused = {index: some[-1].translation for index, some in rejected.items()}
                batch = batch_of(placed, source, target, self.recipes.glossary, complaints, refused)
                segments = tuple(item.segment for item in chosen)
                lessons: Counter[str] = Counter()
                for item in chosen:
                    lessons[item.lesson] += len(item.segment.text)
                keys = tuple(item.key for item in chosen)
                requests.append(DeferredRequest(batch, segments, keys, lessons))
        return requests

    def _within_limits(
        self, requests: Sequence[DeferredRequest], submission: Submission, now: datetime
    ) -> list[DeferredRequest]:
        """As many of `requests` as the limits allow, counted into `submission`."""
        allowed = []
        for request in requests:
            cost = self._most(request, now)
            submission.stopped = self._limit(cost, submission)
            if submission.stopped:
                break
            allowed.append(request)
            submission.count(request, cost, 1)
        return allowed

    def _limit(self, cost: Decimal | None, submission: Submission) -> str | None:
        if self.max_requests is not None and submission.requests >= self.max_requests:
            return f"MAX_REQUESTS_PER_RUN is reached: {counted(submission.requests, 'request')} handed in"
        if self.max_cost is None:
            return None
        if cost is None:
            model = self.service.model
            return f"MAX_COST_PER_RUN is set and the price of {model} is not known: set MODEL_PRICES"
        spent = submission.cost or Decimal(0)
        if spent + cost > self.max_cost:
            return (
                f"MAX_COST_PER_RUN is reached: requests for up to {spent:.4f} of {self.max_cost:f} dollars "
                f"are handed in, and the next one may take up to {cost:.4f}"
            )
        return None
