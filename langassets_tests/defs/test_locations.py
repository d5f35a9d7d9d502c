"""Two code locations in one workspace: each is told of its own, and the HTTP API works with its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import httpx
import pytest
from dagster_webserver.app import create_app_from_workspace_process_context as web_app

from langassets.cli.jobs import running
from langassets.defs.alerts.overdue import failing_sensors
from langassets.jobs.dagster.own_runs import own_runs
from langassets.jobs.dagster.queries import ASSET_JOB
from langassets.jobs.dagster.server import DagsterServer
from langassets.settings.dagster import Names
from langassets_tests.defs.conftest import Place
from langassets_tests.defs.daemon import Daemon, daemon

PRELOAD = "preload_frequent_languages"


@pytest.fixture
def lessons(home: Path, lasting_instance: dg.DagsterInstance) -> Iterator[Place]:
    """A pipeline with a prefix."""
    made = Place(home, lasting_instance, ASSET_KEY_PREFIX="lessons")
    yield made
    made.services.data.dispose()


@asynccontextmanager
async def _served(made: Daemon, place: Place) -> AsyncIterator[DagsterServer]:
    """Dagster's own web server over the workspace, for the API of a place."""
    settings = place.services.settings
    server = DagsterServer("http://dagster", lambda: own_runs(place.services), settings.names, patience=60)
    await server._http.aclose()
    server._http = httpx.AsyncClient(transport=httpx.ASGITransport(web_app(made.workspace)))
    async with server:
        yield server


def test_the_api_works_with_the_pipeline_of_its_prefix(
    lessons: Place, demo: Path, tmp_path: Path, lasting_instance: dg.DagsterInstance
) -> None:
    """Beside one without, whose runs are none of its own, and whose names it does not take for its own."""
    other = Place(demo, lasting_instance)

    async def seen(made: Daemon) -> None:
        async with _served(made, lessons) as server:
            state = await server.state()
            assert state.location == "langassets"
            assert {one.job for one in state.schedules} == {"language_evaluation", PRELOAD}
            assert "cleanup_after_evaluation" in {one.name for one in state.sensors}
            assert await server.unfinished(PRELOAD) is None
            [started] = await server.launch(PRELOAD, {}, state)
            assert started.job == PRELOAD
            assert (await server.unfinished(PRELOAD)) == started
            assert [run.id for run in (await server.runs(job=PRELOAD)).runs] == [started.id]
            assert (await server.state()).jobs[PRELOAD].newest == started
            counts = await server.counts()
            assert (counts[PRELOAD].queued, counts["language_cleanup"].queued) == (1, 0)
            run = lasting_instance.get_run_by_id(started.id)
            assert run is not None
            assert run.job_name == f"lessons_{PRELOAD}"
        async with _served(made, other) as server:
            assert (await server.state()).location == "beside"
            assert await server.unfinished(PRELOAD) is None

    with daemon(lessons, other.definitions) as made:
        asyncio.run(seen(made))
    other.services.data.dispose()


def test_an_asset_of_another_pipeline_is_no_job_of_this_one(
    lessons: Place, lasting_instance: dg.DagsterInstance
) -> None:
    """A run of it that has not begun carries no tag yet that would tell."""
    theirs = frozenset({dg.AssetKey(["lessons", "preloaded_translations"])})
    lasting_instance.create_run_for_job(
        lessons.definitions.resolve_implicit_global_asset_job_def(),
        asset_selection=theirs,
        status=dg.DagsterRunStatus.NOT_STARTED,
    )

    async def unfinished(made: Daemon, names: Names) -> str | None:
        async with _served(made, lessons) as server:
            server._names = names
            found = await server.unfinished(PRELOAD)
            return found.job if found else None

    with daemon(lessons) as made:
        assert asyncio.run(unfinished(made, Names(("lessons",)))) == PRELOAD
        assert asyncio.run(unfinished(made, Names())) is None
    assert lasting_instance.get_runs()[0].job_name == ASSET_JOB


def test_a_sensor_of_the_same_name_in_another_location_is_told_of_there(
    home: Path, lasting_instance: dg.DagsterInstance
) -> None:
    @dg.sensor(name="heartbeat", default_status=dg.DefaultSensorStatus.RUNNING)
    def theirs() -> None:
        raise ValueError("theirs")

    place = Place(home, lasting_instance)
    now = datetime.now(UTC)
    with daemon(place, dg.Definitions(sensors=[theirs])) as made:
        for minutes in (0, 6):
            made.sensors(now + timedelta(minutes=minutes))

    def failing(location: str) -> list[str]:
        return [one.title for one in failing_sensors(lasting_instance, location, {"heartbeat"}, {}, "")]

    assert failing("beside") == ["Sensor heartbeat fails"]
    assert not failing("langassets")
    place.services.data.dispose()


def test_run_by_command_works_with_it_too(lessons: Place) -> None:
    """In whose history it stands."""
    instance = lessons.instance
    assert running._run_in(instance, lessons.services, ["cleanup", "preload"], {}) == 0
    assert {run.job_name for run in instance.get_runs()} == {"lessons_language_cleanup", f"lessons_{PRELOAD}"}
    assert instance.get_dynamic_partitions("lessons_language")
