"""No limit is ever overshot: over random prices, texts, answers, concurrency, processes and breaks."""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from threading import Barrier, Lock

import pytest
import sqlalchemy as sa

from langassets.database.records.bill import DatabaseBill, month_of, spent_in
from langassets.translation.cost.bill import Billed, Planned, affordable
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.prices import Prices
from langassets.translation.cost.rates import Mode, Rates
from langassets.translation.providers.bounds import usage_bound
from langassets.translation.providers.usage import expected_usage
from langassets.translation.types import Batch, TokenUsage

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WORLDS = 1_000
Bound = Callable[[str, str, Batch], TokenUsage]

_WORDS = ["A cell divides.", "كل خلية", "细胞分裂。", "कोशिका", "🧬", "\n\t\\\"'", "ﷺ", "x"]
_MODELS = [("openai", "gpt-6-luna"), ("openai", "o4-mini"), ("openai", "ours"), ("gemini", "gemini-3-pro")]


def expected(_provider: str, _model: str, batch: Batch) -> TokenUsage:
    """What used to be reserved."""
    return expected_usage(batch)


def random_batch(chance: random.Random) -> Batch:
    texts = (" ".join(chance.choices(_WORDS, k=chance.randint(1, 40))) for _ in range(chance.randint(1, 12)))
    return Batch("en", chance.choice(["he", "zh", "fr", "hi"]), tuple(texts))


def random_prices(chance: random.Random) -> Prices:
    """Of which any may be the dearest, that of flex too."""

    def dollars() -> Decimal:
        return Decimal(chance.choice([0, 1, 25, 300, 2000])) / 100 + chance.randint(0, 9)

    own = {
        (model, mode): Rates(dollars(), dollars(), dollars(), dollars())
        for _, model in _MODELS
        for mode in (Mode.DIRECT, Mode.FLEX)
    }
    return Prices(own, lambda: NOW)


def random_usage(chance: random.Random, most: TokenUsage) -> TokenUsage:
    """What a provider may say that it was: often all that it may be."""
    sent = chance.choice([most.input_tokens, chance.randint(0, most.input_tokens)])
    cached = chance.choice([0, sent, chance.randint(0, sent)])
    written = chance.choice([0, sent - cached])
    answered = chance.choice([most.output_tokens, chance.randint(0, most.output_tokens)])
    return TokenUsage(sent, answered, cached, written, chance.randint(0, answered))


@dataclass
class UnderWay:
    """A request, what is reserved for it and what it will be billed for."""

    most: Decimal
    billed: Decimal


@dataclass
class Process:
    """A run: its limits, what it has to ask, and what the provider has billed it for."""

    limit: Decimal
    spending: SpendingLimits
    asks: list[tuple[str, str, Batch]]
    under_way: list[UnderWay] = field(default_factory=list)
    billed: Decimal = Decimal(0)


@dataclass
class Month:
    """What the row of a month says, and what the provider bills."""

    limit: Decimal
    counted: Decimal = Decimal(0)
    billed: Decimal = Decimal(0)


def overshoot(seed: int, bound: Bound) -> tuple[Decimal, int]:
    """By how much any limit of a random world is overshot, and how many requests went out in it."""
    chance = random.Random(seed)
    prices = random_prices(chance)
    month = Month(Decimal(chance.randint(1, 400)) / 1000)
    processes = []
    for _ in range(chance.randint(1, 3)):
        limit = Decimal(chance.randint(1, 300)) / 1000
        asks = [(*chance.choice(_MODELS), random_batch(chance)) for _ in range(chance.randint(1, 8))]
        processes.append(Process(limit, SpendingLimits(prices, limit), asks))
    worst, sent = Decimal(-1), 0
    while busy := [one for one in processes if one.asks or one.under_way]:
        one = chance.choice(busy)
        if one.under_way and (not one.asks or chance.random() < 0.4 or len(one.under_way) == 4):
            over = one.under_way.pop(chance.randrange(len(one.under_way)))
            known = over.billed if chance.random() < 0.7 else over.most  # else nobody hears of it
            one.spending.settled(over.most, known)
            month.counted += known - over.most
        elif asked := _ask(one, month, prices, bound, chance):
            sent += 1
            one.under_way.append(asked)
            one.billed += asked.billed
            month.billed += asked.billed
        worst = max(worst, month.billed - month.limit, *(run.billed - run.limit for run in processes))
    return worst, sent


