"""What a request costs: the operator's price, or the public one of that day, for its length and its mode."""

from datetime import UTC, datetime
from decimal import Decimal

import genai_prices
import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import SettingsError
from langassets.translation.cost.price_list import checked_on
from langassets.translation.cost.prices import Prices, parse_prices
from langassets.translation.cost.rates import SMALLEST, Mode
from langassets.translation.providers.usage import openai_usage
from langassets.translation.types import TokenUsage

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PUBLIC = Prices(clock=lambda: NOW)
MILLION = 1_000_000


def test_a_price_is_that_of_its_day() -> None:
    usage = TokenUsage(MILLION, MILLION)
    before, after = (datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert PUBLIC.cost("gemini-3.8-flash", usage) == Decimal("4.5")
    assert PUBLIC.cost("gemini-3.8-flash", usage, at=before) == Decimal("4.5")
    assert PUBLIC.cost("gemini-3.8-flash", usage, at=after) == Decimal(9)
    assert Prices(clock=lambda: after).cost("gemini-3.8-flash", usage, Mode.BATCH) == Decimal("4.5")


def test_a_long_prompt_and_what_was_cached_have_prices_of_their_own() -> None:
    assert PUBLIC.cost("gpt-6-luna", TokenUsage(272_000, 0)) == Decimal("0.0272")
    assert PUBLIC.cost("gpt-6-luna", TokenUsage(272_001, 0)) == Decimal("0.0544002")
    assert PUBLIC.cost("gpt-6-luna", TokenUsage(544_000, 0), requests=2) == Decimal("0.0544")
    assert PUBLIC.cost("gpt-6-luna", TokenUsage(1000, 0, cached_tokens=1000)) == Decimal("0.00001")
    assert PUBLIC.cost("gpt-6-luna", TokenUsage(1000, 0, written_tokens=1000)) == Decimal("0.000125")
    # What a server cannot have meant is not billed below nothing.
    assert PUBLIC.cost("gpt-6-luna", TokenUsage(0, 10, cached_tokens=0, reasoning_tokens=99)) == Decimal(
        "0.000005"
    )


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-4.1-mini", "gemini-3.5-flash-lite", "gemini-2.5-pro"])
@given(counts=st.tuples(*[st.integers(0, 400_000)] * 4), mode=st.sampled_from(Mode))
def test_the_price_is_the_one_that_the_package_works_out(
    model: str, counts: tuple[int, int, int, int], mode: Mode
) -> None:
    plain, cached, out, thought = counts
    usage = TokenUsage(plain + cached, out + thought, cached, 0, thought)
    rates = PUBLIC.of(model, mode, input_tokens=usage.input_tokens)
    assert rates is not None
    if rates.by_rule:  # the package has the direct price alone
        direct = PUBLIC.cost(model, usage)
        assert direct is not None
        assert direct / 2 <= rates.cost(usage) + SMALLEST
        assert rates.cost(usage) <= direct
        return
    theirs = genai_prices.calc_price(
        genai_prices.Usage(
            input_tokens=usage.input_tokens, cache_read_tokens=cached, output_tokens=usage.output_tokens
        ),
        model,
        provider_id="google" if model.startswith("gemini") else "openai",
        genai_request_timestamp=NOW,
        price_context={Mode.BATCH: {"processing": "batch"}, Mode.FLEX: {"service_tier": "flex"}}.get(mode),
    )
    assert rates.cost(usage) == theirs.total_price.quantize(SMALLEST)


@pytest.mark.parametrize("mode", [Mode.BATCH, Mode.FLEX])
def test_where_no_list_has_the_cheaper_way_it_is_half(mode: Mode) -> None:
    rates = PUBLIC.of("gemini-3.5-flash", mode)
    assert rates is not None
    assert rates.by_rule
    assert (rates.input, rates.output, rates.cached) == (Decimal("0.75"), Decimal("4.5"), Decimal("0.15"))


@pytest.mark.parametrize("model", ["a-model-of-ones-own", "gemma3:27b", "gpt-oss:20b", "whisper-1", "gpt"])
def test_an_unknown_model_is_said_to_be_unknown(model: str) -> None:
    for mode in Mode:
        assert PUBLIC.cost(model, TokenUsage(1, 1), mode) is None


def test_a_snapshot_and_a_path_cost_what_the_model_does() -> None:
    usage = TokenUsage(MILLION, 0)
    assert PUBLIC.cost("gpt-4o-mini-2024-07-18", usage) == PUBLIC.cost("gpt-4o-mini", usage)
    assert PUBLIC.cost("models/gemini-2.5-flash-001", usage) == PUBLIC.cost("gemini-2.5-flash", usage)
    assert PUBLIC.cost("pseudo", usage, Mode.BATCH) == 0


def test_an_own_price_goes_before_the_public_one() -> None:
    own = parse_prices("ours=1/2, gpt-6-luna = 0.2/0.3/0.05 ,free=0/0,ours batch=0.1/0.2,gpt-5-mini flex=1/1")
    usage = TokenUsage(MILLION, 2 * MILLION, cached_tokens=MILLION // 2)
    assert own.cost("ours", usage) == 5
    assert own.cost("ours", usage, Mode.BATCH) == Decimal("0.5")
    assert own.cost("ours", usage, Mode.FLEX) == Decimal("2.5")
    assert own.cost("gpt-6-luna-2026-09-22", usage) == Decimal("0.725")
    assert own.cost("free", usage) == 0
    assert own.cost("gpt-5-mini", usage, Mode.FLEX) == 3
    assert own.cost("gpt-5-mini", usage) == PUBLIC.cost("gpt-5-mini", usage)
    assert parse_prices(None) == Prices()


@pytest.mark.parametrize("text", ["a", "a=1", "a=1/x", "=1/2", "a=1/2/3/4/5", "a=-1/2", "a=nan/1", "a=inf/1"])
def test_a_wrong_number_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="MODEL_PRICES"):
        parse_prices(text)


@pytest.mark.parametrize("text", ["a=1/2;b=1/2", "a cheap=1/2", "a b batch=1/2", "batch a=1/2"])
def test_a_wrong_price_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="MODEL_PRICES"):
        parse_prices(text)


def test_the_data_say_how_old_they_are() -> None:
    assert datetime(2026, 10, 1, tzinfo=UTC).date() <= checked_on() <= datetime.now(UTC).date()


def test_usage_is_read_by_kind_and_may_be_said_in_part() -> None:
    whole = {
        "prompt_tokens": 1200,
        "completion_tokens": 300,
        "prompt_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 128},
        "completion_tokens_details": {"reasoning_tokens": 64},
    }
    assert openai_usage(whole) == TokenUsage(1200, 300, 1024, 128, 64)
    assert openai_usage(
        {**whole, "prompt_tokens_details": None, "completion_tokens_details": {}}
    ) == TokenUsage(1200, 300)
    assert openai_usage({"completion_tokens": 7}) == TokenUsage(0, 7)
