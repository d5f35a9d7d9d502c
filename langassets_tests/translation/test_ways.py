"""Which way a request goes: the cheapest that is in time, whatever the prices are."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from langassets.translation.cost.ways import LAST_CALL, NEEDS, RESERVE, admissible, cheapest
from langassets.translation.types import Mode, TokenUsage

NOW = datetime(2026, 11, 29, 3, tzinfo=UTC)
PRICES = st.dictionaries(st.sampled_from(Mode), st.decimals(0, 100, places=4), min_size=3)


def _cost(prices: Mapping[Mode, Decimal]) -> Callable[[TokenUsage, Mode], Decimal | None]:
    def cost(_usage: TokenUsage, mode: Mode) -> Decimal | None:
        return prices.get(mode)

    return cost


@given(st.sets(st.sampled_from(Mode)), st.timedeltas(timedelta(0), timedelta(days=3)), PRICES)
def test_none_that_is_in_time_is_cheaper_than_the_one_that_is_chosen(
    offered: set[Mode], left: timedelta, prices: dict[Mode, Decimal]
) -> None:
    chosen = cheapest(offered, NOW, NOW + left, _cost(prices))
    assert chosen is Mode.DIRECT or (chosen in offered and left >= NEEDS[chosen])
    for mode in offered | {Mode.DIRECT}:
        if mode is Mode.DIRECT or left >= NEEDS[mode]:
            assert prices[chosen] <= prices[mode]


@given(st.timedeltas(timedelta(days=-3), timedelta(days=3)))
def test_what_has_no_time_is_asked_directly(left: timedelta) -> None:
    same = _cost({mode: Decimal(1) for mode in Mode})
    by_rank = (Mode.BATCH, Mode.FLEX, Mode.DIRECT)
    expected = next(mode for mode in by_rank if mode is Mode.DIRECT or left >= NEEDS[mode])
    assert cheapest(tuple(Mode), NOW, NOW + left, same) is expected
    assert cheapest(tuple(Mode), NOW, NOW + left, _cost({})) is expected
    assert cheapest((), NOW, NOW + left, same) is Mode.DIRECT
    assert admissible(Mode.DIRECT, NOW, NOW + left)


def test_a_batch_is_given_some_time_before_it_is_ended_and_that_before_its_texts_are_due() -> None:
    assert NEEDS[Mode.BATCH] > RESERVE > LAST_CALL > NEEDS[Mode.FLEX] > timedelta(0)


def test_a_lower_price_of_flex_goes_before_a_batch() -> None:
    prices = {Mode.DIRECT: Decimal(4), Mode.BATCH: Decimal(2), Mode.FLEX: Decimal(1)}
    assert cheapest(tuple(Mode), NOW, NOW + timedelta(days=1), _cost(prices)) is Mode.FLEX
