"""A second replay, written from the words of docs/tuning.md alone: days, lists and sums, no code of ours."""

from datetime import date, timedelta
from itertools import combinations
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from langassets.tiering.backtest import TierSetting, UsageHistory, best_in_hindsight, replay
from langassets.tiering.policy import TierPolicy
from langassets.tiering.weights import on_day

FIRST = date(2026, 1, 1)
EVERY, DAYS = 14, 70
LANGUAGES = ("en", "es", "fr", "de")
# What floating-point sums may be off by; a share as near to a threshold as that counts as having reached it.
CLOSE = 1e-9

# requested[language][day], for ten weeks in which something is requested on the first day and on the last.
usage = st.fixed_dictionaries(
    {
        language: st.lists(st.integers(0, 50) | st.just(0), min_size=DAYS, max_size=DAYS)
        for language in LANGUAGES
    }
).map(lambda made: made | {"en": [1, *made["en"][1:-1], 1]})
shares = st.integers(0, 100).map(lambda number: number / 100)


def weight_of_day(age: int, half_life: float) -> float:
    """The mean of 0.5^(age/half-life) from `age` days ago to a day before that."""
    if not half_life:
        return 1.0
    return float(half_life / log(2) * (0.5 ** (age / half_life) - 0.5 ** ((age + 1) / half_life)))


def tiers(
    requested: dict[str, list[int]], half_life: float, enter: float, leave: float, least: int
) -> list[set[str]]:
    """Who is frequent after each decision but the last: on days 14, 28, 42 and 56."""
    tier: set[str] = set()
    found = []
    for today in range(EVERY, DAYS, EVERY):
        weights = {
            language: sum(days[day] * weight_of_day(today - 1 - day, half_life) for day in range(today))
            for language, days in requested.items()
        }
        news = sum(sum(days[today - EVERY : today]) for days in requested.values())
        total = sum(weights.values())
        if news >= least and total:
            tier = {
                language
                for language, weight in weights.items()
                if weight / total >= enter * (1 - CLOSE)
                or (language in tier and weight / total >= leave * (1 - CLOSE))
            }
            # A language that was never requested is not in the statistics at all.
            tier = {language for language in tier if any(requested[language][:today])}
        found.append(tier)
    return found


@settings(max_examples=150, deadline=None)
@given(usage, st.sampled_from([0.0, 3.5, 28.0, 300.0]), shares, shares, st.sampled_from([0, 300, 1500]))
def test_every_figure_is_that_of_a_naive_replay(
    requested: dict[str, list[int]], half_life: float, one: float, other: float, least: int
) -> None:
    enter, leave = max(one, other), min(one, other)
    history = UsageHistory.from_dated(
        on_day(language, FIRST + timedelta(days=day), number)
        for language, days in requested.items()
        for day, number in enumerate(days)
    )
    [result] = replay(history, [TierSetting(TierPolicy(enter, leave, least), half_life)], EVERY)

    expected = tiers(requested, half_life, enter, leave, least)
    assert [set(period.frequent) for period in result.periods] == expected

    met = total = 0
    for today, tier in zip(range(EVERY, DAYS, EVERY), expected, strict=True):
        for language, days in requested.items():
            following = sum(days[today : today + EVERY])
            total += following
            met += following if language in tier else 0
    assert result.coverage == pytest.approx(met / total)
    assert result.mean_size == pytest.approx(sum(len(tier) for tier in expected) / len(expected))

    entered = left = back = 0
    for language in requested:
        states = "0" + "".join("1" if language in tier else "0" for tier in expected)
        entered += states.count("01")
        left += states.count("10")
        back += max(0, states.count("01") - 1)
    assert (result.promotions, result.demotions, result.flaps) == (entered, left, back)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=4, max_size=4).filter(
        lambda rows: any(map(any, rows[1:]))
    ),
    st.integers(0, 9),
)
def test_the_best_in_hindsight_is_the_best_of_all_tiers_there_are(
    rows: list[tuple[int, ...]], held: int
) -> None:
    rows = [(1, *rows[0][1:]), *rows[1:]]
    history = UsageHistory.from_dated(
        on_day(language, FIRST + timedelta(days=EVERY * period), number)
        for period, row in enumerate(rows)
        for language, number in zip(LANGUAGES, row, strict=False)
    )
    cells = [number for row in rows[1 : len(history.periods(EVERY))] for number in row]
    if not any(cells):
        return
    periods = len(history.periods(EVERY)) - 1
    held = min(held, len(cells))
    best = max(sum(chosen) for chosen in combinations(cells, held)) / sum(cells)
    assert best_in_hindsight(history, held / periods, EVERY) == pytest.approx(best)
