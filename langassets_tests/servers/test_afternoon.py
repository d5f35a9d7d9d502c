"""Whenever the tests run, the schedules of their servers are hours away."""

from datetime import UTC, datetime, timedelta

from dagster._utils.schedules import schedule_execution_time_iterator
from hypothesis import given
from hypothesis import strategies as st

from langassets.settings import load_settings
from langassets_tests.servers.afternoon import afternoon


@given(
    st.timedeltas(timedelta(), timedelta(days=3653)).map(
        lambda later: datetime(2026, 1, 1, tzinfo=UTC) + later
    )
)
def test_no_schedule_is_near(now: datetime) -> None:
    settings = load_settings(afternoon(now))
    for cron in (settings.evaluation_cron, settings.preload_cron):
        for ascending in (True, False):
            near = schedule_execution_time_iterator(now.timestamp(), cron, settings.jobs_timezone, ascending)
            assert abs(next(near) - now) > timedelta(hours=10)
