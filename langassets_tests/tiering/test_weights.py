"""What requests weigh, and how growing counters and lesson usage become one dated history."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.tiering.weights import (
    CounterReading,
    DatedRequests,
    dated_requests,
    on_day,
    weigh,
)
from langassets_tests.tiering.counting import count

NOW = datetime(2026, 3, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)

spans = st.builds(
    lambda age, length, requests: DatedRequests("es", NOW - (age + length) * DAY, NOW - age * DAY, requests),
    st.floats(0, 3000),
    st.floats(0, 3000),
    st.integers(0, 10**9),
)


def test_a_moment_one_half_life_ago_weighs_half() -> None:
    moment = NOW - 28 * DAY
    assert weigh([DatedRequests("es", moment, moment, 10)], NOW, 28) == {"es": 5.0}


def test_half_life_zero_weighs_all_alike_for_ever() -> None:
    years_ago = [on_day("es", date(2001, 1, 1), 3), on_day("es", date(2026, 2, 1), 4)]
    assert weigh(years_ago, NOW, 0) == {"es": 7.0}


@given(spans, st.floats(1, 1000))
def test_the_closed_form_is_the_integral(span: DatedRequests, half_life: float) -> None:
    steps = 400
    width = (span.end - span.start) / steps
    ages = [(NOW - (span.start + (step + 0.5) * width)) / DAY for step in range(steps)]
    summed = sum(0.5 ** (age / half_life) for age in ages) * span.requests / steps
    error = (math.log(2) * (width / DAY) / half_life) ** 2 / 12 + 1e-6  # twice that of the midpoint rule
    assert weigh([span], NOW, half_life)["es"] == pytest.approx(summed, rel=error, abs=1e-6)


@given(spans, st.floats(0.001, 1000))
def test_weight_lies_between_that_of_both_ends(span: DatedRequests, half_life: float) -> None:
    ends = [
        weigh([DatedRequests("es", at, at, span.requests)], NOW, half_life)["es"]
        for at in (span.start, span.end)
    ]
    assert ends[0] * (1 - 1e-9) <= weigh([span], NOW, half_life)["es"] <= ends[1] * (1 + 1e-9)


def test_what_lies_ahead_counts_in_full() -> None:
    today = on_day("es", NOW.date(), 24)
    assert weigh([today], NOW, 1e9)["es"] == pytest.approx(24)
    tomorrow = on_day("es", NOW.date() + DAY, 24)
    assert weigh([tomorrow], NOW, 1) == {"es": 24.0}


def test_counters_become_dated_by_what_they_grew_between_readings() -> None:
    first, second = NOW - 14 * DAY, NOW
    readings = [CounterReading("es", second, 130), CounterReading("es", first, 100)]
    created = {"es": first - 10 * DAY}
    assert dated_requests(readings, (), created) == [
        DatedRequests("es", first - 10 * DAY, first, 100),
        DatedRequests("es", first, second, 30),
    ]


def test_what_a_counter_held_at_first_ends_with_the_last_use() -> None:
    created, used = NOW - 900 * DAY, NOW - 700 * DAY
    readings = [CounterReading("fr", NOW, 500, last_used=used)]
    assert dated_requests(readings, (), {"fr": created}) == [DatedRequests("fr", created, used, 500)]


def test_growth_ends_with_the_last_use_where_that_is_known() -> None:
    first, used = NOW - 14 * DAY, NOW - 10 * DAY
    readings = [CounterReading("fr", first, 500), CounterReading("fr", NOW, 501, last_used=used)]
    assert dated_requests(readings, ())[1] == DatedRequests("fr", first, used, 1)


def test_a_counter_without_a_date_is_taken_to_begin_with_the_earliest_of_all() -> None:
    created = {"en": NOW - 100 * DAY, "es": NOW - 50 * DAY}
    readings = [CounterReading(code, NOW, 10) for code in ("en", "es", "pt")]
    starts = {piece.language: piece.start for piece in dated_requests(readings, (), created)}
    assert starts == {"en": NOW - 100 * DAY, "es": NOW - 50 * DAY, "pt": NOW - 100 * DAY}


def test_without_any_date_all_languages_are_treated_alike() -> None:
    readings = [CounterReading("en", NOW, 30), CounterReading("es", NOW, 10)]
    assert weigh(dated_requests(readings, ()), NOW, 28) == {"en": 30.0, "es": 10.0}


def test_a_language_that_the_last_evaluation_did_not_see_was_requested_since() -> None:
    last = NOW - 14 * DAY
    readings = [CounterReading("en", last, 5), CounterReading("en", NOW, 9), CounterReading("vi", NOW, 8)]
    assert DatedRequests("vi", last, NOW, 8) in dated_requests(readings, (), {"en": NOW - 100 * DAY})


def test_a_counter_that_was_set_back_counts_for_no_more_than_it_says_now() -> None:
    readings = [
        CounterReading("es", NOW - age * DAY, total) for age, total in ((30, 900), (15, 1000), (0, 40))
    ]
    assert count(dated_requests(readings, ())) == {"es": 40.0}


def test_the_larger_count_of_both_sources_never_the_sum() -> None:
    first = datetime(2026, 2, 1, tzinfo=UTC)
    now = datetime(2026, 2, 15, tzinfo=UTC)
    readings = [
        *(CounterReading(code, first, 0) for code in ("en", "es", "de")),
        CounterReading("en", now, 100),
        CounterReading("es", now, 60),
    ]
    days = [
        *(on_day("en", date(2026, 2, day), 5) for day in range(1, 15)),  # 70 of the counter's 100
        *(on_day("es", date(2026, 2, day), 5) for day in range(1, 15)),  # 70, where the counter says 60
        on_day("pt", date(2026, 2, 3), 7),  # unknown to the counters
    ]
    dated = dated_requests(readings, days)
    assert count(dated) == {"en": 100.0, "es": 70.0, "pt": 7.0}
    assert DatedRequests("en", first, now, 30) in dated
    assert all(day in dated for day in days)


def test_usage_of_before_the_first_reading_is_part_of_what_the_counter_held() -> None:
    readings = [CounterReading("es", NOW, 100)]
    days = [on_day("es", date(2026, 1, 5), 40), on_day("es", date(2026, 1, 6), 20)]
    assert count(dated_requests(readings, days)) == {"es": 100.0}


def test_what_a_counter_held_beyond_lesson_usage_lies_before_it() -> None:
    created, began, used = NOW - 900 * DAY, date(2026, 1, 1), NOW - DAY
    readings = [CounterReading(code, NOW, 1000, last_used=used) for code in ("en", "fr")]
    days = [on_day("en", began, 300), on_day("fr", began + 30 * DAY, 2)]
    dated = dated_requests(readings, days, {"en": created, "fr": created})
    began_at = days[0].start
    assert dated == [*days, *(DatedRequests(c, created, began_at, n) for c, n in (("en", 700), ("fr", 998)))]
    # A row that is younger than the lesson usage tells more than that.
    younger = {"en": NOW - 10 * DAY}
    assert dated_requests(readings[:1], days[:1], younger)[1] == DatedRequests("en", younger["en"], used, 700)


def test_today_counts_in_full_against_the_counter() -> None:
    readings = [CounterReading("es", NOW - 14 * DAY, 0), CounterReading("es", NOW, 24)]
    assert count(dated_requests(readings, [on_day("es", NOW.date(), 24)])) == {"es": 24.0}


@given(
    st.lists(st.integers(0, 500), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 200)), max_size=20),
)
def test_the_whole_is_the_sum_of_the_larger_counts(growths: list[int], usage: list[tuple[int, int]]) -> None:
    # Readings at midnight, so that no day is cut in two.
    start = datetime(2026, 1, 1, tzinfo=UTC)
    readings, total = [], 0
    for number, growth in enumerate(growths):
        total += growth
        readings.append(CounterReading("es", start + 10 * number * DAY, total))
    days = [on_day("es", (start + age * DAY).date(), requests) for age, requests in usage]
    last = 10 * (len(growths) - 1)
    expected = 0
    for number, growth in enumerate(growths):
        low, high = 10 * (number - 1), 10 * number
        inside = [n for age, n in usage if (low <= age or number == 0) and (age < high or high == last)]
        expected += max(growth, sum(inside))
    assert count(dated_requests(readings, days)).get("es", 0) == pytest.approx(expected)


def test_evidence_is_what_came_since() -> None:
    dated = [
        DatedRequests("es", NOW - 20 * DAY, NOW, 20),
        DatedRequests("es", NOW - 5 * DAY, NOW - 5 * DAY, 3),
        DatedRequests("es", NOW - 10 * DAY, NOW - 10 * DAY, 100),
    ]
    assert count(dated, NOW - 10 * DAY) == {"es": 13.0}
    assert count(dated) == {"es": 123.0}
