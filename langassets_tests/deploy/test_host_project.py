"""A project made by `create-dagster`, in its own environment: the wheel, our component twice, and a host
that has an asset and a resource named `services`."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from langassets_tests.api.running import wait_until
from langassets_tests.project import ROOT
from langassets_tests.servers.ports import free_port

# An environment is made, which takes longer than any test else.
pytestmark = [pytest.mark.host, pytest.mark.timeout(600)]
UV = (sys.executable, "-m", "uv", "--system-certs")
PREFIXES = ("lessons", "courses")
# As dagster.yaml of any deployment; the limits of pools are what the component's page asks for.
DAGSTER_YAML = """concurrency: {pools: {default_limit: 1, granularity: op}}
telemetry: {enabled: false}
"""
OWN = """import dagster as dg

@dg.asset(required_resource_keys={"services"})
def host_asset(context) -> None:
    assert context.resources.services == "the host's own"

@dg.definitions
def defs() -> dg.Definitions:
    job = dg.define_asset_job("host_job", ["host_asset"])
    return dg.Definitions([host_asset], jobs=[job], resources={"services": "the host's own"})
"""


class HostProject:
    """The project, its environment and its home, all below one folder."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.bin = root, root / "host", root / "env/bin"
        self.dagster_home = root / "dagster"
        for made in (self.dagster_home, root / "home"):
            made.mkdir()
        (self.dagster_home / "dagster.yaml").write_text(DAGSTER_YAML)
        path = f"{self.bin}:{os.environ['PATH']}"
        self.environ = {"PATH": path, "HOME": str(root / "home"), "DAGSTER_HOME": str(self.dagster_home)}

    def ok(self, *command: str, **environ: str) -> str:
        """What a command in the project prints that has to succeed."""
        where = self.folder if self.folder.exists() else self.root
        done = subprocess.run(
            command, cwd=where, env=self.environ | environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def ended(self) -> dict[str, set[str]]:
        """How the runs of each job ended, or what they are at."""
        with dg.DagsterInstance.from_config(str(self.dagster_home)) as instance:
            found: dict[str, set[str]] = {}
            for run in instance.get_runs():
                found.setdefault(run.job_name, set()).add(run.status.value)
            return found


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> HostProject:
    made = HostProject(tmp_path_factory.mktemp("host"))
    dist, python = made.root / "dist", str(made.bin / "python")

    def uv(*command: str) -> None:
        subprocess.run([*UV, *command], check=True, cwd=ROOT, capture_output=True)

    uv("build", "--wheel", "-o", str(dist))
    [wheel] = dist.glob("*.whl")
    uv("venv", str(made.root / "env"), "--python", sys.executable)
    uv("pip", "install", "--python", python, "-r", str(ROOT / "requirements.lock"))
    version = dg.__version__
    uv("pip", "install", "--python", python, f"dagster-dg-cli=={version}", f"create-dagster=={version}")
    uv("pip", "install", "--python", python, "--no-deps", str(wheel))
    made.ok("create-dagster", "project", "host", "--no-uv-sync")
    uv("pip", "install", "--python", python, "--no-deps", "-e", str(made.folder))
    for prefix in PREFIXES:
        made.ok("dg", "scaffold", "defs", "langassets.LanguageAssets", prefix)
        made.ok("langassets", "demo", LANGASSETS_HOME=str(made.folder / ".langassets" / prefix))
    (made.folder / "src/host/defs/own.py").write_text(OWN)
    return made


def test_it_is_found_checked_and_listed(project: HostProject) -> None:
    assert "langassets.LanguageAssets" in project.ok("dg", "list", "components", "--json")
    project.ok("dg", "check", "yaml")
    project.ok("dg", "check", "defs")
    listed = project.ok("dg", "list", "defs", "--json")
    keys = ("host_asset", *(f"{one}/cleaned_storage_state" for one in PREFIXES))
    assert all(f'"{key}"' in listed for key in keys)


@pytest.fixture
def server(project: HostProject) -> Iterator[None]:
    command = ["dg", "dev", "--port", str(free_port())]
    with (project.root / "dev.log").open("w") as log:
        started = subprocess.Popen(
            command, cwd=project.folder, env=project.environ, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(started.pid, signal.SIGINT)
            started.wait(60)


@pytest.mark.usefixtures("server")
def test_both_work_by_themselves_and_a_cleanup_follows_its_own_tier(project: HostProject) -> None:
    preloads = [f"{one}_preload_frequent_languages" for one in PREFIXES]
    wait_until(lambda: all("SUCCESS" in project.ended().get(one, ()) for one in preloads), 180)
    project.ok("dg", "launch", "--job", "host_job")
    project.ok("dg", "launch", "--job", "courses_language_evaluation")
    wait_until(lambda: "SUCCESS" in project.ended().get("courses_language_cleanup", ()), 120)
    ended = project.ended()
    assert "lessons_language_cleanup" not in ended
    assert ended["host_job"] == {"SUCCESS"}
