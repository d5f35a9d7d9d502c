"""One run of the engine: documents in, in order of importance; each back as soon as it is whole.

What may wait at a time is bounded, and what has been translated lies in memory, so that a run may be as
long as it likes.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import TypeVar

from langassets.errors import ProviderTimeoutError, ProviderUnavailableError
from langassets.translation.checks import Finding
from langassets.translation.cost.usage import Totals
from langassets.translation.engine.acceptance import complaint, tidy_and_check
from langassets.translation.engine.batching import batch_of, cut
from langassets.translation.engine.client import ClosedError, ElsewhereError, ProviderClient
from langassets.translation.engine.lookup import MemoryLookup, portions
from langassets.translation.engine.pending_segments import PendingSegment, PendingSegments
from langassets.translation.engine.request import Request
from langassets.translation.engine.tasks import Result, TranslationTask
from langassets.translation.recipes import Recipes
from langassets.translation.types import Answer, Batch, Finish, Memory, MemoryKey, Remembered, Segment

_T = TypeVar("_T")

# What may wait at a time: documents that lack something, characters on their way, results to be taken.
_MOST_OPEN, _MOST_CHARACTERS, _MOST_RESULTS = 2_000, 2_000_000, 500
# A segment is tried so often by each provider where there are two, and so often by the only one.
_TRIES_EACH, _TRIES_ALONE = 2, 3
# When more than this many and more than half of a batch fail their checks, the answer was bad as a whole;
# so often its texts are asked for in smaller batches before each is asked for alone.
_FEW, _MOST_SPLITS = 3, 2
# Answers in a row without one sound segment, after which a model is not asked for a language again.
_BARREN = 25

_Checked = list[tuple[PendingSegment, str | None, Sequence[Finding]]]


class Run:
    """The state of one run. `results` ends with None, or with the exception that ended the run."""

    def __init__(
        self,
        clients: Sequence[ProviderClient],
        memory: Memory,
        recipes: Recipes,
        totals: Totals,
        tasks: Iterator[TranslationTask],
        progressed: Callable[[], None],
    ) -> None:
        self.results: asyncio.Queue[Result | BaseException | None] = asyncio.Queue()
        self._clients = clients
        self._memory = memory
        self._recipes = recipes
        self._totals = totals
        self._tasks = tasks
        self._progressed = progressed
        self._pending = PendingSegments(totals, self.results.put_nowait)
        self._lookup = MemoryLookup(memory, recipes)
        self._thread = ThreadPoolExecutor(1, "translation")
        self._queues: list[asyncio.PriorityQueue[tuple[int, int, Request]]] = [
            asyncio.PriorityQueue() for _ in clients
        ]
        self._numbers = count()
        self._uncut: dict[tuple[str, str], list[PendingSegment]] = defaultdict(list)
        self._barren: Counter[tuple[int, str]] = Counter()
        self._changed = asyncio.Event()

    async def __call__(self) -> None:
        """Translate everything; returns when all results are in the queue."""
        try:
            async with asyncio.TaskGroup() as group:
                workers = [
                    group.create_task(self._worker(number))
                    for number, client in enumerate(self._clients)
                    for _ in range(client.rate_limiter.most_at_once)
                ]
                await self._read()
                while self._pending.pending:
                    await self._change()
                for worker in workers:
                    worker.cancel()
            self.results.put_nowait(None)
        except BaseExceptionGroup as failed:
            self.results.put_nowait(failed.exceptions[0])
        finally:
            # Waits for what is being written: what has been paid for is not to be lost.
            self._thread.shutdown(cancel_futures=True)

    def taken(self) -> None:
        """A result was taken out of the queue."""
        self._changed.set()

    async def _read(self) -> None:
        number = 0
        for portion in portions(self._tasks):
            self._pending.recent.clear()
            recalled = await self._in_thread(partial(self._lookup, portion))
            for task, segments in portion:
                of_segment = partial(self._candidates, task, recalled)
                for item in self._pending.take(number, task, segments, of_segment):
                    self._uncut[item.key[:2]].append(item)
                number += 1
            self._cut(more_to_come=True)
            self._progressed()
            while self._full():
                if self.results.qsize() <= _MOST_RESULTS:
                    self._cut(more_to_come=False)
                await self._change()
        self._cut(more_to_come=False)

    def _candidates(
        self, task: TranslationTask, recalled: dict[MemoryKey, str], segment: Segment
    ) -> list[str]:
        keys = self._recipes.keys(segment.text, task.source_language, task.target_language)
        return [recalled[key] for key in keys if key in recalled]

    def _full(self) -> bool:
        return (
            self._pending.open > _MOST_OPEN
            or self._pending.characters > _MOST_CHARACTERS
            or self.results.qsize() > _MOST_RESULTS
        )

    def _cut(self, *, more_to_come: bool) -> None:
        """Make requests of what waits: full ones while more is to come, of all that is left at the end."""
        for items in self._uncut.values():
            while items:
                budget = self._clients[self._client_for(items[0]) or 0].budget
                if more_to_come and sum(item.tokens for item in items) < 2 * budget:
                    break
                sizes = cut([item.tokens for item in items], budget)
                for size in sizes[:1] if more_to_come else sizes:
                    self._send(Request(items[:size]))
                    del items[:size]

    async def _worker(self, number: int) -> None:
        client, queue = self._clients[number], self._queues[number]
        while True:
            _, _, request = await queue.get()
            if self._client_for(request.items[0]) != number or request.too_large_for(client.budget):
                self._send(request)  # things have changed since it was put here
                continue
            batch = self._batch(request)
            spent = self._totals.of(batch.target_language, client.provider.name, client.provider.model)
            try:
                others = partial(self._others, number, request.items[0])
                answer = await client.send(batch, spent, others)
            except (ElsewhereError, ClosedError):
                self._send(request)
            except ProviderUnavailableError as error:
                self._unanswered(number, request, error)
            else:
                checked = await self._in_thread(partial(self._check, number, request, batch, answer))
                self._answered(number, request, answer, checked)
            self._changed.set()
            self._progressed()

    def _batch(self, request: Request) -> Batch:
        source, target, _ = request.items[0].key
        complaints = {
            index: complaint(item.findings) for index, item in enumerate(request.items) if item.findings
        }
        placed = [item.placed for item in request.items]
        return batch_of(placed, source, target, self._recipes.glossary, complaints)

    def _send(self, request: Request) -> None:
        """Put a unit into the queue of the lane that is to translate it, or give up on it."""
        number = self._client_for(request.items[0])
        if number is None:
            for item in request.items:
                self._pending.given_up(item, self.stopped)
            self._changed.set()
            return
        for part in request.parts(self._clients[number].budget):
            self._queues[number].put_nowait((part.order, next(self._numbers), part))

    def _client_for(self, item: PendingSegment) -> int | None:
        """The lane that is to try a segment next: the first that may, and rather one that answers."""
        clients = self._clients_for(item)
        return min(clients, key=lambda number: (self._clients[number].resting, number), default=None)

    def _clients_for(self, item: PendingSegment) -> list[int]:
        usable = [
            number
            for number, client in enumerate(self._clients)
            if not client.off and self._barren[number, item.key[1]] < _BARREN
        ]
        most = _TRIES_EACH if len(usable) > 1 else _TRIES_ALONE
        return [number for number in usable if item.failures[number] < most]

    def _others(self, number: int, item: PendingSegment) -> bool:
        """Whether another lane could take a segment over now."""
        return any(other != number and not self._clients[other].resting for other in self._clients_for(item))

    @property
    def stopped(self) -> str | None:
        """Why nothing more is sent in this run; None while something may be."""
        reasons = [client.off for client in self._clients]
        return None if None in reasons else "; ".join(dict.fromkeys(filter(None, reasons)))

    def _check(self, number: int, request: Request, batch: Batch, answer: Answer) -> _Checked:
        """Each text's translation, or what is wrong with it. Sound ones are in memory when this returns."""
        provider = self._clients[number].provider
        pair = (batch.source_language, batch.target_language)
        checked: _Checked = []
        rows = []
        for index, item in enumerate(request.items):
            if index not in answer.texts:
                checked.append((item, None, ()))
                continue
            bounds = self._lookup.bounds(*pair)
            text, findings = tidy_and_check(item.segment, answer.texts[index], batch, provider.name, bounds)
            checked.append((item, None if findings else text, findings))
            if not findings:
                key = self._recipes.keys(item.segment.text, *pair)[number]
                rows.append(Remembered(key, text, provider.name, provider.model))
        self._memory.remember(rows)
        return checked

    def _answered(self, number: int, request: Request, answer: Answer, checked: _Checked) -> None:
        client = self._clients[number]
        good = [(item, text) for item, text, _ in checked if text is not None]
        bad = [(item, findings) for item, _, findings in checked if findings]
        absent = [item for item, text, findings in checked if text is None and not findings]
        target = request.items[0].key[1]
        spent = self._totals.of(target, client.provider.name, client.provider.model)
        spent.segments += len(good)
        spent.rejected += len(bad)
        self._barren[number, target] = 0 if good else self._barren[number, target] + 1
        client.sized(request.tokens, too_much=answer.finish is Finish.TRUNCATED)
        for item, text in good:
            for other in self._pending.translated(item, text):
                self._send(Request([other]))
        self._again(number, request, bad)
        if len(absent) == 1 < len(request.items):
            self._send(
                Request(absent, request.splits)
            )  # it was cut off by its neighbours' length, not by its own
        elif absent:
            self._not_there(number, Request(absent, request.splits), answer.problem or "no translation came")

    def _again(
        self, number: int, request: Request, bad: Sequence[tuple[PendingSegment, Sequence[Finding]]]
    ) -> None:
        """Have what failed a check translated again: each alone, or in halves if most of a batch failed."""
        for item, findings in bad:
            item.findings = findings
        if len(bad) > _FEW and 2 * len(bad) > len(request.items) and request.splits < _MOST_SPLITS:
            for half in Request([item for item, _ in bad], request.splits).halves():
                self._send(half)
            return
        for item, _ in bad:
            item.failures[number] += 1
            self._send(Request([item], request.splits))

    def _not_there(self, number: int, request: Request, reason: str) -> None:
        """Ask again for texts that an answer did not have: in halves, and a single one as a failed try."""
        if len(request.items) > 1:
            for half in request.halves():
                self._send(half)
            return
        request.items[0].failures[number] += 1
        request.items[0].findings = (Finding("answer", reason),)
        self._send(request)

    def _unanswered(self, number: int, request: Request, error: ProviderUnavailableError) -> None:
        client = self._clients[number]
        if isinstance(error, ProviderTimeoutError):
            client.sized(request.tokens, too_much=True)
        elif client.circuit_breaker.on_trial:
            self._send(
                request
            )  # it is not for this unit: it waits at the gate, or goes to the other provider
            return
        self._not_there(number, request, str(error))

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _in_thread(self, call: Callable[[], _T]) -> _T:
        """What blocks, or computes for long, runs in one thread of its own, one thing after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
