"""The services of deploy/compose.yaml as processes: what a container would run, outside of one.

Commands, environment and health checks are read from the files. What differs is what a container brings:
names of hosts, ports that are free, folders.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil

from langassets_tests.deploy.compose import DEPLOY, Service, image_environ, services
from langassets_tests.project import BIN, ROOT
from langassets_tests.servers.ports import free_port

_T = TypeVar("_T")
# Loading takes half a minute on a busy machine, and four programs do it at once.
PATIENCE = 240.0
# As long as an engine waits before it kills.
STOP_TIME = 60.0
_PORTS = (3000, 4000, 8000)


@dataclass
class Outside:
    """The services in `folder`, with `env_file` as their .env."""

    folder: Path
    env_file: Mapping[str, str]
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services = services(self.env_file)
        self.ports = {port: free_port() for port in _PORTS}
        for name in ("dagster", "state", "home"):
            (self.folder / name).mkdir()
        shutil.copy(DEPLOY / "dagster.yaml", self.folder / "dagster")
        workspace = (DEPLOY / "workspace.yaml").read_text(encoding="utf-8")
        (self.folder / "dagster/workspace.yaml").write_text(
            self._here(workspace.replace("host: code", "host: 127.0.0.1"))
        )

    def _here(self, text: str) -> str:
        """What a container's text means out here."""
        for port, free in self.ports.items():
            text = re.sub(rf"\b{port}\b", str(free), text)
        text = re.sub(r"//(webserver|code|api):", "//127.0.0.1:", text).replace("0.0.0.0", "127.0.0.1")
        for inside, outside in (
            ("/opt/dagster", "dagster"),
            ("/var/lib/dagster", "state"),
            ("/var/lib/langassets", "home"),
        ):
            text = text.replace(inside, str(self.folder / outside))
        return text

    def environ(self, service: Service) -> dict[str, str]:
        """What a process of this service finds in its environment."""
        image = {name: self._here(value) for name, value in image_environ().items()}
        image["PATH"] = f"{BIN}:{os.environ['PATH']}"
        # Where a container has the package installed.
        around = {"HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        return image | around | {name: self._here(value) for name, value in service.environ.items()}

    def command(self, words: Sequence[str]) -> list[str]:
        """A command's words, its program found as the image's PATH would."""
        program, *rest = (self._here(word) for word in words)
        return [str(BIN / program), *rest]

    def run(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the service's environment to its end; its own command, unless told another."""
        service = self.services[name]
        return subprocess.run(
            self.command(words or service.command),
            cwd=self.folder / "home",
            env=self.environ(service),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def start(self, name: str) -> None:
        """Start a service, and wait until its own check finds it well."""
        service = self.services[name]
        with (self.folder / f"{name}.log").open("w") as log:
            self.started[name] = subprocess.Popen(
                self.command(service.command),
                cwd=self.folder / "home",
                env=self.environ(service),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.until(f"{name} to be well", lambda: self.healthy(name) or None)

    def healthy(self, name: str) -> bool:
        """Whether the service's own check finds it well now."""
        return self.run(name, *self.services[name].health).returncode == 0

    def until(self, what: str, found: Callable[[], _T | None]) -> _T:
        """Wait until something is there, and everything that was started is still up."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for name, process in self.started.items():
                assert process.poll() is None, f"{name} ended:\n{self.log(name)}"
            if value := found():
                return value
            time.sleep(0.5)
        raise AssertionError(f"waited in vain for {what}\n" + "\n".join(map(self.log, self.started)))

    def log(self, name: str) -> str:
        """The end of what a service said."""
        text = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join([f"-- {name}", *text.splitlines()[-40:]])

    def stop(self, name: str) -> int:
        """Ask a service to end as an engine does; its exit code. Kills what does not heed, and raises."""
        process = self.started.pop(name)
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        try:
            return process.wait(STOP_TIME)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            _, left = psutil.wait_procs(family, timeout=10)
            for one in left:
                one.kill()


@contextmanager
def outside(folder: Path, env_file: Mapping[str, str]) -> Iterator[Outside]:
    """The services, none of them started; what was is stopped when the block ends."""
    made = Outside(folder, env_file)
    try:
        yield made
    finally:
        for name in reversed(list(made.started)):
            with suppress(subprocess.TimeoutExpired):
                made.stop(name)
