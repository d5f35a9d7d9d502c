"""Answers that are read as they stream: the real client libraries, and servers that break off."""

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from langassets.database.connection import engine_of
from langassets.database.translations.memory import DatabaseMemory
from langassets.errors import ProviderBrokeOffError, ProviderTimeoutError
from langassets.translation.cost.usage import Totals
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.tasks import Result, Translated
from langassets.translation.providers.openai import OpenAIProvider
from langassets.translation.providers.usage import expected_usage
from langassets.translation.types import Answer, Batch, Finish, Provider
from langassets_tests.servers.model_replies import Asked, Fault, Reply
from langassets_tests.servers.openai_server import OpenAIServer, Streams
from langassets_tests.servers.translator import translate
from langassets_tests.translation.engines import lesson
from langassets_tests.translation.sides import Side, side

# It waits for most of its time, and begins early by this.
pytestmark = pytest.mark.timeout(240)

__all__ = ["side"]

MANY = Batch("en", "he", tuple(f"Paragraph {number} says something of its own." for number in range(20)))


def listen(provider: object, batch: Batch = MANY) -> tuple[Answer, list[tuple[float, Mapping[int, str]]]]:
    """The answer, and what was heard of it at which time."""
    heard: list[tuple[float, Mapping[int, str]]] = []

    async def ask() -> Answer:
        try:
            return await provider.translate(batch, lambda texts: heard.append((time.monotonic(), texts)))  # type: ignore[attr-defined,no-any-return]
        finally:
            await provider.close()  # type: ignore[attr-defined]

    return asyncio.run(ask()), heard


def together(heard: list[tuple[float, Mapping[int, str]]]) -> dict[int, str]:
    return {index: text for _, texts in heard for index, text in texts.items()}


@pytest.mark.parametrize("packet", [1, 2, 3, 65_536])
def test_each_text_is_heard_when_it_is_complete_wherever_packets_end(side: Side, packet: int) -> None:
    with side.server(piece=30, pace=0.01, packet=packet) as server:
        answer, heard = listen(side.connect(server))
    assert len(answer.texts) == 20
    assert together(heard) == answer.texts
    assert len([texts for _, texts in heard if texts]) > 10
    assert heard[-1][0] - heard[0][0] > 0.2
    assert answer.usage.output_tokens == pytest.approx(sum(map(len, answer.texts.values())) / 4, rel=1.5)


@pytest.mark.parametrize(
    ("fault", "said"),
    [(Fault.RESET, ""), (Fault.HANG, "did not answer in time"), (Fault.EMPTY, "ended before the answer")],
    ids=["dropped", "fell silent", "ended early"],
)
def test_what_was_said_before_it_broke_off_is_an_answer(side: Side, fault: Fault, said: str) -> None:
    def breaks(_asked: Asked, reply: Reply) -> Reply:
        reply.breaks_after, reply.breaks_by = 600, fault
        return reply

    with side.server(behaviour=breaks, piece=50) as server:
        server.patience = 2.0
        answer, heard = listen(side.connect(server, timeout=0.5))
        assert len(server.requests) == 1
    assert answer.finish is Finish.BROKEN
    assert 4 < len(answer.texts) < 15
    assert together(heard) == answer.texts
    assert said in (answer.problem or "")
    expected = expected_usage(MANY)
    assert answer.usage.input_tokens == pytest.approx(expected.input_tokens, rel=0.3)
    assert 600 / 8 < answer.usage.output_tokens < expected.output_tokens


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HANG, Fault.EMPTY])
def test_what_breaks_off_before_a_text_is_complete_is_no_answer(side: Side, fault: Fault) -> None:
    def breaks(_asked: Asked, reply: Reply) -> Reply:
        reply.breaks_after, reply.breaks_by = 30, fault
        return reply

    wanted = ProviderTimeoutError if fault is Fault.HANG else ProviderBrokeOffError
    with side.server(behaviour=breaks) as server, pytest.raises(wanted) as caught:
        listen(side.connect(server, timeout=0.4))
    assert type(caught.value) is wanted


def test_a_server_that_does_not_stream_answers_all_the_same(side: Side) -> None:
    streams = {"openai": Streams.IGNORED, "gemini": False}[side.name]
    with side.server(streams=streams) as server:
        provider = side.connect(server)
        answer, _ = listen(provider)
        again, _ = listen(side.connect(server))
    assert len(answer.texts) == len(again.texts) == 20
    assert answer.usage.output_tokens > 100


