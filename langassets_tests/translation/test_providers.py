"""One suite for every provider: the real client library against a server that speaks its protocol."""

import asyncio
import logging
import socket
import threading
from collections.abc import Coroutine
from contextlib import closing
from typing import Any

import pytest

from langassets.errors import (
    ProviderBrokeOffError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ProviderUnreachableError,
    QuotaError,
    RateLimitedError,
)
from langassets.translation.types import Answer, Batch, Finish, Mode, Provider
from langassets_tests.servers.model_replies import Asked, Fault, Flex, Reply
from langassets_tests.servers.openai_server import Streams
from langassets_tests.servers.tariff import Books, PromptCache
from langassets_tests.translation.sides import BATCH, SECRET, Side, ask, free_of_charge, side

__all__ = ["side"]


def test_sends_a_batch_as_data_and_reads_the_answer(side: Side) -> None:
    with side.server() as server:
        (answer,) = ask(side.connect(server))
    (asked,) = server.requests
    assert asked.model == side.model
    assert asked.target_language == "he"
    assert list(asked.texts.values()) == list(BATCH.texts)
    assert asked.payload["lessons"][0]["title"] == "First steps"
    assert asked.payload["lessons"][1]["before"] == "The text before."
    assert asked.payload["terms"] == {"hello": None}
    assert asked.payload["problems"] == {"2": "untranslated: it is in English"}
    assert not any(text in asked.system for text in BATCH.texts)
    assert answer.finish is Finish.COMPLETE
    assert set(answer.texts) == {0, 1, 2}
    assert "<x1/>" in answer.texts[1]
    assert "hello" in answer.texts[1]
    assert answer.usage.input_tokens > 100
    assert answer.usage.output_tokens > 20


@pytest.mark.parametrize("streams", [True, False])
def test_what_is_billed_is_read_by_its_kind(side: Side, streams: bool) -> None:
    options = {"streams": streams if side.name == "gemini" else Streams.YES if streams else Streams.IGNORED}
    texts = tuple(f"Sentence {number} of a long lesson, to be cached." for number in range(150))
    books = Books(free_of_charge)
    with side.server(cache=PromptCache(), reasoning=70, books=books, **options) as server:
        long = Batch("en", "he", texts, shared=True)
        _, first, second = ask(side.connect(server), BATCH, long, long)  # by the first it learns the way
        for answer, entry in zip((first, second), books.entries[-2:], strict=True):
            usage = answer.usage
            into = (usage.input_tokens, usage.cached_tokens, usage.written_tokens)
            assert (*into, usage.output_tokens, usage.reasoning_tokens) == entry.metered
            assert answer.request_id == entry.request_id
            assert answer.mode is Mode.DIRECT
            assert not answer.estimated
    assert first.usage.cached_tokens == 0 < second.usage.cached_tokens < second.usage.input_tokens
    assert second.usage.reasoning_tokens == 70


@pytest.mark.parametrize("flex", Flex)
def test_flex_is_asked_for_and_what_has_no_room_goes_directly(side: Side, flex: Flex) -> None:
    """A model that is not asked so says it once; where there is no room three times in a row, none is looked
    for any more in this run."""
    books = Books(free_of_charge)

    async def all_of_them(provider: Provider) -> list[Answer | Exception]:
        provider.mode = Mode.FLEX
        try:
            return [await _or_error(provider.translate(BATCH)) for _ in range(4)]
        finally:
            await provider.close()

    with side.server(books=books, flex=flex) as server:
        answers = asyncio.run(all_of_them(side.connect(server)))
    billed = [answer.mode for answer in answers if isinstance(answer, Answer)]
    assert [entry.mode for entry in books.entries] == billed
    if flex is Flex.NO_ROOM:
        assert [isinstance(answer, RateLimitedError) for answer in answers] == [True, True, True, False]
        assert billed == [Mode.DIRECT]
    else:
        assert billed == [Mode.FLEX if flex is Flex.YES else Mode.DIRECT] * 4
        assert {len(answer.texts) for answer in answers if isinstance(answer, Answer)} == {3}


async def _or_error(answer: Coroutine[Any, Any, Answer]) -> Answer | Exception:
    try:
        return await answer
    except ProviderUnavailableError as error:
        return error


def test_a_cut_answer_is_known_for_one(side: Side) -> None:
    with side.server(most_tokens=18) as server:
        (answer,) = ask(side.connect(server))
    assert answer.finish is Finish.TRUNCATED
    assert set(answer.texts) == {0}
    assert answer.problem


def test_a_refusal_is_known_for_one(side: Side) -> None:
    with side.server(behaviour=lambda _asked, _reply: Reply([], "I cannot help.", Finish.REFUSED)) as server:
        (answer,) = ask(side.connect(server))
    assert answer.finish is Finish.REFUSED
    assert answer.texts == {}


