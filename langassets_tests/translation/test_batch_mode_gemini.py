"""Batch mode by Gemini's interface, and what is due: what differs from OpenAI's, and what holds for both."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.batch_mode.gemini import GeminiBatches
from langassets.errors import ProviderUnavailableError
from langassets.translation.cost.ways import LAST_CALL, RESERVE
from langassets.translation.providers.gemini import GeminiProvider
from langassets.translation.recipes import Recipes
from langassets_tests.servers.gemini_server import EXPIRES, GeminiServer
from langassets_tests.servers.model_replies import Fault
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.translation.batch_desk import Desk, tasks

DAY = timedelta(days=1)


class GeminiDesk(Desk):
    """The same at Gemini."""

    def asks(self, server: Any, model: str) -> None:
        """From now on by Gemini."""
        self.provider: Any = GeminiProvider(server.key, "gemini-3.8-flash", server.url, 5.0)
        self.service: Any = GeminiBatches(self.provider)
        self.recipes = Recipes.of([self.provider])


@pytest.fixture(params=[(OpenAIServer, Desk), (GeminiServer, GeminiDesk)], ids=["openai", "gemini"])
async def at(request: pytest.FixtureRequest, engine: sa.Engine) -> AsyncIterator[tuple[Desk, Any]]:
    """A desk, and the server that it hands in to."""
    server_of, desk_of = request.param
    made: list[Desk] = []
    wall: Callable[[], float] = lambda: made[0].now.timestamp()  # noqa: E731
    with server_of(wall=wall) as server:
        made.append(desk_of(engine, server))
        yield made[0], server
        await made[0].provider.close()


def take(server: Any, hours: float) -> None:
    """Have batches take so long."""
    if isinstance(server, GeminiServer):
        server.batch_seconds = hours * 3600
    else:
        server.batches.seconds = hours * 3600


def lose_answers(server: Any, fault: Fault | None) -> None:
    """What becomes of the answer to handing in."""
    if isinstance(server, GeminiServer):
        server.on_create = fault
    else:
        server.batches.on_create = fault


async def test_handed_in_and_collected_with_what_each_request_was_called(at: tuple[Desk, Any]) -> None:
    desk, server = at
    take(server, 3)
    submission = await desk.submitter(due_at=desk.now + DAY)(tasks())
    assert (submission.requests, submission.segments) == (3, 24)
    assert [one.over for one in await desk.collector()()] == [False]
    desk.now += timedelta(hours=3)
    [collected] = await desk.collector()()
    assert (collected.over, collected.segments, collected.unanswered, collected.problem) == (
        True,
        24,
        0,
        None,
    )
    assert desk.records.waiting() == 0
    assert desk.records.left(desk.now) == set()


async def test_what_nobody_heard_of_is_found_by_its_identifier(at: tuple[Desk, Any]) -> None:
    desk, server = at
    lose_answers(server, Fault.RESET)
    with pytest.raises(ProviderUnavailableError):
        await desk.submitter(due_at=desk.now + DAY)(tasks())
    lose_answers(server, None)
    await desk.submitter(due_at=desk.now + DAY)(tasks(("fr",)))
    collected = await desk.collector()()
    assert sorted(one.segments for one in collected) == [8, 24]
    assert (await desk.submitter()(tasks())).batches == []


async def test_a_batch_is_ended_in_time_and_what_it_did_not_bring_is_known(at: tuple[Desk, Any]) -> None:
    desk, server = at
    take(server, 30)
    await desk.submitter(due_at=desk.now + DAY)(tasks())
    desk.now += DAY - RESERVE - timedelta(minutes=1)
    assert [one.over for one in await desk.collector()()] == [False]
    desk.now += timedelta(minutes=1)
    [ended] = await desk.collector()()
    assert ended.over
    assert "cancelled" in (ended.problem or "")
    # OpenAI charges for what it had answered by then, and hands it over; Gemini does neither.
    assert ended.segments == (0 if isinstance(server, GeminiServer) else 16)
    left = desk.records.left(desk.now)
    assert len(left) == 24 - ended.segments == ended.unanswered
    desk.now += timedelta(days=4)
    assert desk.records.left(desk.now) == set()


async def test_texts_that_are_due_do_not_wait_for_a_batch_that_does_not_end(
    at: tuple[Desk, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, server = at
    take(server, 30)

    async def deaf(_: str) -> None:
        """A provider that does not do what it is told."""

    monkeypatch.setattr(desk.service, "cancel", deaf)
    await desk.submitter(due_at=desk.now + DAY)(tasks())
    desk.now += DAY - RESERVE
    assert [(one.over, one.late) for one in await desk.collector()()] == [(False, False)]
    desk.now += RESERVE - LAST_CALL
    assert [(one.over, one.late) for one in await desk.collector()()] == [(False, True)]
    desk.now += timedelta(
        hours=8
    )  # it is paid for, and taken in when it comes, or given up where nothing does
    [over] = await desk.collector()()
    assert over.over


async def test_a_batch_that_expires_at_gemini_brings_nothing(engine: sa.Engine) -> None:
    made: list[Desk] = []
    with GeminiServer(wall=lambda: made[0].now.timestamp()) as server:
        desk = GeminiDesk(engine, server)  # type: ignore[arg-type]
        made.append(desk)
        take(server, 1000)
        await desk.submitter()(tasks(("he",)))
        desk.now += timedelta(seconds=EXPIRES)
        [expired] = await desk.collector()()
        assert (expired.over, expired.segments, expired.unanswered) == (True, 0, 8)
        assert "expired" in (expired.problem or "")
        await desk.provider.close()