def _ask(one: Process, month: Month, prices: Prices, bound: Bound, chance: random.Random) -> UnderWay | None:
    """Send the next request of a run, where its limits and the month's let it; else drop it."""
    name, model, batch = one.asks.pop(0)
    asked, got = chance.choice([(Mode.DIRECT, Mode.DIRECT), (Mode.FLEX, Mode.FLEX), (Mode.FLEX, Mode.DIRECT)])
    most = prices.most(model, bound(name, model, batch), {Mode.DIRECT, asked}, NOW)
    assert most is not None
    if not one.spending.holds(model, most) or not affordable(month.limit - month.counted, [most]):
        one.spending.stopped = None  # what comes next may be smaller
        return None
    one.spending.sent(most)
    month.counted += most
    usage = random_usage(chance, usage_bound(name, model, batch))
    billed = prices.cost(model, usage, got, at=NOW)
    assert billed is not None
    return UnderWay(most, billed)


def test_no_limit_is_overshot_in_a_thousand_random_worlds() -> None:
    found = [overshoot(seed, usage_bound) for seed in range(WORLDS)]
    assert max(worst for worst, _ in found) <= 0
    assert sum(sent for _, sent in found) > WORLDS, "something is sent at all"
    assert max(worst for worst, _ in found) > Decimal("-0.01"), "and limits are come close to"


def test_what_is_expected_would_not_have_held() -> None:
    assert max(overshoot(seed, expected)[0] for seed in range(50)) > 0


@pytest.mark.parametrize(("provider", "model"), _MODELS)
def test_a_token_is_a_byte_at_least_and_an_answer_ends_where_the_request_says(
    provider: str, model: str
) -> None:
    chance = random.Random(model)
    for _ in range(20):
        batch = random_batch(chance)
        bound, likely = usage_bound(provider, model, batch), expected_usage(batch)
        assert bound.input_tokens > sum(len(text.encode()) for text in batch.texts)
        assert bound.output_tokens > likely.output_tokens


def test_a_month_is_not_overshot_by_two_that_spend_at_once(engine: sa.Engine) -> None:
    limit, lock, at_once = Decimal("0.1"), Lock(), Barrier(2, timeout=60)
    billed: list[Decimal] = []
    chance = random.Random(17)
    prices = Prices(
        {("ours", Mode.DIRECT): Rates(Decimal(1), Decimal(2), Decimal("0.1"), Decimal("1.25"))}, lambda: NOW
    )
    rates = prices.own["ours", Mode.DIRECT]
    asked: Sequence[tuple[TokenUsage, TokenUsage, bool]] = [
        (bound, random_usage(chance, bound), chance.random() < 0.7)
        for bound in (usage_bound("openai", "gpt-6-luna", random_batch(chance)) for _ in range(40))
    ]

    def spend(number: int) -> int:
        bill = DatabaseBill(engine, f"run {number}", "preloaded_translations", lambda: NOW, limit)
        sent = 0
        for place, (bound, usage, known) in enumerate(asked[number::2]):
            name, most = f"{number}.{place}", prices.most("ours", bound, [Mode.DIRECT], NOW)
            planned = Planned(name, "he", "openai", "ours", Mode.DIRECT, NOW, most, {"1": 1})
            at_once.wait()
            if not bill.reserve([planned]).requests:
                continue
            sent += 1
            with lock:
                billed.append(rates.cost(usage))
                assert sum(billed) <= limit
            if known:
                bill.settle([Billed(name, usage, rates)])
        return sent

    with ThreadPoolExecutor(2) as threads:
        sent = list(threads.map(spend, range(2)))
    assert min(sent) > 0
    assert sum(sent) < len(asked), "the limit was reached"
    assert sum(billed) <= spent_in(engine, month_of(NOW)) <= limit
