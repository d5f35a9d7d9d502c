"""Statistics that cannot be believed stop an evaluation, and say how to go on."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.errors import StatisticsError
from langassets.tiering.statistics import check_statistics


class Totals(NamedTuple):
    total_requests: int
    lesson_requests: int = 0


totals = st.dictionaries(
    st.sampled_from(["en", "he", "es", "fr"]), st.builds(Totals, st.integers(0, 99), st.integers(0, 99))
)


@given(totals, totals)
def test_counts_that_grew_are_believed(previous: dict[str, Totals], growth: dict[str, Totals]) -> None:
    current = dict(previous)
    for language, more in growth.items():
        before = current.get(language, Totals(0))
        current[language] = Totals(
            before.total_requests + more.total_requests, before.lesson_requests + more.lesson_requests
        )
    if current:
        check_statistics(current, previous)
        check_statistics(current, None)


@given(totals, totals)
def test_any_counter_that_fell_is_refused(previous: dict[str, Totals], current: dict[str, Totals]) -> None:
    fell = [
        code
        for code, was in previous.items()
        if current.get(code, Totals(0)).total_requests < was.total_requests
    ]
    if fell and current:
        with pytest.raises(StatisticsError, match="--accept-reset"):
            check_statistics(current, previous)


def test_a_table_that_was_always_empty_says_where_requests_come_from() -> None:
    with pytest.raises(StatisticsError, match=r"no usage statistics yet.*import-usage"):
        check_statistics({}, None)


def test_a_table_that_is_suddenly_empty() -> None:
    with pytest.raises(StatisticsError, match=r"last evaluation saw 2 languages.*--accept-reset"):
        check_statistics({}, {"en": Totals(5), "he": Totals(2)})


def test_what_shrank_is_named_with_both_counts() -> None:
    previous = {"en": Totals(12_345), "fr": Totals(50), "sw": Totals(0)}
    with pytest.raises(StatisticsError, match=r"en 12,345 → 12,344, fr 50 → gone\. Nothing was decided"):
        check_statistics({"en": Totals(12_344)}, previous)


def test_lesson_usage_that_shrank_as_a_whole() -> None:
    with pytest.raises(StatisticsError, match="lesson usage of all languages 30 → 29"):
        check_statistics(
            {"en": Totals(1, 20), "fr": Totals(1, 9)}, {"en": Totals(1, 10), "fr": Totals(1, 20)}
        )
    check_statistics({"en": Totals(1, 21), "fr": Totals(1, 9)}, {"en": Totals(1, 10), "fr": Totals(1, 20)})


def test_a_long_list_is_cut_short() -> None:
    with pytest.raises(StatisticsError, match=r"l12 1 → 0 and 15 more\."):
        check_statistics(
            {f"l{number}": Totals(0) for number in range(20)},
            {f"l{number}": Totals(1) for number in range(20)},
        )
