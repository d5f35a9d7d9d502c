"""A real `dagster dev`: web server, daemon and code server, as one tree of processes."""

import json
import signal
import subprocess
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import psutil

from langassets_tests.project import BIN, Project
from langassets_tests.servers.afternoon import AFTERNOON
from langassets_tests.servers.ports import free_port
from langassets_tests.servers.waiting import PATIENCE, wait_until

_T = TypeVar("_T")


class Dev:
    """One server over a project, by `dagster dev` or another command; `log` is what it said."""

    def __init__(
        self,
        project: Project,
        log: Path,
        command: Sequence[str] = ("dagster", "dev", "--host", "127.0.0.1", "--port", "{port}"),
        **environ: str,
    ) -> None:
        self.port = free_port()
        self.log = log
        with log.open("w") as out:
            self.process = subprocess.Popen(
                [str(BIN / command[0]), *(part.format(port=self.port) for part in command[1:])],
                cwd=project.folder,
                env=project.env
                | AFTERNOON
                | {"DAGSTER_HOME": str(project.folder), "WEBSERVER_PORT": str(self.port)}
                | environ,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def ask(self, query: str, **variables: Any) -> Any:
        """What GraphQL answers; raises OSError while nobody listens."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            body = json.load(answer)
        assert "errors" not in body, body["errors"]
        return body["data"]

    def runs(self, job: str | None = None) -> list[dict[str, Any]]:
        """All runs, the oldest first: id, job, status and tags."""
        found = self.ask(
            "query($filter: RunsFilter) { runsOrError(filter: $filter) { ... on Runs { results "
            "{ runId jobName status tags { key value } } } } }",
            filter={"pipelineName": job} if job else {},
        )["runsOrError"]["results"]
        for run in found:
            run["tags"] = {tag["key"]: tag["value"] for tag in run["tags"]}
        return list(reversed(found))

    def launch(self, job: str) -> str:
        """Start a job as the web UI does; its run's id."""
        answer = self.ask(
            "mutation($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename "
            "... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }",
            params={
                "mode": "default",
                "selector": {
                    "repositoryLocationName": "langassets",
                    "repositoryName": "__repository__",
                    "pipelineName": job,
                },
            },
        )["launchRun"]
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def reload(self) -> None:
        """Reload the code, as the web UI's button does; returns when the new code is there."""
        answer = self.ask(
            'mutation { reloadRepositoryLocation(repositoryLocationName: "langassets") { __typename '
            "... on WorkspaceLocationEntry { loadStatus locationOrLoadError { __typename } } } }"
        )["reloadRepositoryLocation"]
        assert answer["locationOrLoadError"]["__typename"] == "RepositoryLocation", answer

    def sensor(self, name: str) -> list[dict[str, Any]]:
        """The newest ticks of a sensor: status, timestamp and reason for skipping."""
        selector = {
            "repositoryLocationName": "langassets",
            "repositoryName": "__repository__",
            "sensorName": name,
        }
        found = self.ask(
            "query($selector: SensorSelector!) { sensorOrError(sensorSelector: $selector) { ... on Sensor "
            "{ sensorState { ticks(limit: 20) { status timestamp skipReason } } } } }",
            selector=selector,
        )
        return list(found["sensorOrError"]["sensorState"]["ticks"])

    def until(self, what: str, found: Callable[[], _T | None], patience: float = PATIENCE) -> _T:
        """Wait until something is there."""
        return wait_until(what, found, alive=self.process, patience=patience, told=self._end_of_log)

    def tree(self) -> list[psutil.Process]:
        """Every process of it, runs included."""
        top = psutil.Process(self.process.pid)
        return [*top.children(recursive=True), top]

    def cut(self) -> None:
        """The power fails."""
        for process in self.tree():
            process.send_signal(signal.SIGSTOP)  # or the daemon would see its runs die
        for process in self.tree():
            process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it in good order, and whatever is left of it."""
        tree = self.tree() if self.process.poll() is None else []
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for process in tree:
            if process.is_running():
                process.kill()

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-60:])


@contextmanager
def dagster_dev(
    project: Project, log: Path, command: Sequence[str] | None = None, **environ: str
) -> Iterator[Dev]:
    """A server whose location is loaded, by `dagster dev` unless another command is given; stopped when the
    block ends, if it has not been cut by then."""
    server = Dev(project, log, command, **environ) if command else Dev(project, log, **environ)
    try:
        server.until(
            "the location to load",
            lambda: server.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")[
                "repositoriesOrError"
            ]["nodes"],
        )
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
