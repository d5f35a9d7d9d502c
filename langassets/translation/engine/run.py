"""One run of the engine: documents in, in order of importance; each back as soon as it is whole.

What may wait at a time is bounded, and what has been translated lies in memory, so that a run may be as
long as it likes.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TypeVar

from langassets.errors import ProviderUnavailableError
from langassets.translation.checks import prepare
from langassets.translation.cost.usage import Spent, Totals
from langassets.translation.engine.answers import AnswerCheck, CheckedAnswer
from langassets.translation.engine.batching import batch_of
from langassets.translation.engine.dispatcher import Dispatcher
from langassets.translation.engine.lookup import Known, Lookup, portions
from langassets.translation.engine.pending_segments import PendingSegment, PendingSegments
from langassets.translation.engine.request import Request
from langassets.translation.engine.sending.client import ClosedError, ElsewhereError, ProviderClient
from langassets.translation.engine.sending.shared_prompts import worth_sharing
from langassets.translation.engine.tasks import Result, TranslationTask
from langassets.translation.providers.usage import likely_usage
from langassets.translation.recipes import Recipes
from langassets.translation.refusals import Refusals
from langassets.translation.types import Memory

_T = TypeVar("_T")

# What may wait at a time: documents that lack something, characters on their way, results to be taken.
_MOST_OPEN, _MOST_CHARACTERS, _MOST_RESULTS = 2_000, 2_000_000, 500


class Run:
    """Reads documents, and has workers for each provider send what they lack.

    `results` ends with None, or with the exception that ended the run.
    """

    def __init__(
        self,
        clients: Sequence[ProviderClient],
        memory: Memory,
        refusals: Refusals | None,
        recipes: Recipes,
        totals: Totals,
        max_doubtful_share: float,
        progressed: Callable[[], None],
        tasks: Iterable[TranslationTask],
    ) -> None:
        self.results: asyncio.Queue[Result | BaseException | None] = asyncio.Queue()
        self._clients = clients
        self._memory = memory
        self._refusals = refusals
        self._recipes = recipes
        self._totals = totals
        self._progressed = progressed
        self._tasks = tasks
        self._pending = PendingSegments(totals, self.results.put_nowait, max_doubtful_share)
        self._dispatcher = Dispatcher(clients, self._give_up)
        self._lookup = Lookup(memory, recipes, refusals)
        self._given_up: list[PendingSegment] = []
        self._languages: set[str] = set()
        self._thread = ThreadPoolExecutor(1, "translation")
        self._changed = asyncio.Event()

    async def __call__(self) -> None:
        """Translate everything; returns when all results are in the queue."""
        try:
            async with asyncio.TaskGroup() as group:
                workers = [
                    group.create_task(self._worker(client))
                    for client in self._clients
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
        numbers = count()
        for portion in portions(self._tasks):
            self._pending.recent.clear()
            known = await self._in_thread(partial(self._lookup, portion))
            self._languages.update(task.target_language for task in portion)
            for task, segments in known.documents:
                new = self._pending.take(next(numbers), task, segments, known)
                self._dispatcher.add(self._prepared(item, known) for item in new)
            self._dispatcher.flush(more_to_come=True)
            self._progressed()
            while self._full():
                if self.results.qsize() <= _MOST_RESULTS:
                    self._dispatcher.flush(more_to_come=False)
                await self._change()
        self._dispatcher.flush(more_to_come=False)

    def _prepared(self, item: PendingSegment, known: Known) -> PendingSegment:
        """The segment, with what was said of it before: by those that refused it not long ago, which are not
        to be asked for it, and by people."""
        for client, key in zip(self._clients, item.keys, strict=True):
            if key in known.refused:
                item.rest(client, known.refused[key])
        return item.reject(self._lookup.rejected(*item.key))

    def _full(self) -> bool:
        return (
            self._pending.open > _MOST_OPEN
            or self._pending.characters > _MOST_CHARACTERS
            or self.results.qsize() > _MOST_RESULTS
        )

    async def _worker(self, client: ProviderClient) -> None:
        while True:
            request = await self._dispatcher.next_request(client)
            await self._process(client, request)
            self._changed.set()
            self._progressed()

    async def _process(self, client: ProviderClient, request: Request) -> None:
        batch = request.batch(self._recipes.glossary)
        batch = replace(batch, shared=len(self._languages) > 1 and worth_sharing(batch))
        spent = self._totals.of(batch.target_language, client.provider.name, client.provider.model)
        others = partial(self._dispatcher.others, client, request.items[0])
        number = self._clients.index(client)
        check = AnswerCheck(client.provider, number, request, batch, self._memory, self._lookup)
        await self._in_thread(partial(prepare, batch.source_language, batch.target_language))
        try:
            answer = await client.send(batch, spent, others, partial(self._heard, check), request.lessons)
        except (ElsewhereError, ClosedError):
            self._dispatcher.send(request)
        except ProviderUnavailableError as error:
            self._note_asked(client, request, spent)
            self._dispatcher.unanswered(client, request, error)
        else:
            self._note_asked(client, request, spent)
            checked = await self._in_thread(partial(check.whole, answer))
            self._dispatcher.learn(client, request, answer, len(checked.accepted))
            self._settle(checked, spent)
            self._dispatcher.send_again(client, request, answer, checked)

    def _note_asked(self, client: ProviderClient, request: Request, spent: Spent) -> None:
        """Note what a plan would have said of the texts that were asked for now for the first time."""
        new = [item.placed for item in request.items if not item.asked]
        if not new:
            return
        source, target, _ = request.items[0].key
        spent.asked(
            likely_usage(batch_of(new, source, target, self._recipes.glossary), client.provider.model)
        )
        for item in request.items:
            item.asked = True

    def _heard(self, check: AnswerCheck, texts: Mapping[int, str]) -> None:
        """Have what a model has said checked and kept at once. Where that fails, it is tried again with the
        whole answer, which then says so."""
        if texts:
            check.said(texts)
            self._thread.submit(check.take)

    def _settle(self, checked: CheckedAnswer, spent: Spent) -> None:
        """Hand what was accepted to the documents that wait for it."""
        spent.segments += len(checked.accepted)
        spent.rejected += len(checked.rejected)
        for item, text in checked.accepted:
            for other in self._pending.translated(item, text):
                self._dispatcher.send(Request([other]))

    def _give_up(self, item: PendingSegment, stopped: str | None) -> None:
        if stopped is None:
            self._given_up.append(item)
        else:
            self._pending.given_up(item, stopped)
        self._changed.set()

    async def _change(self) -> None:
        """Wait until something has changed; what was given up by then is settled."""
        if not self._given_up:
            self._changed.clear()
            await self._changed.wait()
        items, self._given_up = self._given_up, []
        if items and self._refusals is not None:
            # Before any document is: what is stored with doubts must be known to have them.
            refused = [one for item in items for one in item.asked_in_vain(self._clients)]
            await self._in_thread(partial(self._refusals.keep, refused))
        for item in items:
            self._pending.given_up(item, None)

    async def _in_thread(self, call: Callable[[], _T]) -> _T:
        """What blocks, or computes for long, runs in one thread of its own, one thing after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
