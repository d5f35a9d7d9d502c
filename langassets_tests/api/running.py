"""The API as it is used: uvicorn on 127.0.0.1, alone or beside Dagster."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from langassets.api import create_app
from langassets.cli.servers.api import SERVING
from langassets.services import Services
from langassets.settings import Settings
from langassets_tests.servers.afternoon import AFTERNOON
from langassets_tests.servers.ports import free_port

TOKEN = "the-token-of-the-tests-0123456789"
OTHER_TOKEN = "the-next-token-of-the-tests-98765"
BY_TOKEN = {"Authorization": f"Bearer {TOKEN}"}

_ROOT = Path(__file__).parents[2]


def settings_of(home: Path, **given: Any) -> Settings:
    """Settings for an API of this test's own; nothing listens where it looks for Dagster."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    values: dict[str, Any] = {"admin_api_token": f"{TOKEN}, {OTHER_TOKEN}", "dagster_webserver_url": nowhere}
    return Settings(**{"langassets_home": home, **values, **given})


@contextmanager
def served(settings: Settings) -> Iterator[httpx.Client]:
    """A client for an API in a thread of this process."""
    app = create_app(Services(settings))
    config = uvicorn.Config(app, port=free_port(), log_config=None, **SERVING)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="api")
    thread.start()
    try:
        wait_until(lambda: server.started, 60)
        with httpx.Client(base_url=f"http://127.0.0.1:{config.port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


@dataclass(frozen=True)
class Started:
    """A `langassets` command that runs in the background, where its API answers, and its home."""

    process: subprocess.Popen[bytes]
    url: str
    home: Path
    dagster: str

    def client(self) -> httpx.Client:
        """A client for its API."""
        return httpx.Client(base_url=self.url, timeout=60)


@contextmanager
def started(command: str, folder: Path, **variables: str) -> Iterator[Started]:
    """`langassets api` or `langassets ui`, as from a shell; it is stopped as by Ctrl-C afterwards."""
    shutil.copy(_ROOT / "dagster.yaml", folder)
    environ = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        **AFTERNOON,
        "LANGASSETS_HOME": str(folder / "langassets"),
        "DAGSTER_HOME": str(folder),
        "ADMIN_API_TOKEN": TOKEN,
        "API_PORT": str(free_port()),
        "WEBSERVER_PORT": str(free_port()),
        **variables,
    }
    api, web = (f"http://127.0.0.1:{environ[name]}" for name in ("API_PORT", "WEBSERVER_PORT"))
    script = str(Path(sys.executable).with_name("langassets"))
    with (folder / f"{command}.log").open("ab") as log:
        process = subprocess.Popen([script, command], env=environ, cwd=folder, stdout=log, stderr=log)
        try:
            yield Started(process, api, Path(environ["LANGASSETS_HOME"]), web)
        finally:
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(60)
            process.kill()
            process.wait()


def wait_until(true: Callable[[], bool], seconds: float, what: str = "it did not come to be") -> None:
    """Wait for something that takes as long as it takes; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} within {seconds:.0f} s"
        time.sleep(0.1)


def answers(client: httpx.Client, path: str, status: int = 200) -> bool:
    """Whether a path answers with this status by now."""
    try:
        return client.get(path).status_code == status
    except httpx.HTTPError:
        return False


def shape(value: object) -> object:
    """A JSON value with types in the place of its values; a list's shape is that of its first."""
    if isinstance(value, Mapping):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def ended(client: httpx.Client, run_id: str) -> bool:
    """Whether a run has ended by now."""
    try:
        return client.get(f"/api/jobs/runs/{run_id}").json()["data"]["endedAt"] is not None
    except (httpx.HTTPError, KeyError):  # what is coming up again does not answer yet
        return False
