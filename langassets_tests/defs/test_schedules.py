"""Schedules: at the edges of daylight saving, after a downtime, and beside a run that is still under way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from langassets.defs.runs.due import last_due, longest_gap
from langassets_tests.defs.conftest import Place
from langassets_tests.defs.daemon import daemon

NEW_YORK = ZoneInfo("America/New_York")
EVALUATION, PRELOAD = "language_evaluation_schedule", "preload_frequent_languages_schedule"

NOTES = "recover_cut_runs"  # the sensor that looks at the patterns whenever it looks


@pytest.fixture
def instance(lasting_instance: dg.DagsterInstance) -> dg.DagsterInstance:
    """A schedule looks its instance up by an address."""
    return lasting_instance


@pytest.fixture
def place(home: Path, instance: dg.DagsterInstance) -> Iterator[Place]:
    """The patterns have been in force since new year."""
    made = _loaded(home, instance, datetime(2026, 1, 1, tzinfo=UTC))
    yield made
    made.services.data.dispose()


def _loaded(home: Path, instance: dg.DagsterInstance, at: datetime, **environ: str) -> Place:
    """The definitions, as they are loaded at some moment."""
    return Place(home, instance, lambda: at, **environ)


def _names(runs: list[dg.DagsterRun]) -> list[str]:
    return sorted(run.tags["dagster/run_key"] for run in runs)


def _end(place: Place, runs: list[dg.DagsterRun]) -> None:
    for run in runs:
        place.instance.report_run_canceled(run)


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
    assert last_due(cron, "America/New_York", day + timedelta(hours=12)).timestamp() == ticks[0].timestamp()


def test_the_15th_that_falls_in_a_downtime_is_made_up_for_once(place: Place) -> None:
    """The real scheduler, stopped on the 14th and started again on the 16th, with the code loaded anew."""
    with daemon(place) as before:
        assert not before.schedules(datetime(2026, 11, 14, 1, 50, tzinfo=UTC))
        [preload] = before.schedules(datetime(2026, 11, 14, 3, 0, 20, tzinfo=UTC))
        _end(place, [preload])
    started = datetime(2026, 11, 16, 9, tzinfo=UTC)
    again = _loaded(place.home, place.instance, started)
    with daemon(again) as after:
        runs = after.schedules(started)
        assert _names(runs) == [
            f"{EVALUATION} 2026-11-15T02:00:00+00:00",
            f"{PRELOAD} 2026-11-16T03:00:00+00:00",
        ]
        _end(again, runs)
        assert not after.schedules(started + timedelta(minutes=1))
    with daemon(again) as once_more:
        assert not once_more.schedules(started + timedelta(minutes=2))
    again.services.data.dispose()


@pytest.mark.parametrize("hour", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_clock_that_was_an_hour_off_starts_everything_once(place: Place, hour: timedelta) -> None:
    """It is set right after the moment, or just before it comes for the second time."""
    due = datetime(2026, 11, 17, 3, tzinfo=UTC)
    with daemon(place) as wrong:
        assert not wrong.schedules(due - timedelta(minutes=30) + min(hour, timedelta()))
        runs = wrong.schedules(due + timedelta(seconds=10))
        _end(place, runs)
        later = wrong.schedules(due + timedelta(seconds=10) - hour)
        assert _names([*runs, *later]) == [f"{PRELOAD} 2026-11-17T03:00:00+00:00"]
        assert not wrong.schedules(due + timedelta(minutes=20))


def test_a_changed_pattern_fires_no_moment_from_before_the_change(place: Place) -> None:
    """Dagster alone would: 13:30 lies between its last note and the restart."""
    noon = datetime(2026, 11, 17, 12, tzinfo=UTC)
    with daemon(place) as before:
        assert not before.schedules(noon)
    place.tick(NOTES)
    changed = _loaded(place.home, place.instance, noon + timedelta(hours=2), PRELOAD_CRON="30 13 * * *")
    with daemon(changed) as after:
        assert not after.schedules(noon + timedelta(hours=2, seconds=5))
        assert _names(after.schedules(noon + timedelta(days=1, hours=2))) == [
            f"{PRELOAD} 2026-11-18T13:30:00+00:00"
        ]
    tick = changed.schedule_tick(PRELOAD, noon + timedelta(minutes=90))
    assert "the pattern is newer" in tick.said
    changed.services.data.dispose()


def test_a_pattern_that_was_changed_and_missed_in_a_downtime_is_made_up_for(place: Place) -> None:
    """It is in force from its first look on, though no moment of it has come yet."""
    third, sixteenth = datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 16, 12, tzinfo=UTC)
    with daemon(place) as before:
        assert not before.schedules(third - timedelta(hours=1))
    pattern = {"EVALUATION_CRON": "0 2 2,16 * *", "PRELOAD_CRON": "0 3 1 * *"}
    changed = _loaded(place.home, place.instance, third, **pattern)
    with daemon(changed) as short:
        assert not short.schedules(third + timedelta(minutes=1))
    changed.tick(NOTES)
    again = _loaded(place.home, place.instance, sixteenth, **pattern)
    with daemon(again) as after:
        assert _names(after.schedules(sixteenth)) == [f"{EVALUATION} 2026-11-16T02:00:00+00:00"]
    for one in (changed, again):
        one.services.data.dispose()


def test_what_was_due_while_it_was_switched_off_is_not_made_up_for(place: Place) -> None:
    day = datetime(2026, 11, 17, 1, tzinfo=UTC)
    with daemon(place) as before:
        before.schedules(day)
    off = _loaded(place.home, place.instance, day, ENABLE_BACKGROUND_JOBS="false")
    off.tick(NOTES)
    on = _loaded(place.home, place.instance, day + timedelta(hours=6))
    with daemon(on) as after:
        assert not after.schedules(day + timedelta(hours=6, seconds=5))
    for one in (off, on):
        one.services.data.dispose()


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
    for cron, timezone, gap in (
        ("0 2 1,15 * *", "UTC", timedelta(days=17)),
        ("0 3 * * *", "America/New_York", timedelta(hours=25)),
        ("0 0 31 * *", "UTC", timedelta(days=61)),
        ("0 0 1 1 *", "UTC", timedelta(days=366)),
        ("* * * * *", "UTC", timedelta(minutes=1)),
        ("0 0 29 2 ?", "UTC", timedelta(days=1461)),
        ("0 0 */2 * 1", "UTC", timedelta(days=2)),
        # The longest is over new year, and lies half beyond the year that is looked at.
        ("0 3 */3 1-11 *", "UTC", timedelta(days=34)),
    ):
        assert longest_gap(cron, timezone, now.date()) == gap, cron
