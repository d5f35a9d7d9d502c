"""A model that never satisfies: nothing of it is stored, and with nothing changed nothing is asked of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.batch_mode.job import collect
from langassets.jobs import asset_checks
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.jobs.lessons import NOW, add_lesson
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.translator import translate

LANGUAGES = ["en", "he", "es"]


def in_another_language(asked: Asked, _reply: Reply) -> Reply:
    other = {"he": "ru", "es": "he"}[asked.target_language]
    return Reply([(number, translate(text, other)) for number, text in asked.texts.items()])


def lazy(asked: Asked, _reply: Reply) -> Reply:
    return Reply(list(asked.texts.items()))


def elsewhere(_asked: Asked, _reply: Reply) -> Reply:
    return Reply([], "What a lovely day it is.")


@pytest.fixture(params=[in_another_language, lazy, elsewhere])
def server(request: pytest.FixtureRequest) -> Iterator[OpenAIServer]:
    with OpenAIServer(behaviour=request.param) as running:
        yield running


class World:
    """Services over a database, with a clock that is set by hand."""

    def __init__(self, engine: sa.Engine, home: Path, server: OpenAIServer, mode: str) -> None:
        environ = {
            "LANGASSETS_HOME": str(home),
            "OPENAI_API_KEY": server.key,
            "OPENAI_BASE_URL": server.url,
            "TRANSLATION_MODE": mode,
            "PREDEFINED_LANGUAGES": ",".join(LANGUAGES),
        }
        self.now = NOW
        self.server = server
        self.services = Services(load_settings(environ), lambda: self.now)
        self.services.__dict__["data"] = engine  # the cached property, filled in
        for number in range(8):
            text = "\n\n".join(
                f"Step {place} of lesson {number} says what becomes of each small cell." for place in range(9)
            )
            add_lesson(engine, f"Lesson {number}", {"text": {"text": f"# Cells {number}\n\n{text}\n"}})

    async def run(self, run_id: str, *, deferred: bool = False) -> PreloadReport:
        return await preload(self.services, LANGUAGES, run_id=run_id, deferred=deferred)

    def stored(self, report: PreloadReport) -> list[int]:
        return [len(one.stored) for one in report.languages]


async def test_nothing_changed_no_request(engine: sa.Engine, tmp_path: Path, server: OpenAIServer) -> None:
    world = World(engine, tmp_path, server, "direct")
    first = await world.run("first")
    assert world.stored(first) == [8, 0, 0]
    assert server.requests
    server.requests.clear()
    assert (await plan_preload(world.services)).requests == 0
    world.now += timedelta(days=1)
    second = await world.run("second")
    assert server.requests == []
    assert world.stored(second) == [0, 0, 0]
    assert not second.worth_retrying
    finding = asset_checks.few_segments_failed(second)
    assert finding.holds
    assert "refused before" in finding.text


async def test_nothing_changed_nothing_handed_in(
    engine: sa.Engine, tmp_path: Path, server: OpenAIServer
) -> None:
    world = World(engine, tmp_path, server, "batch")
    assert (await world.run("first", deferred=True)).handed_in
    await collect(world.services)
    await world.run("made")
    batches = len(server.batches.batches)
    assert batches
    server.requests.clear()
    world.now += timedelta(days=1)
    second = await world.run("second", deferred=True)
    assert second.handed_in
    assert second.handed_in.requests == 0
    assert (len(server.batches.batches), server.requests) == (batches, [])


async def test_what_is_new_beside_a_refusal_is_handed_in(engine: sa.Engine, tmp_path: Path) -> None:
    """A lesson that waits for one segment has its other ones translated at half the price all the same."""

    def all_but_one(asked: Asked, reply: Reply) -> Reply:
        return Reply(
            [(number, "" if "Step 3" in asked.texts[number] else text) for number, text in reply.items]
        )

    with OpenAIServer(behaviour=all_but_one) as server:
        world = World(engine, tmp_path, server, "batch")
        await world.run("first")
        text = (
            "Step 3 of lesson 0 says what becomes of each small cell.\n\nA step that is new to all of them."
        )
        add_lesson(engine, "Another", {"text": {"text": text}})
        server.requests.clear()
        report = await world.run("second", deferred=True)
        assert report.handed_in
        assert report.handed_in.segments == 2
        await collect(world.services)
        asked = {text for request in server.requests for text in request.texts.values()}
        assert asked == {"A step that is new to all of them."}
