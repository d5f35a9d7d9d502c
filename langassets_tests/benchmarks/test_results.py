"""What is made of measurements."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.results import Measured, Spread, exponent, read, written
from benchmarks.stage import Sample
from benchmarks.table import growth_table, main_table, markdown
from benchmarks.targets import Row, Side, measured, rows


@given(st.floats(-2, 3), st.floats(0.001, 1000), st.sets(st.integers(1, 1000), min_size=2, max_size=6))
def test_the_exponent_of_a_power_is_found(power: float, factor: float, sizes: set[int]) -> None:
    found = exponent({size: factor * size**power for size in sizes})
    assert found is not None
    assert math.isclose(found, power, abs_tol=1e-6)


@pytest.mark.parametrize("points", [{}, {1: 3.0}, {1: 0.0, 10: 5.0}])
def test_without_two_points_above_zero_there_is_none(points: dict[float, float]) -> None:
    assert exponent(points) is None


WHERE = {"processor": "x", "cores": 2, "system": "Linux", "python": "3.11.7", "load_at_start": 0.1}


def sample(units: int, seconds: float, requests: int) -> Sample:
    return Sample(units, seconds, seconds + 1, seconds / 2, 100_000_000, requests, 0, 10 * requests, 0)


def case() -> Measured:
    made = Measured("work", "ten things", "thing", "", "2026-01-01", WHERE)
    made.ours = {1: [sample(10, 1.0, 2), sample(10, 2.0, 2)], 10: [sample(100, 10.0, 20)]}
    made.floor = {1: [sample(10, 0.5, 1)]}
    made.loop = [sample(5, 20.0, 50), sample(5, 30.0, 50)]
    made.floor_requests, made.floor_tokens, made.floor_waiting = {1: 1}, {1: 0}, {1: 0.0}
    return made


def test_a_loop_that_did_half_the_work_counts_double() -> None:
    assert case().part == 2
    assert case().ratio("seconds") == Spread(35.0, 30.0, 40.0)  # 20 s against 1 s, 30 s against 2 s
    assert case().ratio("requests") == Spread(50.0, 50.0, 50.0)
    assert case().ratio("tokens") is None


def test_what_is_written_reads_as_it_was() -> None:
    assert read(written(case())) == case()


def test_the_tables_have_a_cell_for_every_column() -> None:
    for table in (main_table, growth_table):
        lines = [*table([case()])]
        assert {line.count("|") for line in lines} == {lines[0].count("|")}
    assert "| plain loop | ≈ 50.0 (≈" not in "".join(main_table([case()]))
    assert "≈ 50.0 (40.0 to 60.0)" in "".join(main_table([case()]))


def test_a_page_without_measurements_says_so() -> None:
    assert markdown([], "a.png").endswith("Nothing has been measured here yet.\n")
    assert "a.png" not in markdown([], "a.png")
    assert "![" in markdown([case()], "a.png")


def test_a_target_is_told_by_what_both_sides_print_or_take(tmp_path: Path) -> None:
    row = Row("halved", Side("print(2)"), Side("print(4)"), 0.5)
    assert measured(row, tmp_path, 2).startswith("| halved | 2.00 s | 4.00 s | 0.50 | 0.5 |")
    assert measured(row, tmp_path, 2).endswith("| yes |  |")
    assert measured(replace(row, most=0.4), tmp_path, 1).endswith("| no |  |")
    assert measured(replace(row, most_memory=1), tmp_path, 1).endswith(" MB of 1 | no |  |")
    with pytest.raises(RuntimeError, match="gone wrong"):
        measured(Row("fails", Side("raise SystemExit('gone wrong')"), Side("print(1)"), 1), tmp_path, 1)


def test_rows_that_want_an_earlier_commit_come_only_with_one(tmp_path: Path) -> None:
    alone, beside = ([row.name for row in rows(base, tmp_path, 100_000)] for base in (None, tmp_path))
    assert len(alone) == 5
    assert beside[:5] == alone
    assert len(beside) == 17
