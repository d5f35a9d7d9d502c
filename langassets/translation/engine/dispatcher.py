"""Which provider is asked for which segments next, in what company, and how often."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import count

from langassets.errors import ProviderTimeoutError, ProviderUnavailableError
from langassets.translation.checks import Finding
from langassets.translation.engine.answers import CheckedAnswer
from langassets.translation.engine.pending_segments import PendingSegment
from langassets.translation.engine.request import Request, within_budget
from langassets.translation.engine.sending.client import ProviderClient
from langassets.translation.engine.tasks import NO_ANSWER, NOT_ASKED, NOT_IN_ANSWER
from langassets.translation.types import Answer, Finish

# A segment is tried so often by each provider where there are two, and so often by the only one.
_TRIES_EACH, _TRIES_ALONE = 2, 3
# When more than this many and more than half of a batch fail their checks, the answer was bad as a whole;
# so often its texts are asked for in smaller batches before each is asked for alone.
_FEW, _MOST_SPLITS = 3, 2
# Answers in a row without one sound segment, after which a model is not asked for a language again: so many
# where it brought nothing before, and more for one that did, for its hard segments come one after another.
_MOST_USELESS, _MOST_USELESS_AFTER_MANY = 25, 200
_USELESS = Finding(NOT_ASKED, "none of the last answers had a sound translation")
_EMPTY = Finding(NOT_IN_ANSWER, "none of the last answers had any translation")


class Dispatcher:
    """One queue of requests for each provider, the preferred one first.

    `give_up` is called for each segment that no provider is left for, with the reason where the run has
    stopped.
    """

    def __init__(
        self, clients: Sequence[ProviderClient], give_up: Callable[[PendingSegment, str | None], None]
    ) -> None:
        self._clients = clients
        self._give_up = give_up
        self._queues: dict[ProviderClient, asyncio.PriorityQueue[tuple[int, int, Request]]] = {
            client: asyncio.PriorityQueue() for client in clients
        }
        self._numbers = count()
        self._unsent: dict[tuple[str, str], list[PendingSegment]] = defaultdict(list)
        self._useless_answers: Counter[tuple[ProviderClient, str]] = Counter()
        self._accepted: Counter[tuple[ProviderClient, str]] = Counter()
        self._heard: set[tuple[ProviderClient, str]] = set()

    @property
    def stopped(self) -> str | None:
        """Why nothing more is sent in this run; None while something may be."""
        reasons = [client.off for client in self._clients]
        return None if None in reasons else "; ".join(dict.fromkeys(filter(None, reasons)))

    def add(self, items: Iterable[PendingSegment]) -> None:
        """Take segments that are to be translated; `flush` sends them."""
        for item in items:
            self._unsent[item.key[:2]].append(item)

    def flush(self, *, more_to_come: bool) -> None:
        """Send requests for what was added: full ones while more is to come, all that is left at the end."""
        for items in self._unsent.values():
            while items:
                budget = (self._client_for(items[0]) or self._clients[0]).budget
                if more_to_come and sum(item.tokens for item in items) < 2 * budget:
                    break
                requests = list(within_budget(items, budget))
                for request in requests[:1] if more_to_come else requests:
                    self.send(request)
                    del items[: len(request.items)]

    def send(self, request: Request) -> None:
        """Put a request into the queue of the provider that is to answer it, or give up on it."""
        client = self._client_for(request.items[0])
        if client is None:
            for item in request.items:
                self._note_useless(item)
                self._give_up(item, self.stopped)
            return
        for part in request.parts(client.budget):
            self._queues[client].put_nowait((part.order, next(self._numbers), part))

    async def next_request(self, client: ProviderClient) -> Request:
        """Wait for the most important request for a provider."""
        while True:
            _, _, request = await self._queues[client].get()
            if self._client_for(request.items[0]) is client and not request.too_large_for(client.budget):
                return request
            self.send(request)  # things have changed since it was put here

    def others(self, client: ProviderClient, item: PendingSegment) -> bool:
        """Whether another provider could take a segment over now."""
        return any(other is not client and not other.resting for other in self._clients_for(item))

    def learn(self, client: ProviderClient, request: Request, answer: Answer, accepted: int) -> None:
        """Learn from an answer, with so many sound texts, whether to go on asking, and for how much."""
        counted = (client, request.items[0].key[1])
        self._useless_answers[counted] = 0 if accepted else self._useless_answers[counted] + 1
        self._accepted[counted] += accepted
        if answer.texts:
            self._heard.add(counted)
        client.sized(request.tokens, too_much=answer.finish is Finish.TRUNCATED)

    def send_again(
        self, client: ProviderClient, request: Request, answer: Answer, checked: CheckedAnswer
    ) -> None:
        """Ask again for what an answer did not bring, or not well."""
        self._send_rejected(client, request, checked.rejected)
        missing = Request(checked.missing, request.splits)
        broken = answer.finish is Finish.BROKEN and answer.texts
        if missing.items and (broken or len(missing.items) == 1 < len(request.items)):
            self.send(missing)  # nothing speaks against them: the line broke, or the others were too long
        elif missing.items:
            finding = Finding(NOT_IN_ANSWER, answer.problem or "no translation came")
            self._send_missing(client, missing, finding)

    def unanswered(self, client: ProviderClient, request: Request, error: ProviderUnavailableError) -> None:
        """Ask again for a request that brought no answer."""
        if isinstance(error, ProviderTimeoutError):
            client.sized(request.tokens, too_much=True)
        elif client.circuit_breaker.on_trial:
            # The request is not to blame: it waits for its turn, or goes to the other provider.
            self.send(request)
            return
        self._send_missing(client, request, Finding(NO_ANSWER, str(error)))

    def _client_for(self, item: PendingSegment) -> ProviderClient | None:
        """Who is to try a segment next: the first that may, and rather one that answers."""
        return min(self._clients_for(item), key=lambda client: client.resting, default=None)

    def _clients_for(self, item: PendingSegment) -> list[ProviderClient]:
        usable = [
            client for client in self._clients if not client.off and not self._is_useless(client, item.key[1])
        ]
        most = _TRIES_EACH if len(usable) > 1 else _TRIES_ALONE
        return [client for client in usable if item.failures[client] < most and not item.rests(client)]

    def _is_useless(self, client: ProviderClient, language: str) -> bool:
        useless, accepted = (counts[client, language] for counts in (self._useless_answers, self._accepted))
        return useless >= max(_MOST_USELESS, min(accepted, _MOST_USELESS_AFTER_MANY))

    def _note_useless(self, item: PendingSegment) -> None:
        """Note for a segment which providers were not asked for it, for all that they answered before."""
        for client in self._clients:
            if not client.off and client not in item.attempts and self._is_useless(client, item.key[1]):
                finding = _USELESS if (client, item.key[1]) in self._heard else _EMPTY
                item.note(client, None, (finding,))
                item.findings = item.findings or (finding,)

    def _send_rejected(
        self,
        client: ProviderClient,
        request: Request,
        rejected: Sequence[tuple[PendingSegment, str, Sequence[Finding]]],
    ) -> None:
        """Have what failed a check translated again: each alone, or in halves if most of a batch failed."""
        for item, _, findings in rejected:
            item.findings = findings
        items = [item for item, _, _ in rejected]
        if len(items) > _FEW and 2 * len(items) > len(request.items) and request.splits < _MOST_SPLITS:
            for half in Request(items, request.splits).halves():
                self.send(half)
            return
        for item, translation, findings in rejected:
            item.failures[client] += 1
            item.note(client, translation, findings)
            self.send(Request([item], request.splits))

    def _send_missing(self, client: ProviderClient, request: Request, finding: Finding) -> None:
        """Ask again for texts that an answer did not have: in halves, and a single one as a failed try."""
        if len(request.items) > 1:
            for half in request.halves():
                self.send(half)
            return
        [item] = request.items
        item.failures[client] += 1
        item.findings, item.refused = (finding,), ""
        if finding.name == NOT_IN_ANSWER:
            item.note(client, None, item.findings)
        self.send(request)
