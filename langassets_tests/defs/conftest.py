"""A demonstration of a test's own, and Dagster's state beside it."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest

from langassets.definitions import assemble
from langassets.ingestion.demo import load_demo
from langassets.jobs.services import Services
from langassets.settings import load_settings


@dataclass
class Tick:
    """What came of one look: runs asked for, what was said, and the cursor that is kept."""

    run_requests: Sequence[dg.RunRequest]
    said: str
    cursor: str | None


class Place:
    """langassets over the demonstration, with settings of the test's own."""

    def __init__(self, home: Path, instance: dg.DagsterInstance, **environ: str) -> None:
        self.home = home
        self.instance = instance
        settings = {"LANGASSETS_HOME": str(home), "RETRY_DELAY": "0"} | environ
        self.services = Services(load_settings(settings))
        self.definitions = assemble(self.services)
        self.repository = self.definitions.get_repository_def()

    def run(self, job: str, **options: object) -> dg.ExecuteInProcessResult:
        """Run a job here and now."""
        return self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            raise_on_error=False,
            **options,  # type: ignore[arg-type]
        )

    def tick(self, sensor: str, cursor: str | None = None) -> "Tick":
        """What a sensor does now."""
        context = dg.build_sensor_context(
            instance=self.instance, cursor=cursor, repository_def=self.repository
        )
        data = self.repository.get_sensor_def(sensor).evaluate_tick(context)
        return Tick(data.run_requests or [], data.skip_message or "", data.cursor or cursor)

    def schedule_tick(self, schedule: str, at: datetime) -> "Tick":
        """What a schedule does when its moment is `at`."""
        context = dg.build_schedule_context(instance=self.instance, scheduled_execution_time=at)
        data = self.repository.get_schedule_def(schedule).evaluate_tick(context)
        return Tick(data.run_requests or [], data.skip_message or "", None)

    def unfinished(self, job: str, status: dg.DagsterRunStatus, **tags: str) -> dg.DagsterRun:
        """A run that stands in Dagster as it was left."""
        return self.instance.create_run_for_job(
            self.definitions.resolve_job_def(job), status=status, tags=tags
        )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's database, to make copies of."""
    home = tmp_path_factory.mktemp("demo")
    services = Services(load_settings({"LANGASSETS_HOME": str(home)}))
    load_demo(services.data, services.clock())
    services.data.dispose()
    return home


@pytest.fixture
def home(demo: Path, tmp_path: Path) -> Path:
    """A demonstration of the test's own."""
    return Path(shutil.copytree(demo, tmp_path / "home"))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """A Dagster instance of the test's own."""
    state = tmp_path / "dagster"
    state.mkdir()
    with dg.DagsterInstance.ephemeral(str(state)) as made:
        yield made


@pytest.fixture
def lasting_instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """One with files of its own, and so with ticks: it takes a second or two to make."""
    state = tmp_path / "lasting"
    state.mkdir()
    with dg.DagsterInstance.local_temp(str(state)) as made:
        yield made


@pytest.fixture
def place(home: Path, instance: dg.DagsterInstance) -> Iterator[Place]:
    """langassets with the settings that nobody set."""
    made = Place(home, instance)
    yield made
    made.services.data.dispose()
