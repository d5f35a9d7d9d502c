"""Whenever the tests run, the schedules of their servers are hours away."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim
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
    local = now.astimezone(ZoneInfo(settings.jobs_timezone))
    for cron in (settings.evaluation_cron, settings.preload_cron):
        assert next(CronSim(cron, local)) - local > timedelta(hours=10)
        assert local - next(CronSim(cron, local, reverse=True)) > timedelta(hours=10)
