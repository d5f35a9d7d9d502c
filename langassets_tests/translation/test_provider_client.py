"""The client of one provider: what is tried again, what is billed, and what stops a run."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from langassets.errors import (
    ProviderBrokeOffError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    QuotaError,
    RateLimitedError,
)
from langassets.translation.cost.bill import Planned, Reserved
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
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.types import Answer, Batch, Finish, Heard, unheard
from langassets_tests.translation.provider_client import BATCH, RecordedBill, VirtualTime, client
from langassets_tests.translation.scripted import ScriptedProvider


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
async def test_what_took_too_long_may_be_billed_all_the_same_and_counts_towards_the_limits(
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


def test_spending_limits_count_what_is_under_way() -> None:
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
