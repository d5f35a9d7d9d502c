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
from langassets.translation.engine.acceptance import complaint, judge
from langassets.translation.engine.batching import batch_of, cut
from langassets.translation.engine.client import ClosedError, ElsewhereError, Lane
from langassets.translation.engine.lookup import Recall, portions
from langassets.translation.engine.open_segments import Ledger, Pending
from langassets.translation.engine.request import Unit
from langassets.translation.engine.tasks import Result, Work
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

_Judged = list[tuple[Pending, str | None, Sequence[Finding]]]


class Run:
    """The state of one run. `results` ends with None, or with the exception that ended the run."""

    def __init__(
        self,
        lanes: Sequence[Lane],
        memory: Memory,
        recipes: Recipes,
        totals: Totals,
        works: Iterator[Work],
        progressed: Callable[[], None],
    ) -> None:
        self.results: asyncio.Queue[Result | BaseException | None] = asyncio.Queue()
        self._lanes = lanes
        self._memory = memory
        self._recipes = recipes
        self._totals = totals
        self._works = works
        self._progressed = progressed
        self._ledger = Ledger(totals, self.results.put_nowait)
        self._recall = Recall(memory, recipes)
        self._thread = ThreadPoolExecutor(1, "translation")
        self._queues: list[asyncio.PriorityQueue[tuple[int, int, Unit]]] = [
            asyncio.PriorityQueue() for _ in lanes
        ]
        self._numbers = count()
        self._uncut: dict[tuple[str, str], list[Pending]] = defaultdict(list)
        self._barren: Counter[tuple[int, str]] = Counter()
        self._changed = asyncio.Event()

    async def __call__(self) -> None:
        """Translate everything; returns when all results are in the queue."""
        try:
            async with asyncio.TaskGroup() as group:
                workers = [
                    group.create_task(self._worker(number))
                    for number, lane in enumerate(self._lanes)
                    for _ in range(lane.pace.most_at_once)
                ]
                await self._read()
                while self._ledger.pending:
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
        for portion in portions(self._works):
            self._ledger.recent.clear()
            recalled = await self._in_thread(partial(self._recall, portion))
            for work, segments in portion:
                of_segment = partial(self._candidates, work, recalled)
                for item in self._ledger.take(number, work, segments, of_segment):
                    self._uncut[item.key[:2]].append(item)
                number += 1
            self._cut(more_to_come=True)
            self._progressed()
            while self._full():
                if self.results.qsize() <= _MOST_RESULTS:
                    self._cut(more_to_come=False)
                await self._change()
        self._cut(more_to_come=False)

    def _candidates(self, work: Work, recalled: dict[MemoryKey, str], segment: Segment) -> list[str]:
        keys = self._recipes.keys(segment.text, work.source_language, work.target_language)
        return [recalled[key] for key in keys if key in recalled]

    def _full(self) -> bool:
        return (
            self._ledger.open > _MOST_OPEN
            or self._ledger.characters > _MOST_CHARACTERS
            or self.results.qsize() > _MOST_RESULTS
        )

    def _cut(self, *, more_to_come: bool) -> None:
        """Make requests of what waits: full ones while more is to come, of all that is left at the end."""
        for items in self._uncut.values():
            while items:
                budget = self._lanes[self._lane_for(items[0]) or 0].budget
                if more_to_come and sum(item.tokens for item in items) < 2 * budget:
                    break
                sizes = cut([item.tokens for item in items], budget)
                for size in sizes[:1] if more_to_come else sizes:
                    self._send(Unit(items[:size]))
                    del items[:size]

    async def _worker(self, number: int) -> None:
        lane, queue = self._lanes[number], self._queues[number]
        while True:
            _, _, unit = await queue.get()
            if self._lane_for(unit.items[0]) != number or unit.too_large_for(lane.budget):
                self._send(unit)  # things have changed since it was put here
                continue
            batch = self._batch(unit)
            spent = self._totals.of(batch.target_language, lane.provider.name, lane.provider.model)
            try:
                others = partial(self._others, number, unit.items[0])
                answer = await lane.send(batch, spent, others)
            except (ElsewhereError, ClosedError):
                self._send(unit)
            except ProviderUnavailableError as error:
                self._unanswered(number, unit, error)
            else:
                judged = await self._in_thread(partial(self._judge, number, unit, batch, answer))
                self._answered(number, unit, answer, judged)
            self._changed.set()
            self._progressed()

    def _batch(self, unit: Unit) -> Batch:
        source, target, _ = unit.items[0].key
        complaints = {
            index: complaint(item.findings) for index, item in enumerate(unit.items) if item.findings
        }
        wanted = [item.wanted for item in unit.items]
        return batch_of(wanted, source, target, self._recipes.glossary, complaints)

    def _send(self, unit: Unit) -> None:
        """Put a unit into the queue of the lane that is to translate it, or give up on it."""
        number = self._lane_for(unit.items[0])
        if number is None:
            for item in unit.items:
                self._ledger.given_up(item, self.stopped)
            self._changed.set()
            return
        for part in unit.parts(self._lanes[number].budget):
            self._queues[number].put_nowait((part.order, next(self._numbers), part))

    def _lane_for(self, item: Pending) -> int | None:
        """The lane that is to try a segment next: the first that may, and rather one that answers."""
        lanes = self._lanes_for(item)
        return min(lanes, key=lambda number: (self._lanes[number].resting, number), default=None)

    def _lanes_for(self, item: Pending) -> list[int]:
        usable = [
            number
            for number, lane in enumerate(self._lanes)
            if not lane.off and self._barren[number, item.key[1]] < _BARREN
        ]
        most = _TRIES_EACH if len(usable) > 1 else _TRIES_ALONE
        return [number for number in usable if item.failures[number] < most]

    def _others(self, number: int, item: Pending) -> bool:
        """Whether another lane could take a segment over now."""
        return any(other != number and not self._lanes[other].resting for other in self._lanes_for(item))

    @property
    def stopped(self) -> str | None:
        """Why nothing more is sent in this run; None while something may be."""
        reasons = [lane.off for lane in self._lanes]
        return None if None in reasons else "; ".join(dict.fromkeys(filter(None, reasons)))

    def _judge(self, number: int, unit: Unit, batch: Batch, answer: Answer) -> _Judged:
        """Each text's translation, or what is wrong with it. Sound ones are in memory when this returns."""
        provider = self._lanes[number].provider
        pair = (batch.source_language, batch.target_language)
        judged: _Judged = []
        rows = []
        for index, item in enumerate(unit.items):
            if index not in answer.texts:
                judged.append((item, None, ()))
                continue
            bounds = self._recall.bounds(*pair)
            text, findings = judge(item.segment, answer.texts[index], batch, provider.name, bounds)
            judged.append((item, None if findings else text, findings))
            if not findings:
                key = self._recipes.keys(item.segment.text, *pair)[number]
                rows.append(Remembered(key, text, provider.name, provider.model))
        self._memory.remember(rows)
        return judged

    def _answered(self, number: int, unit: Unit, answer: Answer, judged: _Judged) -> None:
        lane = self._lanes[number]
        good = [(item, text) for item, text, _ in judged if text is not None]
        bad = [(item, findings) for item, _, findings in judged if findings]
        absent = [item for item, text, findings in judged if text is None and not findings]
        target = unit.items[0].key[1]
        spent = self._totals.of(target, lane.provider.name, lane.provider.model)
        spent.segments += len(good)
        spent.rejected += len(bad)
        self._barren[number, target] = 0 if good else self._barren[number, target] + 1
        lane.sized(unit.tokens, too_much=answer.finish is Finish.TRUNCATED)
        for item, text in good:
            for other in self._ledger.translated(item, text):
                self._send(Unit([other]))
        self._again(number, unit, bad)
        if len(absent) == 1 < len(unit.items):
            self._send(Unit(absent, unit.splits))  # it was cut off by its neighbours' length, not by its own
        elif absent:
            self._not_there(number, Unit(absent, unit.splits), answer.problem or "no translation came")

    def _again(self, number: int, unit: Unit, bad: Sequence[tuple[Pending, Sequence[Finding]]]) -> None:
        """Have what failed a check translated again: each alone, or in halves if most of a batch failed."""
        for item, findings in bad:
            item.findings = findings
        if len(bad) > _FEW and 2 * len(bad) > len(unit.items) and unit.splits < _MOST_SPLITS:
            for half in Unit([item for item, _ in bad], unit.splits).halves():
                self._send(half)
            return
        for item, _ in bad:
            item.failures[number] += 1
            self._send(Unit([item], unit.splits))

    def _not_there(self, number: int, unit: Unit, reason: str) -> None:
        """Ask again for texts that an answer did not have: in halves, and a single one as a failed try."""
        if len(unit.items) > 1:
            for half in unit.halves():
                self._send(half)
            return
        unit.items[0].failures[number] += 1
        unit.items[0].findings = (Finding("answer", reason),)
        self._send(unit)

    def _unanswered(self, number: int, unit: Unit, error: ProviderUnavailableError) -> None:
        lane = self._lanes[number]
        if isinstance(error, ProviderTimeoutError):
            lane.sized(unit.tokens, too_much=True)
        elif lane.circuit.on_trial:
            self._send(unit)  # it is not for this unit: it waits at the gate, or goes to the other provider
            return
        self._not_there(number, unit, str(error))

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    async def _in_thread(self, call: Callable[[], _T]) -> _T:
        """What blocks, or computes for long, runs in one thread of its own, one thing after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
