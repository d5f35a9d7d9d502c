"""The way to one provider: what is waited for, what is said, and what stops a run."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import (
    LangassetsError,
    ProviderBrokeOffError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    ProviderUnreachableError,
    QuotaError,
    RateLimitedError,
)
from langassets.translation.cost.bill import Bill, Billed, Planned, Reserved
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.usage import Spent
from langassets.translation.engine.sending.circuit_breaker import CircuitBreaker
from langassets.translation.engine.sending.client import (
    ATTEMPTS,
    PATIENCE,
    ClosedError,
    ElsewhereError,
    ProviderClient,
)
from langassets.translation.engine.sending.listening import Timing
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.engine.sending.silence import Silence
from langassets.translation.types import Answer, Batch, Finish, Heard, TokenUsage, unheard
from langassets_tests.servers.model_server import Reply
from langassets_tests.translation.scripted import ScriptedProvider

BATCH = Batch("en", "he", ("A text to translate.",))


class VirtualTime:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.moment = 0.0

    async def sleep(self, seconds: float) -> None:
        self.moment += seconds
        await asyncio.sleep(0)


class RecordedBill:
    """A bill in a list; `rooms` is how many of the next requests it has room for each time, 1 after that."""

    def __init__(self) -> None:
        self.rooms: list[int] = []
        self.reserved: list[Planned] = []
        self.settled: dict[str, TokenUsage | None] = {}

    def reserve(self, planned: Sequence[Planned]) -> Reserved:
        if self.rooms and not self.rooms.pop(0):
            return Reserved(0, "the month is full")
        self.reserved += planned
        return Reserved(len(planned))

    def settle(self, billed: Iterable[Billed]) -> None:
        self.settled |= {one.id: one.usage for one in billed}


def client(
    behaviour: Callable[[int], LangassetsError | None],
    clock: VirtualTime,
    spending: SpendingLimits | None = None,
    bill: Bill | None = None,
) -> ProviderClient:
    def answer(number: int, _batch: Batch, reply: Reply) -> Reply | LangassetsError:
        return behaviour(number) or reply

    timing = Timing(lambda: clock.moment, clock.sleep)
    provider = ScriptedProvider(answer)
    return ProviderClient(provider, spending or SpendingLimits(), RateLimiter(4), timing, bill=bill)


def test_a_circuit_opens_closes_and_is_exhausted() -> None:
    circuit = CircuitBreaker(threshold=3, pause=10.0, most_openings=3)
    assert [circuit.failed(0.0) for _ in range(3)] == [None, None, 10.0]
    assert circuit.delay(4.0) == 6.0
    assert circuit.failed(5.0) is None, "what was under way when it opened says nothing new"
    assert circuit.delay(10.0) == 0.0
    assert circuit.on_trial
    assert circuit.failed(10.0) == 20.0
    circuit.succeeded()
    assert not circuit.on_trial
    for moment in (100.0, 200.0, 300.0, 400.0, 500.0):
        circuit.failed(moment)
    assert circuit.exhausted


async def test_a_passing_failure_is_tried_again() -> None:
    clock, spent = VirtualTime(), Spent()
    answer = await client(lambda n: ProviderUnavailableError("500") if n < 3 else None, clock).send(
        BATCH, spent
    )
    assert set(answer.texts) == {0}
    assert (spent.requests, spent.failed, spent.retries) == (3, 2, 2)


async def test_it_is_tried_so_often_and_no_more() -> None:
    spent = Spent()
    with pytest.raises(ProviderUnavailableError, match="500"):
        await client(lambda _: ProviderUnavailableError("500"), VirtualTime()).send(BATCH, spent)
    assert spent.requests == ATTEMPTS


async def test_many_texts_that_took_too_long_are_not_asked_for_together_again() -> None:
    spent = Spent()
    with pytest.raises(ProviderTimeoutError):
        await client(lambda _: ProviderTimeoutError("slow"), VirtualTime()).send(
            Batch("en", "he", ("a", "b")), spent
        )
    assert spent.requests == 1


@pytest.mark.parametrize(
    ("error", "billed"),
    [(ProviderTimeoutError, True), (ProviderBrokeOffError, True), (ProviderUnavailableError, False)],
)
async def test_what_took_too_long_may_be_billed_all_the_same_and_counts_for_the_fuse(
    error: type[ProviderUnavailableError], billed: bool
) -> None:
    spending, bill = SpendingLimits(max_cost=Decimal(1)), RecordedBill()
    asked = client(lambda _: error("no answer"), VirtualTime(), spending, bill)
    with pytest.raises(error):
        await asked.send(Batch("en", "he", ("a", "b")), Spent(), lessons={"1": 2})
    assert (spending.cost > 0) is billed
    # What nobody knows is never settled; what was not billed is, for nothing.
    assert bill.settled == {one.id: None for one in bill.reserved if not billed}
    assert {tuple(one.lessons.items()) for one in bill.reserved} == {(("1", 2),)}


async def test_the_bill_has_each_request_with_what_came_of_it() -> None:
    spent, bill = Spent(), RecordedBill()
    errors = {1: RateLimitedError("slow down", 1.0), 2: ProviderUnavailableError("503")}
    await client(errors.get, VirtualTime(), bill=bill).send(BATCH, spent)
    assert [bill.settled[one.id] for one in bill.reserved] == [None, None, spent.usage]
    expected = [one.most for one in bill.reserved]
    assert None not in expected
    assert spent.cost is not None
    assert 0 < spent.cost <= min(cost for cost in expected if cost is not None)


async def test_a_month_without_room_is_waited_for_while_something_may_turn_out_cheaper() -> None:
    bill, clock = RecordedBill(), VirtualTime()
    full = client(lambda _: None, clock, bill=bill)
    elsewhere = Decimal("0.01")
    full.spending.sent(elsewhere)
    bill.rooms = [0, 0, 1, 0]
    sending = asyncio.create_task(full.send(BATCH, Spent()))
    assert (await sending).texts
    assert clock.moment >= 2, "it asked again"
    full.spending.settled(elsewhere, Decimal(0))
    with pytest.raises(ClosedError, match="the month is full"):
        await full.send(BATCH, Spent())
    assert (full.spending.requests, full.spending.under_way) == (2, 0)


async def test_whoever_is_cancelled_while_a_request_is_noted_takes_it_back() -> None:
    class Slow(RecordedBill):
        def reserve(self, planned: Sequence[Planned]) -> Reserved:
            time.sleep(0.05)
            return super().reserve(planned)

    bill = Slow()
    asked = client(lambda _: None, VirtualTime(), bill=bill)
    sending = asyncio.create_task(asked.send(BATCH, Spent()))
    await asyncio.sleep(0.01)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert bill.settled == {one.id: None for one in bill.reserved}
    assert asked.spending.under_way == 0


async def test_a_refusal_closes_the_gate_for_all_and_counts_apart() -> None:
    clock, spent = VirtualTime(), Spent()
    limited = client(lambda n: RateLimitedError("slow down", 30.0) if n == 1 else None, clock)
    await asyncio.gather(*(limited.send(BATCH, spent) for _ in range(6)))
    assert spent.refused == 1
    assert spent.failed == 0
    assert spent.requests == 7
    assert clock.moment >= 30.0


async def test_a_provider_that_only_refuses_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    clock, spent = VirtualTime(), Spent()
    refusing = client(lambda _: RateLimitedError("slow down"), clock)
    with pytest.raises(ClosedError, match="rate limit"):
        await refusing.send(BATCH, spent)
    assert clock.moment >= PATIENCE - 10
    assert spent.requests < 200
    assert refusing.closed_for_now
    assert "not asked again in this run" in caplog.text


async def test_a_provider_that_asks_for_hours_is_not_waited_for() -> None:
    clock = VirtualTime()
    with pytest.raises(ClosedError, match="40000 s"):
        await client(lambda _: RateLimitedError("tomorrow", 40_000.0), clock).send(BATCH, Spent())
    assert clock.moment < 10


async def test_a_used_up_account_is_recognized_at_once() -> None:
    spent = Spent()
    empty = client(lambda _: QuotaError("no credit left"), VirtualTime())
    with pytest.raises(ClosedError, match="no credit left"):
        await empty.send(BATCH, spent)
    assert spent.requests == 1
    assert not empty.closed_for_now


async def test_the_breaker_says_what_it_does_and_when_it_tries_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    down = client(lambda _: ProviderUnavailableError("down"), VirtualTime())
    with pytest.raises(ProviderUnavailableError):
        await down.send(BATCH, Spent())
    with pytest.raises(ProviderUnavailableError):
        await down.send(BATCH, Spent())
    assert "has not answered 5 times in a row: it is tried again in 15 s. The last time: down" in caplog.text
    with pytest.raises(ElsewhereError):
        await down.send(BATCH, Spent(), others=lambda: True)


async def test_learns_how_much_an_answer_may_be() -> None:
    slow = client(lambda _: None, VirtualTime())
    most = slow.budget
    slow.sized(6_000, too_much=True)
    assert slow.budget == 3_000
    slow.sized(100, too_much=False)
    assert slow.budget == 3_000, "a small answer says nothing"
    for _ in range(50):
        slow.sized(slow.budget, too_much=False)
    assert slow.budget == most


def test_a_fuse_counts_what_is_under_way() -> None:
    spending = SpendingLimits(max_cost=Decimal(1))
    most, nothing = Decimal("0.5"), Decimal(0)
    assert spending.holds("gpt-6-luna", most)
    spending.sent(most)
    assert spending.holds("gpt-6-luna", most)
    spending.sent(most)
    assert not spending.holds("gpt-6-luna", most)
    assert spending.stopped is None, "one of them may turn out cheaper"
    spending.settled(most, Decimal("0.05"))
    assert not spending.holds("gpt-6-luna", most)
    spending.settled(most, nothing)
    assert spending.holds("gpt-6-luna", most)
    spending.sent(most)
    spending.settled(most, most)
    assert not spending.holds("gpt-6-luna", most)
    assert spending.stopped is not None
    assert "0.5500 of 1 dollars" in spending.stopped
    assert "the next request may take up to 0.5000" in spending.stopped


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
    monkeypatch.setattr("langassets.translation.engine.sending.silence._TELL_AFTER", 0.2)
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


async def test_what_was_said_when_nobody_listens_any_more_counts_as_the_most_that_it_can_have_cost() -> None:
    class Endless(ScriptedProvider):
        async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
            heard({0: "A text that was said."})
            await asyncio.sleep(60)
            raise AssertionError

    spending, spent, bill = SpendingLimits(max_cost=Decimal(1)), Spent(), RecordedBill()
    endless = ProviderClient(Endless(), spending, RateLimiter(4), bill=bill)
    sending = asyncio.create_task(endless.send(BATCH, spent))
    await asyncio.sleep(0.1)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert spent.usage.input_tokens > 50
    assert 10 < spent.usage.output_tokens < 30
    assert spent.cost is not None
    assert spent.cost < spending.cost == bill.reserved[0].most
    assert bill.settled == {}, "nobody knows"


async def test_an_answer_that_broke_off_is_not_known_to_be_paid_for_by_what_was_said() -> None:
    class BreaksOff(ScriptedProvider):
        async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
            answer = await super().translate(batch, heard)
            return replace(answer, finish=Finish.BROKEN, estimated=True)

    spending, bill = SpendingLimits(max_cost=Decimal(1)), RecordedBill()
    broken = ProviderClient(BreaksOff(), spending, RateLimiter(4), bill=bill)
    assert (await broken.send(BATCH, Spent())).texts
    assert spending.cost == bill.reserved[0].most
    assert bill.settled == {}
