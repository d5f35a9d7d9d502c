"""A reload of the code is no start of the server, whoever has loaded it."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from langassets.cli.servers.ports import answers
from langassets_tests.project import BIN, Project
from langassets_tests.servers.afternoon import AFTERNOON
from langassets_tests.servers.dagster_dev import Dev, dagster_dev
from langassets_tests.servers.ports import free_port
from langassets_tests.servers.waiting import wait_until

PRELOAD, SENSOR = "preload_frequent_languages", "preload_on_startup"

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    made = Project(folder)
    made.ok("langassets", "demo")
    return made


def a_reload_starts_no_preload(server: Dev, preloads: int = 1) -> None:
    """So many there are by the start, and none more after the code was loaded anew."""
    server.until("the preload of the start", lambda: len(server.runs(PRELOAD)) == preloads)
    server.reload()
    reloaded = time.time()

    def looked_twice_since() -> list[str | None] | None:
        ticks = [tick for tick in server.sensor(SENSOR) if tick["timestamp"] > reloaded]
        ended = [tick["skipReason"] for tick in ticks if tick["status"] != "STARTED"]
        return ended if len(ended) > 1 else None

    reasons = server.until("the sensor to look twice at the new code", looked_twice_since)
    assert set(reasons) == {"Already preloaded since the server started."}
    assert len(server.runs(PRELOAD)) == preloads


def test_under_our_own_command(project: Project, tmp_path: Path) -> None:
    with dagster_dev(project, tmp_path / "ui.log", ("langassets", "ui"), API_PORT=str(free_port())) as server:
        a_reload_starts_no_preload(server)


def test_under_a_code_server_of_its_own(project: Project, tmp_path: Path) -> None:
    """Started by hand, as in a container of its own: nobody tells it when the server started."""
    with code_server(project, tmp_path / "code.log") as port:
        workspace = tmp_path / "workspace.yaml"
        address = f"{{host: 127.0.0.1, port: {port}, location_name: langassets}}"
        workspace.write_text(f"load_from:\n  - grpc_server: {address}\n", encoding="utf-8")
        command = ("dagster", "dev", "-w", str(workspace), "--host", "127.0.0.1", "--port", "{port}")
        with dagster_dev(project, tmp_path / "dev.log", command) as server:
            a_reload_starts_no_preload(server)


@contextmanager
def code_server(project: Project, log: Path) -> Iterator[int]:
    port = free_port()
    where = ("--host", "127.0.0.1", "--port", str(port), "--location-name", "langassets")
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(BIN / "dagster"), "code-server", "start", "-m", "langassets.definitions", *where],
            cwd=project.folder,
            env=project.env | AFTERNOON | {"DAGSTER_HOME": str(project.folder)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until("the code server", lambda: answers(port), alive=process, told=log.read_text)
        yield port
    finally:
        process.terminate()
        process.wait(60)
