"""Nothing is purged by a clock that other machines, or what was run before, speak against."""

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.jobs import history
from langassets.jobs.cleanup import clocks
from langassets.jobs.cleanup.clocks import ClockReading
from langassets.jobs.cleanup.job import clean_up
from langassets.retention.plan import Action
from langassets.services import Services, utc_now
from langassets.settings import load_settings
from langassets.storage.keys import LessonKey, archived
from langassets_tests.jobs.lessons import NOW
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

ARCHIVED = archived(LessonKey("fr", "1", "text"), utc_now() - timedelta(days=100))
MOMENTS = st.timedeltas(timedelta(days=-3000), timedelta(days=3000)).map(lambda time: NOW + time)
Opened = Callable[..., Services]


@pytest.fixture
def opened(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Opened]:
    shutil.copyfile(migrated_sqlite, tmp_path / "langassets.db")
    made: list[Services] = []

    def open_with(clock: Callable[[], datetime] = utc_now, **environ: str) -> Services:
        given = {"LANGASSETS_HOME": str(tmp_path), "MAX_DELETE_FRACTION": "1", "PREDEFINED_LANGUAGES": "en"}
        made.append(Services(load_settings(given | environ), clock))
        return made[-1]

    yield open_with
    for services in made:
        services.data.dispose()


async def purged(services: Services) -> list[str]:
    """What a cleanup purges, when all that there is to do is that."""
    async with services.store() as store:
        await store.write(ARCHIVED, json.dumps({"text": "Un."}).encode())
    report = await clean_up(services, run_id="run")
    kept = {reason for _, reason in report.survey.plan.kept}
    assert bool(report.done) is not any(reason.startswith("not purged: ") for reason in kept)
    assert {step.action for step in report.done} <= {Action.PURGE}
    return [step.key for step in report.done]


async def test_the_clock_of_storage_speaks_against_it(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with SupabaseStorageServer() as server:
        services = opened(SUPABASE_URL=server.url, SUPABASE_SERVICE_ROLE_KEY=server.key)
        server.ahead = timedelta(days=-80)
        assert await purged(services) == []
        assert "Nothing is purged" in caplog.text
        assert "80 days ahead of that of Supabase" in caplog.text
        server.ahead = timedelta(days=80)  # a clock that is behind purges nothing too early
        assert await purged(services) == [ARCHIVED]


async def test_the_clock_of_the_database_speaks_against_it(
    opened: Opened, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = opened(DATABASE_URL=postgres_url)
    assert await purged(services) == [ARCHIVED]
    monkeypatch.setattr(clocks, "utc_now", lambda: utc_now() + timedelta(hours=3))
    why_distrusted = await clocks.why_distrusted(services)
    assert why_distrusted is not None
    assert "3 hours ahead of that of the database" in why_distrusted
    assert await purged(services) == []


async def test_alone_on_a_machine_a_leap_is_waited_out_for_a_day(opened: Opened) -> None:
    services = opened()
    assert await purged(services) == [ARCHIVED], "nothing is known of earlier runs"
    today = utc_now()
    for run, started in (("last", today), ("under the wrong clock", today + timedelta(days=300))):
        history.begin(services.data, (run, "cleaned_storage_state", started), [])
    assert await purged(opened(lambda: today + timedelta(days=300, minutes=5))) == []
    assert await purged(opened(lambda: today + timedelta(days=301, minutes=5))) == [ARCHIVED]


@given(MOMENTS, st.timedeltas(timedelta(days=-900), timedelta(days=900)))
def test_a_clock_ahead_by_more_than_an_hour_is_named(there: datetime, ahead: timedelta) -> None:
    said = clocks.far_ahead({"a": ClockReading(there, there), "b": ClockReading(there, there + ahead)})
    assert (said is not None) is (ahead > timedelta(hours=1))
    assert said is None or "of b:" in said


@given(st.timedeltas(timedelta(), timedelta(days=900)))
def test_schedules_leave_no_gap_of_a_month(silence: timedelta) -> None:
    assert (clocks.long_silence(NOW - silence, NOW) is not None) is (silence > timedelta(days=35))
    assert clocks.long_silence(None, NOW) is None
