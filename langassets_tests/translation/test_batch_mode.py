"""Batch mode against a server that speaks OpenAI's Batch API: handed in once, whenever a process dies."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.memory import DatabaseMemory
from langassets.database.model_batches import DatabaseBatches
from langassets.errors import LangassetsError, ProviderError, ProviderUnavailableError
from langassets.translation.collecting import Collector
from langassets.translation.deferred import BatchState
from langassets.translation.engine import Engine
from langassets.translation.pieces import document
from langassets.translation.prices import Prices
from langassets.translation.providers.openai import OpenAIProvider
from langassets.translation.providers.openai_batches import OpenAIBatches
from langassets.translation.recipes import Recipes
from langassets.translation.submitting import SETTLING, Submitter
from langassets.translation.work import Translated, Work
from langassets_tests.servers.model_server import Asked, Fault, Reply
from langassets_tests.servers.openai_server import OpenAIServer

PARAGRAPHS = [f"Paragraph {n} of the lesson says something of its own, in one sentence." for n in range(8)]


def works(languages: tuple[str, ...] = ("he", "ar", "es")) -> list[Work]:
    made = document("text", {"text": "\n\n".join(PARAGRAPHS)})
    return [Work(language, "en", language, "A lesson", made) for language in languages]


class Desk:
    """Everything that a submission and a collection need, over one database and one server."""

    def __init__(self, data: sa.Engine, server: OpenAIServer) -> None:
        self.ledger = DatabaseBatches(data)
        self.memory = DatabaseMemory(data)
        self.now = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
        self.recorded: dict[str, Any] = {}
        self.asks(server, "gpt-6-luna")

    def asks(self, server: OpenAIServer, model: str) -> None:
        """From now on by this model."""
        self.provider = OpenAIProvider(server.key, model, server.url, 5.0)
        self.service = OpenAIBatches(self.provider)
        self.recipes = Recipes.of([self.provider])

    def submitter(self, **limits: float) -> Submitter:
        return Submitter(
            self.service,
            self.ledger,
            self.memory,
            self.recipes,
            lambda: self.now,
            Prices(),
            **limits,  # type: ignore[arg-type]
        )

    def collector(self) -> Collector:
        return Collector(
            self.service, self.ledger, self.memory, lambda: self.now, record=self.recorded.__setitem__
        )

    async def lessons(self) -> tuple[int, int]:
        """How many lessons an ordinary run gives back whole, and how many texts it asks for."""
        engine = Engine([self.provider], self.memory)
        whole = [isinstance(result, Translated) async for result in engine.translate(works())]
        return sum(whole), engine.totals.from_model()


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
async def desk(engine: sa.Engine, server: OpenAIServer) -> AsyncIterator[Desk]:
    desk = Desk(engine, server)
    yield desk
    await desk.provider.close()


async def test_handed_in_one_day_and_collected_when_it_is_there(desk: Desk, server: OpenAIServer) -> None:
    server.batches.seconds = 3600
    submission = await desk.submitter()(works())
    assert (len(submission.batches), submission.requests, submission.segments) == (1, 3, 24)
    assert submission.cost is not None
    assert 0 < submission.cost < 0.01
    [waiting] = await desk.collector()()
    assert not waiting.over
    assert desk.ledger.waiting() == 1
    server.batches.seconds = 0
    [collected] = await desk.collector()()
    assert collected.over
    assert (collected.segments, collected.rejected, collected.unanswered, collected.problem) == (
        24,
        0,
        0,
        None,
    )
    [ar, _, _] = desk.recorded[submission.batches[0]]
    assert (ar.language, ar.spent.requests, ar.spent.segments) == ("ar", 1, 8)
    full = Prices().cost("gpt-6-luna", ar.spent.usage)
    assert full is not None
    assert ar.cost == pytest.approx(full / 2)
    assert desk.ledger.waiting() == 0
    assert await desk.collector()() == []
    assert await desk.lessons() == (3, 0)
    assert len(server.batches.batches) == 1


async def test_what_is_waited_for_or_known_is_not_handed_in_again(desk: Desk, server: OpenAIServer) -> None:
    server.batches.seconds = 3600
    await desk.submitter()(works(("he",)))
    again = await desk.submitter()(works(("he", "es")))
    assert (again.segments, again.waiting) == (8, 8)
    server.batches.seconds = 0
    await desk.collector()()
    assert (await desk.submitter()(works(("he", "es")))).batches == []
    assert len(server.batches.batches) == 2


async def dies_before_handing_in(desk: Desk, monkeypatch: pytest.MonkeyPatch, wanted: list[Work]) -> None:
    """A submission that ends when it has planned its batch."""

    async def dies(*_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk.service, "submit", dies)
        with pytest.raises(KeyboardInterrupt):
            await desk.submitter()(wanted)


async def test_a_death_before_anything_went_out_is_made_good(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies_before_handing_in(desk, monkeypatch, works())
    assert server.batches.batches == []
    # For a while it may only not be listed yet.
    soon = await desk.submitter()(works())
    assert (soon.batches, soon.waiting) == ([], 24)
    desk.now += SETTLING + timedelta(seconds=1)
    later = await desk.submitter()(works())
    assert (len(later.batches), later.waiting) == (1, 24)
    assert len(server.batches.batches) == 1
    [collected] = await desk.collector()()
    assert collected.segments == 24


@pytest.mark.parametrize("others", [0, 5])
async def test_a_death_between_handing_in_and_its_record_hands_nothing_in_twice(
    desk: Desk, server: OpenAIServer, others: int
) -> None:
    server.batches.on_create = Fault.RESET
    with pytest.raises(ProviderUnavailableError):
        await desk.submitter()(works())
    server.batches.on_create = None
    for _ in range(others):  # of somebody else's, on the same account
        await desk.provider.client.batches.create(
            input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h"
        )
    assert await desk.collector()() == []
    desk.now += timedelta(days=1)
    again = await desk.submitter()(works())
    assert (again.batches, again.waiting) == ([], 24)
    assert len(server.batches.batches) == 1 + others
    [collected] = await desk.collector()()
    assert collected.segments == 24


async def test_a_death_while_collecting_does_no_harm(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.submitter()(works())

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk.ledger, "finished", dies)
        with pytest.raises(KeyboardInterrupt):
            await desk.collector()()
    [collected] = await desk.collector()()
    assert collected.segments == 24
    assert len(server.requests) == 3


async def test_what_expired_comes_in_part_and_the_rest_is_free_again(
    desk: Desk, server: OpenAIServer
) -> None:
    server.batches.answered = 1
    await desk.submitter()(works())
    [collected] = await desk.collector()()
    assert (collected.segments, collected.unanswered) == (8, 16)
    assert collected.problem is not None
    assert "expired" in collected.problem
    assert (await desk.submitter()(works())).segments == 16


async def test_completed_with_every_request_failed(desk: Desk, server: OpenAIServer) -> None:
    server.behaviour = lambda _asked, _reply: Fault.BAD_REQUEST
    await desk.submitter()(works())
    [collected] = await desk.collector()()
    assert (collected.over, collected.segments, collected.unanswered) == (True, 0, 24)
    assert collected.problem is not None
    assert "3 of 3 requests brought nothing" in collected.problem
    assert desk.ledger.waiting() == 0


async def test_a_batch_that_is_rejected_as_a_whole(desk: Desk, server: OpenAIServer) -> None:
    server.batches.rejected = "Enqueued token limit reached"
    await desk.submitter()(works())
    [collected] = await desk.collector()()
    assert collected.over
    assert collected.problem is not None
    assert "Enqueued token limit" in collected.problem
    server.batches.rejected = None
    assert (await desk.submitter()(works())).segments == 24


async def test_answers_are_judged_like_any_other(desk: Desk, server: OpenAIServer) -> None:
    def behaviour(asked: Asked, reply: Reply) -> Reply:
        if asked.target_language == "he":
            reply.items[0] = (1, asked.texts[1])  # left in English
        if asked.target_language == "ar":
            reply.items.pop()
        return reply

    server.behaviour = behaviour
    await desk.submitter()(works())
    [collected] = await desk.collector()()
    assert (collected.segments, collected.rejected, collected.unanswered) == (15, 1, 8)
    server.behaviour = lambda _asked, reply: reply
    assert await desk.lessons() == (3, 9)


async def test_limits_leave_the_rest_for_another_day(desk: Desk) -> None:
    by_requests = await desk.submitter(max_requests=2)(works())
    assert (by_requests.requests, by_requests.segments) == (2, 16)
    assert by_requests.stopped is not None
    assert "MAX_REQUESTS_PER_RUN" in by_requests.stopped
    by_cost = await desk.submitter(max_cost=0.00001)(works())
    assert by_cost.batches == []
    assert by_cost.stopped is not None
    assert "MAX_COST_PER_RUN" in by_cost.stopped


async def test_a_refusal_leaves_nothing_waiting(desk: Desk, server: OpenAIServer) -> None:
    server.key = "another"
    with pytest.raises(ProviderError, match="OPENAI_API_KEY"):
        await desk.submitter()(works())
    assert desk.ledger.waiting() == 0


async def test_a_server_that_is_down_raises_what_can_be_tried_again(desk: Desk, server: OpenAIServer) -> None:
    server.batches.on_create = Fault.HTML
    with pytest.raises(LangassetsError):
        await desk.submitter()(works())
    assert desk.ledger.waiting() == 1


async def test_what_was_handed_in_before_another_model_was_set_is_kept_and_paid_as_that_models(
    desk: Desk, server: OpenAIServer
) -> None:
    submission = await desk.submitter()(works(("he",)))
    before, recipes = desk.provider, desk.recipes
    desk.asks(server, "gpt-5.6-terra")
    [collected] = await desk.collector()()
    assert collected.segments == 8
    [usage] = desk.recorded[submission.batches[0]]
    assert usage.model == "gpt-6-luna"
    full = Prices().cost("gpt-6-luna", usage.spent.usage)
    assert full is not None
    assert usage.cost == pytest.approx(full / 2)
    [kept] = desk.memory.recall(recipes.keys(PARAGRAPHS[0], "en", "he"))
    assert {row.model for row in desk.memory.everything()} == {"gpt-6-luna"}
    assert kept.text == PARAGRAPHS[0]
    await before.close()


async def test_what_never_went_out_before_another_model_was_set_is_asked_of_that_model(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies_before_handing_in(desk, monkeypatch, works(("he",)))
    await desk.provider.close()
    desk.asks(server, "gpt-5.6-terra")
    desk.now += SETTLING + timedelta(seconds=1)
    submission = await desk.submitter()(works(("he",)))
    assert (submission.segments, submission.waiting) == (8, 0)
    [collected] = await desk.collector()()
    assert collected.segments == 8
    assert (await desk.submitter()(works(("he",)))).batches == []
    assert len(server.batches.batches) == 1


@pytest.mark.parametrize("what", ["batch", "files"])
async def test_a_batch_that_the_account_does_not_know_holds_nothing_up_and_is_given_up_in_the_end(
    desk: Desk, server: OpenAIServer, what: str
) -> None:
    lost = (await desk.submitter()(works(("he",)))).batches
    desk.now += timedelta(hours=1)
    await desk.submitter()(works(("es",)))
    if what == "batch":
        server.batches.batches[0]["id"] = "batch_of_another_account"
    else:
        await desk.service.state("batch_1")
        server.batches.batches[0]["output_file_id"] = "file-gone"
    with pytest.raises(ProviderError, match="has no (batch_1|file-gone).*OPENAI_API_KEY"):
        await desk.collector()()
    assert desk.ledger.waiting() == 1
    assert (await desk.submitter()(works())).waiting == 8
    desk.now += timedelta(days=2)
    found = {collected.id: collected for collected in await desk.collector()()}
    assert found[lost[0]].over
    assert "OPENAI_API_KEY" in (found[lost[0]].problem or "")
    assert (await desk.submitter()(works(("he", "es")))).segments == 8


async def test_what_a_batch_cost_is_kept_though_the_next_one_cannot_be_asked_for(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await desk.submitter()(works(("he",)))
    desk.now += timedelta(hours=1)
    await desk.submitter()(works(("es",)))
    asked = desk.service.state

    async def state(provider_batch: str) -> BatchState:
        if provider_batch == "batch_2":
            raise ProviderUnavailableError("It is down.")
        return await asked(provider_batch)

    monkeypatch.setattr(desk.service, "state", state)
    with pytest.raises(ProviderUnavailableError):
        await desk.collector()()
    assert [row.language for row in desk.recorded[first.batches[0]]] == ["he"]
