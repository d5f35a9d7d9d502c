"""Replayed decisions are those that the asset would have made, and the published table comes out."""

import csv
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langassets.tiering.backtest import (
    BacktestResult,
    TierSetting,
    UsageHistory,
    best_in_hindsight,
    replay,
)
from langassets.tiering.policy import LanguageRecord, TierPolicy, decide
from langassets.tiering.weights import DatedRequests, on_day, weigh
from langassets_tests.tiering.counting import count

FIRST = date(2026, 1, 1)
TRACE = Path(__file__).parents[2] / "../shared/usage/topics-weekly.csv"


@cache
def trace(without: str = "") -> tuple[DatedRequests, ...]:
    assert TRACE.is_file(), f"the usage trace is missing: expected it at {TRACE.resolve()}"
    with TRACE.open(newline="", encoding="utf-8") as lines:
        return tuple(
            on_day(row["language"], date.fromisoformat(row["day"]), int(row["count"]))
            for row in csv.DictReader(lines)
            if row["language"] != without
        )


def setting(half_life: float, promote: float, demote: float, minimum: int = 0) -> TierSetting:
    return TierSetting(TierPolicy(promote, demote, minimum), half_life)


# (setting, all languages, without English), as shared/usage/README.md has them. "Last fortnight" is a
# half-life so short that nothing before it weighs anything.
TABLE = [
    (setting(0, 0.05, 0.05), (0.820, 8, 4.9), (0.737, 7, 5.7)),
    (setting(0.1, 0.05, 0.05), (0.746, 38, 3.9), (0.731, 56, 5.6)),
    (setting(28, 0.05, 0.05), (0.766, 20, 4.1), (0.772, 22, 6.1)),
    (setting(28, 0.05, 0.03), (0.854, 9, 5.0), (0.801, 14, 7.2)),
    (setting(56, 0.05, 0.03), (0.840, 7, 5.1), (0.787, 12, 7.2)),
]


@pytest.mark.parametrize(("column", "without"), [(1, ""), (2, "en")])
def test_the_published_table_comes_out_of_the_trace(column: int, without: str) -> None:
    history = UsageHistory.from_dated(trace(without), step_days=14)
    assert history.requests.shape == (57, 44 - bool(without))
    results = replay(history, [row[0] for row in TABLE], settled_past=True)
    measured = [(round(r.coverage, 3), r.promotions, round(r.mean_size, 1)) for r in results]
    assert measured == [row[column] for row in TABLE]


def test_over_the_trace_the_defaults_meet_more_than_the_replaced_rule_with_a_tier_of_its_size() -> None:
    # Day by day and with nothing before the first, as the asset decides. The table's smoothing takes the
    # first fortnight to have been going on for ever: hence .854 there and .843 here, promotions alike.
    history = UsageHistory.from_dated(trace())
    replaced, ours = replay(history, [TABLE[0][0], TABLE[3][0]])
    assert (round(ours.coverage, 3), ours.promotions, round(ours.mean_size, 1)) == (0.843, 9, 4.9)
    assert (round(replaced.coverage, 3), replaced.promotions) == (0.820, 8)
    assert best_in_hindsight(history, ours.mean_size) > ours.coverage


def brute_force(
    dated: list[DatedRequests], chosen: TierSetting, period: timedelta, first: date, last: date
) -> list[tuple[frozenset[str], float, float]]:
    """Every decision from scratch, by the functions that the asset uses."""
    frequent: frozenset[str] = frozenset()
    scored = []
    start = datetime.combine(first, datetime.min.time(), UTC)
    end = datetime.combine(last, datetime.max.time(), UTC)
    now = start + period
    while now <= end:
        past = [piece for piece in dated if piece.end <= now]
        weights, totals, evidence = (
            weigh(past, now, chosen.half_life_days),
            count(past),
            count(past, now - period),
        )
        records = [
            LanguageRecord(code, code in frequent, False, weights[code], totals[code], evidence[code])
            for code in totals
        ]
        frequent = frozenset(d.language for d in decide(records, chosen.policy) if d.frequent)
        following = count([p for p in dated if now <= p.start < now + period])
        covered = sum(number for code, number in following.items() if code in frequent)
        scored.append((frequent, sum(following.values()), covered))
        now += period
    return scored


usage_tables = st.lists(
    st.tuples(st.sampled_from(["en", "es", "fr", "de", "ja"]), st.integers(0, 69), st.integers(1, 200)),
    min_size=1,
    max_size=80,
)


