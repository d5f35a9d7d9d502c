"""Batch mode against a server that speaks OpenAI's Batch API: handed in once, whenever a process dies."""

from datetime import timedelta

import pytest

from langassets.batch_mode.submit import SETTLING
from langassets.errors import LangassetsError, ProviderError, ProviderUnavailableError
from langassets.translation.cost.prices import Prices
from langassets_tests.servers.model_replies import Asked, Fault, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.translation.batch_desk import Desk, dies_before_handing_in, tasks


async def test_handed_in_one_day_and_collected_when_it_is_there(desk: Desk, server: OpenAIServer) -> None:
    server.batches.seconds = 3600
    submission = await desk.submitter()(tasks())
    assert (len(submission.batches), submission.requests, submission.segments) == (1, 3, 24)
    assert submission.cost is not None
    assert 0 < submission.cost < 0.01
    [waiting] = await desk.collector()()
    assert not waiting.over
    assert desk.records.waiting() == 1
    server.batches.seconds = 0
    [collected] = await desk.collector()()
    assert collected.over
    assert (collected.segments, collected.rejected, collected.unanswered, collected.problem) == (
        24,
        0,
        0,
        None,
    )
    [ar, _, _] = desk.recorded(submission.batches[0])
    assert (ar.language, ar.spent.requests, ar.spent.segments) == ("ar", 1, 8)
    full = Prices().cost("gpt-6-luna", ar.spent.usage)
    assert full is not None
    assert ar.cost == pytest.approx(full / 2)
    assert desk.records.waiting() == 0
    assert await desk.collector()() == []
    assert await desk.lessons() == (3, 0)
    assert len(server.batches.batches) == 1


async def test_what_is_waited_for_or_known_is_not_handed_in_again(desk: Desk, server: OpenAIServer) -> None:
    server.batches.seconds = 3600
    await desk.submitter()(tasks(("he",)))
    again = await desk.submitter()(tasks(("he", "es")))
    assert (again.segments, again.waiting) == (8, 8)
    server.batches.seconds = 0
    await desk.collector()()
    assert (await desk.submitter()(tasks(("he", "es")))).batches == []
    assert len(server.batches.batches) == 2


async def test_a_death_before_anything_went_out_is_made_good(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await dies_before_handing_in(desk, monkeypatch, tasks())
    assert server.batches.batches == []
    # For a while it may only not be listed yet.
    soon = await desk.submitter()(tasks())
    assert (soon.batches, soon.waiting) == ([], 24)
    desk.now += SETTLING + timedelta(seconds=1)
    later = await desk.submitter()(tasks())
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
        await desk.submitter()(tasks())
    server.batches.on_create = None
    for _ in range(others):  # of somebody else's, on the same account
        await desk.provider.client.batches.create(
            input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h"
        )
    assert await desk.collector()() == []
    desk.now += timedelta(days=1)
    again = await desk.submitter()(tasks())
    assert (again.batches, again.waiting) == ([], 24)
    assert len(server.batches.batches) == 1 + others
    [collected] = await desk.collector()()
    assert collected.segments == 24


async def test_a_death_while_collecting_does_no_harm(
    desk: Desk, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.submitter()(tasks())

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk.records, "finished", dies)
        with pytest.raises(KeyboardInterrupt):
            await desk.collector()()
    [collected] = await desk.collector()()
    assert collected.segments == 24
    assert len(server.requests) == 3


async def test_what_expired_comes_in_part_and_the_rest_is_free_again(
    desk: Desk, server: OpenAIServer
) -> None:
    server.batches.answered = 1
    await desk.submitter()(tasks())
    [collected] = await desk.collector()()
    assert (collected.segments, collected.unanswered) == (8, 16)
    assert collected.problem is not None
    assert "expired" in collected.problem
    assert (await desk.submitter()(tasks())).segments == 16


async def test_completed_with_every_request_failed(desk: Desk, server: OpenAIServer) -> None:
    server.behaviour = lambda _asked, _reply: Fault.BAD_REQUEST
    await desk.submitter()(tasks())
    [collected] = await desk.collector()()
    assert (collected.over, collected.segments, collected.unanswered) == (True, 0, 24)
    assert collected.problem is not None
    assert "3 of 3 requests brought nothing" in collected.problem
    assert desk.records.waiting() == 0


async def test_a_batch_that_is_rejected_as_a_whole(desk: Desk, server: OpenAIServer) -> None:
    server.batches.rejected = "Enqueued token limit reached"
    await desk.submitter()(tasks())
    [collected] = await desk.collector()()
    assert collected.over
    assert collected.problem is not None
    assert "Enqueued token limit" in collected.problem
    server.batches.rejected = None
    assert (await desk.submitter()(tasks())).segments == 24


async def test_answers_are_judged_like_any_other(desk: Desk, server: OpenAIServer) -> None:
    def behaviour(asked: Asked, reply: Reply) -> Reply:
        if asked.target_language == "he":
            reply.items[0] = (1, asked.texts[1])  # left in English
        if asked.target_language == "ar":
            reply.items.pop()
        return reply

    server.behaviour = behaviour
    await desk.submitter()(tasks())
    [collected] = await desk.collector()()
    assert (collected.segments, collected.rejected, collected.unanswered) == (15, 1, 8)
    server.behaviour = lambda _asked, reply: reply
    assert await desk.lessons() == (3, 9)


async def test_limits_leave_the_rest_for_another_day(desk: Desk) -> None:
    by_requests = await desk.submitter(MAX_REQUESTS_PER_RUN="2")(tasks())
    assert (by_requests.requests, by_requests.segments) == (2, 16)
    assert by_requests.stopped is not None
    assert "MAX_REQUESTS_PER_RUN" in by_requests.stopped
    by_cost = await desk.submitter(MAX_COST_PER_RUN="0.00001")(tasks())
    assert by_cost.batches == []
    assert by_cost.stopped is not None
    assert "MAX_COST_PER_RUN" in by_cost.stopped


async def test_a_refusal_leaves_nothing_waiting(desk: Desk, server: OpenAIServer) -> None:
    server.key = "another"
    with pytest.raises(ProviderError, match="OPENAI_API_KEY"):
        await desk.submitter()(tasks())
    assert desk.records.waiting() == 0


async def test_a_server_that_is_down_raises_what_can_be_tried_again(desk: Desk, server: OpenAIServer) -> None:
    server.batches.on_create = Fault.HTML
    with pytest.raises(LangassetsError):
        await desk.submitter()(tasks())
    assert desk.records.waiting() == 1
