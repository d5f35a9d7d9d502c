"""Silence of a provider: how long it is waited for, what is said of it, and when it is given up."""

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import (
    LangassetsError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ProviderUnreachableError,
    RateLimitedError,
)
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.usage import Spent
from langassets.translation.engine.sending.client import (
    ClosedError,
    ProviderClient,
)
from langassets.translation.engine.sending.listening import Silence
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.types import Answer, Batch, Heard, unheard
from langassets_tests.translation.provider_client import BATCH, VirtualTime, client
from langassets_tests.translation.scripted import ScriptedProvider


@pytest.mark.parametrize(
    ("behaviour", "waited"),
    [
        (lambda _: ProviderUnreachableError("no way"), 15),
        (lambda n: ProviderUnavailableError("500") if n == 1 else ProviderUnreachableError("no way"), 225),
        (lambda n: RateLimitedError("slow", 0.1) if n == 1 else ProviderUnreachableError("no way"), 225),
    ],
    ids=["never reached", "failed once", "refused once"],
)
async def test_where_there_is_no_way_from_the_start_little_is_waited_for(
    behaviour: Callable[[int], LangassetsError], waited: float
) -> None:
    clock, spent = VirtualTime(), Spent()
    nowhere = client(behaviour, clock)
    while not nowhere.closed:
        with suppress(ProviderUnavailableError, ClosedError):
            await nowhere.send(BATCH, spent)
    assert waited <= clock.moment < waited + 60
    assert "no way" in nowhere.closed
    assert nowhere.closed_for_now


async def test_a_provider_that_starts_a_little_late_is_waited_for() -> None:
    clock = VirtualTime()
    late = client(lambda n: ProviderUnreachableError("no way") if n <= 5 else None, clock)
    with pytest.raises(ProviderUnavailableError):
        await late.send(BATCH, Spent())
    answer = await late.send(BATCH, Spent())
    assert set(answer.texts) == {0}
    assert not late.closed


def test_silence_is_told_of_once_and_ends_in_time() -> None:
    silence = Silence(timeout=5.0)
    assert not silence.tell(1000.0)
    silence.asked(0.0)
    silence.asked(4.0)
    assert silence.next(0.0) == 10.0
    assert not silence.tell(9.9)
    assert silence.tell(10.0)
    assert not silence.tell(11.0)
    assert silence.next(11.0) == silence.left(11.0) == 4.0
    silence.heard(14.0, waiting=True)
    assert silence.left(14.0) == silence.limit == 15.0
    silence.heard(20.0, waiting=False)
    assert silence.left(1000.0) == silence.limit
    assert not silence.tell(1000.0)


@given(st.floats(1, 600), st.lists(st.tuples(st.floats(0, 700), st.sampled_from(["asked", "heard", "over"]))))
def test_whatever_happens_silence_is_told_of_within_15_seconds(
    timeout: float, events: list[tuple[float, str]]
) -> None:
    """The first silence of a run is; a later one too, but where a person has heard of one just before."""
    silence, now, told = Silence(timeout), 0.0, False
    for seconds, what in events:
        now += seconds
        if silence.since is not None and silence.left(now) > 0:
            first = not told
            told = silence.tell(now) or told
            assert told or now - silence.since < 15
            assert not first or not told or now - silence.since >= 9
        if what == "asked":
            silence.asked(now)
        else:
            silence.heard(now, waiting=what == "heard")


class Silent(ScriptedProvider):
    """Never says anything, and times out as a provider does."""

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
        self.batches.append(batch)
        await asyncio.sleep(self.seconds)
        raise ProviderTimeoutError("slow")


@pytest.mark.parametrize("texts", [1, 40])
async def test_an_endpoint_that_never_answers_is_given_up_after_three_time_outs(
    texts: int, caplog: pytest.LogCaptureFixture
) -> None:
    provider = Silent(seconds=0.5)
    silent = ProviderClient(provider, SpendingLimits(), RateLimiter(4), timeout=0.5)
    batch = Batch("en", "he", tuple(f"Text {number}." for number in range(texts)))
    begun = time.monotonic()

    async def until_given_up() -> None:
        while not silent.off:
            with suppress(ProviderUnavailableError, ClosedError):
                await silent.send(batch, Spent())

    await asyncio.gather(*(until_given_up() for _ in range(4)))
    assert 1.2 < time.monotonic() - begun < 2.0
    assert silent.closed_for_now
    assert "said nothing for 1.5 s, three times TRANSLATION_TIMEOUT" in str(silent.off)
    assert len(provider.batches) > 4, "it is tried again before it is given up"


async def test_a_request_under_way_does_not_outlast_the_limit() -> None:
    silent = ProviderClient(Silent(seconds=60.0), SpendingLimits(), RateLimiter(4), timeout=0.2)
    begun = time.monotonic()
    with pytest.raises(ProviderTimeoutError):
        await silent.send(BATCH, Spent())
    assert time.monotonic() - begun < 1.0


async def test_a_person_hears_of_silence_in_one_line(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("langassets.translation.engine.sending.listening._TELL_AFTER", 0.2)
    silent = ProviderClient(Silent(seconds=0.7), SpendingLimits(), RateLimiter(4), timeout=5.0)
    batch = Batch("en", "he", ("One.", "Two.", "Three."))
    with suppress(ProviderUnavailableError):
        await asyncio.gather(silent.send(batch, Spent()), silent.send(batch, Spent()))
    [line] = [record.getMessage() for record in caplog.records if "said nothing" in record.getMessage()]
    assert re.fullmatch(
        r"openai \(gpt-6-luna\) has said nothing for 0 s: 2 requests with 6 texts waited for until "
        r"\d\d:\d\d:\d\d UTC",
        line,
    )


async def test_who_answers_or_streams_is_not_given_up() -> None:
    class Slow(ScriptedProvider):
        async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
            for _ in range(10):
                await asyncio.sleep(0.15)
                heard({})
            return await super().translate(batch, heard)

    slow = ProviderClient(Slow(), SpendingLimits(), RateLimiter(4), timeout=0.2)
    assert (await slow.send(BATCH, Spent())).texts