@settings(max_examples=60, deadline=None)
@given(
    usage_tables,
    st.sampled_from([0.0, 1.0, 28.0, 400.0]),
    st.floats(0, 0.5),
    st.floats(0, 1),
    st.sampled_from([0, 100, 1000]),
    st.sampled_from([(), ("es",), ("iw", "fr")]),
)
def test_it_agrees_with_a_replay_by_brute_force(
    rows: list[tuple[str, int, int]],
    half_life: float,
    promote: float,
    part: float,
    minimum: int,
    predefined: tuple[str, ...],
) -> None:
    rows = [("en", 0, 1), ("en", 69, 1), *rows]
    dated = [on_day(code, FIRST + timedelta(days=day), number) for code, day, number in rows]
    chosen = TierSetting(TierPolicy(promote, promote * part, minimum, predefined), half_life)
    (result,) = replay(UsageHistory.from_dated(dated), [chosen])
    expected = brute_force(dated, chosen, timedelta(days=14), FIRST, FIRST + timedelta(days=69))
    # A predefined language that was never requested is not among the brute force's records at first.
    measured = [(period.frequent, period.requested, period.covered) for period in result.periods]
    names = {"iw": "he"}
    assert measured == [
        (frozenset(names.get(code, code) for code in frequent), requested, covered)
        for frequent, requested, covered in expected
    ]


def test_over_the_trace_it_agrees_with_brute_force_week_by_week() -> None:
    dated = [piece for piece in trace() if piece.start.year < 2023]
    chosen = setting(28, 0.05, 0.03, 100)
    (result,) = replay(UsageHistory.from_dated(dated), [chosen])
    expected = brute_force(dated, chosen, timedelta(days=14), date(2021, 12, 26), date(2022, 12, 25))
    assert [period.frequent for period in result.periods] == [frequent for frequent, _, _ in expected]
    assert result.coverage == pytest.approx(sum(c for _, _, c in expected) / sum(r for _, r, _ in expected))


def test_promotions_demotions_and_flaps() -> None:
    shares = [10, 0, 10, 0, 0]  # of 100, a period each
    dated = [
        on_day(code, FIRST + timedelta(days=14 * period), number)
        for period, share in enumerate(shares)
        for code, number in (("es", share), ("en", 100 - share))
    ]
    (result,) = replay(UsageHistory.from_dated(dated), [setting(0.1, 0.05, 0.03)])
    assert [sorted(period.frequent) for period in result.periods] == [
        ["en", "es"],
        ["en"],
        ["en", "es"],
        ["en"],
    ]
    assert (result.promotions, result.demotions, result.flaps) == (3, 2, 1)
    assert result.mean_size == 1.5
    assert result.coverage == pytest.approx((100 + 90 + 100 + 100) / 400)


def test_the_best_in_hindsight_knows_the_next_period() -> None:
    dated = [
        on_day(code, FIRST + timedelta(days=14 * period), number)
        for period in range(3)
        for code, number in (("en", 50), ("es", 30 if period == 2 else 10), ("fr", 20))
    ]
    history = UsageHistory.from_dated(dated)
    assert best_in_hindsight(history, 0) == 0
    assert best_in_hindsight(history, 1) == pytest.approx(100 / 180)
    assert best_in_hindsight(history, 1.5) == pytest.approx(130 / 180)
    assert best_in_hindsight(history, 3) == 1


@settings(max_examples=30, deadline=None)
@given(usage_tables, st.floats(0, 0.5), st.sampled_from([0.0, 28.0]))
def test_nothing_beats_the_best_in_hindsight(
    rows: list[tuple[str, int, int]], promote: float, half_life: float
) -> None:
    dated = [
        on_day(code, FIRST + timedelta(days=day), n) for code, day, n in [("en", 0, 1), ("en", 69, 1), *rows]
    ]
    history = UsageHistory.from_dated(dated)
    result: BacktestResult = replay(history, [setting(half_life, promote, promote)])[0]
    assert result.coverage <= best_in_hindsight(history, result.mean_size) + 1e-9


def test_requests_that_span_days_are_spread_over_them() -> None:
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    moment = datetime(2026, 1, 2, 5, tzinfo=UTC)
    dated = [
        DatedRequests("iw", start, start + timedelta(days=2), 40),
        DatedRequests("he", moment, moment, 7),
    ]
    history = UsageHistory.from_dated(dated)
    assert history.tags == ("he",)
    assert history.requests.tolist() == [[10.0], [27.0], [10.0]]


def test_a_history_too_short_to_score_is_refused() -> None:
    with pytest.raises(ValueError, match="two periods"):
        replay(UsageHistory.from_dated([on_day("en", FIRST, 1)]), [setting(28, 0.05, 0.03)])
    with pytest.raises(ValueError, match="at least one day"):
        UsageHistory.from_dated([])
    with pytest.raises(ValueError, match="cannot be made"):
        UsageHistory.from_dated([on_day("en", FIRST, 1)], step_days=5).periods(14)
