"""Schedules: at the edges of daylight saving, after a downtime, and beside a run that is still under way."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from langassets.jobs.due import last_due, longest_gap
from langassets_tests.defs.conftest import Place

NEW_YORK = ZoneInfo("America/New_York")
EVALUATION, PRELOAD = "language_evaluation_schedule", "preload_frequent_languages_schedule"


@pytest.fixture
def instance(lasting_instance: dg.DagsterInstance) -> dg.DagsterInstance:
    """A schedule looks its instance up by an address."""
    return lasting_instance


def _ticks(cron: str, start: datetime, end: datetime) -> list[datetime]:
    """When Dagster itself would tick."""
    every = schedule_execution_time_iterator(start.timestamp(), cron, "America/New_York", ascending=True)
    return list(takewhile(lambda moment: moment < end, every))


@pytest.mark.parametrize(
    ("cron", "day"),
    [
        ("0 3 * * *", datetime(2026, 3, 8, tzinfo=NEW_YORK)),  # 02:00 becomes 03:00
        ("30 2 * * *", datetime(2026, 3, 8, tzinfo=NEW_YORK)),  # there is no 02:30
        ("0 2 1,15 * *", datetime(2026, 11, 1, tzinfo=NEW_YORK)),  # 02:00 becomes 01:00
        ("30 1 * * *", datetime(2026, 11, 1, tzinfo=NEW_YORK)),  # there are two 01:30
    ],
)
def test_once_on_a_day_when_the_clock_is_changed(cron: str, day: datetime) -> None:
    ticks = _ticks(cron, day, day + timedelta(days=1))
    assert len(ticks) == 1
    due = last_due(cron, "America/New_York", day + timedelta(hours=12))
    assert due is not None
    assert abs(due - ticks[0]) <= timedelta(hours=1)


def test_the_moment_is_the_runs_key_however_late_the_tick(place: Place) -> None:
    """Dagster makes up for the latest moment that fell into a downtime; asked again, it is the same run."""
    due = datetime(2026, 11, 15, 2, tzinfo=UTC)
    first, second = (place.schedule_tick(EVALUATION, due) for _ in range(2))
    assert [request.run_key for request in first.run_requests] == [
        "language_evaluation_schedule 2026-11-15T02:00:00+00:00"
    ]
    assert first.run_requests == second.run_requests


def test_a_clock_that_is_set_back_an_hour_starts_nothing_twice(place: Place) -> None:
    due = datetime(2026, 11, 15, 3, tzinfo=UTC)
    [before] = place.schedule_tick(PRELOAD, due).run_requests
    [after] = place.schedule_tick(PRELOAD, due.astimezone(NEW_YORK).astimezone(UTC)).run_requests
    assert before.run_key == after.run_key


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTED])
def test_a_job_that_is_under_way_is_not_started_beside_itself(
    place: Place, status: dg.DagsterRunStatus
) -> None:
    run = place.unfinished("preload_frequent_languages", status)
    tick = place.schedule_tick(PRELOAD, datetime(2026, 11, 15, 3, tzinfo=UTC))
    assert not tick.run_requests
    assert run.run_id in tick.said
    assert place.schedule_tick(EVALUATION, datetime(2026, 11, 15, 2, tzinfo=UTC)).run_requests


def test_switched_off_nothing_starts(place: Place) -> None:
    off = Place(place.home, place.instance, ENABLE_BACKGROUND_JOBS="false")
    off.run("language_evaluation")
    for name in (EVALUATION, PRELOAD):
        assert not off.schedule_tick(name, datetime(2026, 11, 15, 3, tzinfo=UTC)).run_requests
    for sensor in ("cleanup_after_evaluation", "preload_on_startup", "recover_cut_runs"):
        assert not off.tick(sensor).run_requests
    off.services.data.dispose()


def test_the_last_moment_and_the_longest_gap() -> None:
    now = datetime(2026, 11, 23, 16, 30, 20, tzinfo=UTC)
    assert last_due("0 2 1,15 * *", "UTC", now) == datetime(2026, 11, 15, 2, tzinfo=UTC)
    assert last_due("30 16 * * *", "UTC", now) == datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert longest_gap("0 2 1,15 * *", "UTC", now) == timedelta(days=17)
    assert longest_gap("0 3 * * *", "America/New_York", now) == timedelta(hours=25)
