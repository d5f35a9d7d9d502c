"""A demonstration of a test's own, and Dagster's state beside it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance.ref import InstanceRef

from langassets.definitions import assemble
from langassets.ingestion.demo import load_demo
from langassets.jobs.dagster.queries import DEPLOYMENT_TAG
from langassets.services import Services, utc_now
from langassets.settings import load_settings


@dataclass
class Tick:
    """What came of one look: runs asked for, what was said, and the cursor that is kept."""

    run_requests: Sequence[dg.RunRequest]
    said: str
    cursor: str | None


def sensor_tick(
    repository: dg.RepositoryDefinition, instance: dg.DagsterInstance, sensor: str, cursor: str | None = None
) -> Tick:
    """What a sensor does now. The context is left at once: what Python collects of it later puts back the
    storage of definitions of a test that has ended."""
    with dg.build_sensor_context(instance=instance, cursor=cursor, repository_def=repository) as context:
        data = repository.get_sensor_def(sensor).evaluate_tick(context)
    return Tick(data.run_requests or [], data.skip_message or "", data.cursor or cursor)


class Place:
    """langassets over the demonstration, with settings of the test's own."""

    def __init__(
        self,
        home: Path,
        instance: dg.DagsterInstance,
        clock: Callable[[], datetime] = utc_now,
        **environ: str,
    ) -> None:
        self.home = home
        self.instance = instance
        settings = {"LANGASSETS_HOME": str(home), "RETRY_DELAY": "0"} | environ
        self.services = Services(load_settings(settings), clock)
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
        return sensor_tick(self.repository, self.instance, sensor, cursor)

    def schedule_tick(self, schedule: str, at: datetime) -> "Tick":
        """What a schedule does when its moment is `at`."""
        with dg.build_schedule_context(instance=self.instance, scheduled_execution_time=at) as context:
            data = self.repository.get_schedule_def(schedule).evaluate_tick(context)
        return Tick(data.run_requests or [], data.skip_message or "", None)

    def unfinished(self, job: str, status: dg.DagsterRunStatus, **tags: str) -> dg.DagsterRun:
        """A run of this deployment that stands in Dagster as it was left."""
        own = {DEPLOYMENT_TAG: self.services.deployment.tag}
        return self.instance.create_run_for_job(
            self.definitions.resolve_job_def(job), status=status, tags=own | tags
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


# What is asked for waits in the queue: nothing here takes it from there.
_QUEUE = {"run_coordinator": {"module": "dagster.core.run_coordinator", "class": "QueuedRunCoordinator"}}


@pytest.fixture(scope="session")
def lasting_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dagster's own files of an instance in which nothing has happened, to make copies of."""
    state = tmp_path_factory.mktemp("lasting")
    with dg.DagsterInstance.local_temp(str(state), overrides=_QUEUE) as made:
        made.all_instigator_state()  # or the ticks' database would not be there yet
    return state


@pytest.fixture
def lasting_instance(lasting_state: Path, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """One with files of its own, and so with ticks."""
    state = shutil.copytree(lasting_state, tmp_path / "lasting")
    with dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(state), overrides=_QUEUE)) as made:
        yield made


@pytest.fixture
def place(home: Path, instance: dg.DagsterInstance) -> Iterator[Place]:
    """langassets with the settings that nobody set."""
    made = Place(home, instance)
    yield made
    made.services.data.dispose()