@pytest.mark.parametrize(
    "text", ["", "I am sorry", "[1, 2]", '{"translations": 3}', '{"translations": [{"id": 1}]}']
)
def test_nonsense_is_an_answer_without_texts(side: Side, text: str) -> None:
    with side.server(behaviour=lambda _asked, _reply: Reply([], text)) as server:
        (answer,) = ask(side.connect(server))
    assert answer.texts == {}
    assert answer.problem


def test_a_wrong_key_names_its_variable_and_does_not_show(
    side: Side, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with side.server() as server, pytest.raises(ProviderError, match=side.key_variable) as caught:
        ask(side.connect(server, key=SECRET))
    assert not isinstance(caught.value, QuotaError)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert SECRET not in caplog.text


def test_a_key_with_a_line_break_does_not_show_either(side: Side) -> None:
    with side.server() as server, pytest.raises((ProviderError, ProviderUnavailableError)) as caught:
        ask(side.connect(server, key=f"{SECRET}\n"))
    assert SECRET not in str(caught.value)


def test_an_unknown_model_names_its_variable(side: Side) -> None:
    with (
        side.server(models=("another",)) as server,
        pytest.raises(ProviderError, match=side.name.upper() + "_MODEL"),
    ):
        ask(side.connect(server))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.ERROR_500, ProviderUnavailableError),
        (Fault.ERROR_503, ProviderUnavailableError),
        (Fault.RESET, ProviderBrokeOffError),
        (Fault.HTML, ProviderUnavailableError),
        (Fault.HANG, ProviderTimeoutError),
        (Fault.LIMIT, RateLimitedError),
        (Fault.LIMIT_WITHOUT_A_WORD, RateLimitedError),
        (Fault.NO_CREDIT, QuotaError),
    ],
)
def test_failures_are_sorted_and_nothing_is_sent_twice(
    side: Side, fault: Fault, error: type[Exception]
) -> None:
    with side.server(behaviour=lambda _asked, _reply: fault) as server:
        with pytest.raises(error) as caught:
            ask(side.connect(server, timeout=0.3))
        assert len(server.requests) == 1
    assert type(caught.value) is error
    assert server.key not in str(caught.value)


def test_an_empty_answer_brings_nothing(side: Side) -> None:
    with side.server(behaviour=lambda _asked, _reply: Fault.EMPTY) as server:
        try:
            (answer,) = ask(side.connect(server))
        except ProviderUnavailableError:
            return
    assert answer.texts == {}
    assert answer.finish is Finish.REFUSED


def test_says_for_how_long_to_wait(side: Side) -> None:
    with (
        side.server(behaviour=lambda _asked, _reply: Fault.LIMIT) as server,
        pytest.raises(RateLimitedError) as caught,
    ):
        ask(side.connect(server))
    assert caught.value.retry_after == pytest.approx(0.05, abs=0.01)


def test_nobody_there(side: Side) -> None:
    with side.server() as server:
        pass
    with pytest.raises(ProviderUnreachableError, match="cannot be reached"):
        ask(side.connect(server))


def test_a_connection_that_breaks_off_was_one(side: Side) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def hang_up() -> None:
            connection, _ = listening.accept()
            connection.recv(1)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        provider = side.provider("key", side.model, f"http://127.0.0.1:{listening.getsockname()[1]}", 5.0)
        with pytest.raises(ProviderUnavailableError, match="later") as caught:
            ask(provider)
        thread.join()
    assert not isinstance(caught.value, ProviderUnreachableError)


def test_one_bad_request_is_about_its_texts_and_five_in_a_row_about_a_setting(side: Side) -> None:
    def behaviour(asked: Asked, reply: Reply) -> Reply | Fault:
        return reply if asked.number == 2 else Fault.BAD_REQUEST

    with side.server(behaviour=behaviour) as server:
        provider = side.connect(server)
        first, good, *others = ask(provider, *[BATCH] * 6)
        assert len(good.texts) == 3
        for refused in (first, *others):
            assert refused.texts == {}
            assert refused.finish is Finish.REFUSED
            assert "wrong" in (refused.problem or "")
        with pytest.raises(ProviderError, match="wrong"):
            ask(side.connect(server), *[BATCH] * 5)


def test_many_at_once_over_connections_that_stay_open(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    async def twice(provider: Provider) -> None:
        for _ in range(2):
            await asyncio.gather(*(provider.translate(BATCH) for _ in range(24)))
        await provider.close()

    with side.server(latency=0.1) as server:
        asyncio.run(twice(side.connect(server)))
    assert len(server.requests) == 48
    assert server.most_at_once > 12
    assert "pool is full" not in caplog.text
