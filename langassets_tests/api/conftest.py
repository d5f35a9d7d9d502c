"""An API alone for most tests, and one beside a real Dagster for those that start jobs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from langassets_tests.api.running import Started, answers, served, settings_of, started, wait_until


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Path:
    """A home with a migrated database."""
    shutil.copyfile(migrated_sqlite, tmp_path / "langassets.db")
    return tmp_path


@pytest.fixture
def api(home: Path) -> Iterator[httpx.Client]:
    """An API without Dagster."""
    with served(settings_of(home)) as client:
        yield client


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """`langassets ui`: web server, daemon, code and API, as an operator starts them. One for all tests, since
    it takes half a minute to load."""
    with started("ui", tmp_path_factory.mktemp("live")) as running, running.client() as client:
        wait_until(lambda: answers(client, "/ready"), 180, "langassets ui did not come to be ready")
        wait_until(lambda: _is_running(client), 120, "the daemon was not heard of")
        yield running


@pytest.fixture
def live_api(live: Started) -> Iterator[httpx.Client]:
    """A client for the API of `live`."""
    with live.client() as client:
        yield client


def _is_running(client: httpx.Client) -> bool:
    answer = client.get("/api/jobs/status")
    return answer.status_code == 200 and answer.json()["data"]["isRunning"] is True