@pytest.mark.parametrize(("streams", "heard_of"), [(Streams.WITHOUT_USAGE, True), (Streams.REFUSED, False)])
def test_what_a_server_refuses_of_streaming_is_left_out_from_then_on(
    streams: Streams, heard_of: bool
) -> None:
    with OpenAIServer(streams=streams) as server:
        provider = OpenAIProvider(server.key, "a-model-of-ones-own", server.url, 5.0)

        async def twice() -> list[Answer]:
            answers = [await provider.translate(MANY, heard.append) for _ in range(2)]
            await provider.close()
            return answers

        heard: list[Mapping[int, str]] = []
        answers = asyncio.run(twice())
    assert [len(answer.texts) for answer in answers] == [20, 20]
    assert len(server.requests) == 2
    assert bool(heard) is heard_of
    # Where the server does not tell, it is estimated.
    assert answers[0].usage.output_tokens == pytest.approx(answers[0].usage.input_tokens, rel=2)
    assert answers[0].usage.output_tokens > 100


@pytest.fixture
def folder(migrated_sqlite: Path, tmp_path: Path) -> Path:
    (tmp_path / "langassets.db").write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


LONG = "\n\n".join(f"Paragraph {number} of a lesson says something of its own." for number in range(40))


def in_memory(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "langassets.db")) as connection:
        (count,) = connection.execute("SELECT count(*) FROM translation_memory").fetchone()
    return int(count)


async def translated(folder: Path, provider: Provider, **options: int) -> tuple[Result, Totals]:
    """One long lesson by one provider."""
    data = engine_of(None, folder)
    engine = Engine([provider], DatabaseMemory(data), **options)  # type: ignore[arg-type]
    try:
        [result] = [result async for result in engine.translate([lesson("a", LONG)])]
        return result, engine.totals
    finally:
        await engine.close()
        data.dispose()


def test_texts_are_in_memory_while_the_answer_is_on_its_way(side: Side, folder: Path) -> None:
    async def half(url_of: Any) -> int:
        data = engine_of(None, folder)
        engine = Engine([side.connect(url_of)], DatabaseMemory(data))
        results = engine.translate([lesson("a", LONG)])
        waiting = asyncio.ensure_future(anext(results))
        for _ in range(500):
            await asyncio.sleep(0.02)
            if in_memory(folder) >= 10:
                break
        assert not waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await engine.close()
        data.dispose()
        [row] = engine.totals.rows()
        return row.spent.usage.output_tokens

    with side.server(piece=60, pace=0.12) as server:
        billed = asyncio.run(half(server))
        kept, said = in_memory(folder), len(server.said)
    assert 10 <= kept < 35
    assert kept >= 0.8 * said - 2
    # What nobody listens to any more was said, and is billed.
    assert billed >= kept * 10


def test_only_what_was_not_said_is_asked_for_again(side: Side, folder: Path) -> None:
    def breaks(asked: Asked, reply: Reply) -> Reply:
        if asked.number <= 2:
            reply.breaks_after = len(reply.content) // 2
        return reply

    with side.server(behaviour=breaks, piece=60) as server:
        result, totals = asyncio.run(translated(folder, side.connect(server)))
    assert isinstance(result, Translated)
    assert result.from_model == 40
    assert len(server.requests) == 3, "what is left is asked for in one request"
    assert len(server.sent) < 40 + 22 + 13
    assert len({text for _, _, text in server.said}) == 40
    [row] = totals.rows()
    assert row.spent.usage.output_tokens > 40 * 10


def test_what_the_whole_answer_does_not_bear_out_is_taken_back(folder: Path) -> None:
    """A model that leaves one out and counts on gives all others after it their neighbour's translation."""
    seen: list[int] = []

    def merges(asked: Asked, reply: Reply) -> Reply:
        seen.append(in_memory(folder))
        if len(asked.texts) == 40:
            texts = [text for _, text in reply.items]
            reply.items = list(enumerate(texts[:20] + texts[21:], start=1))
        return reply

    with OpenAIServer(behaviour=merges, piece=60, pace=0.01) as server:
        provider = OpenAIProvider(server.key, "gpt-6-luna", server.url, 5.0)
        result, _ = asyncio.run(translated(folder, provider, concurrency=1))
        assert len(server.said) == 39 + 40
    assert isinstance(result, Translated)
    assert seen[:2] == [0, 0]
    assert result.translations == {text: translate(text, "he") for text in LONG.split("\n\n")}
