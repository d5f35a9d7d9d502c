"""What the doctor finds, and what its checks share."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from langassets.jobs.cleanup.clocks import ClockReading
from langassets.jobs.dagster.own_runs import own_runs
from langassets.jobs.dagster.server import DagsterServer
from langassets.jobs.dagster.state import DagsterState
from langassets.services import Services


class Verdict(StrEnum):
    """How an item stands. Only `failed` would stop a job."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One item: what was seen, and what to do where something is wrong."""

    item: str
    verdict: Verdict
    seen: str
    cure: str = ""


@dataclass(slots=True)
class Examined:
    """What the checks work with, and leave for those after them.

    `broken` names the items that later ones cannot do without; `clocks` are what time the servers have.
    """

    services: Services
    broken: set[str] = field(default_factory=set)
    clocks: dict[str, ClockReading] = field(default_factory=dict)
    state: DagsterState | None = None
    with_server: bool = True
    """Whether what only the server needs is to be looked at."""

    _server: DagsterServer | None = None

    @property
    def server(self) -> DagsterServer:
        """Dagster's web server, as the settings name it."""
        if self._server is None:
            services = self.services
            url = services.settings.web_ui_url
            self._server = DagsterServer(
                url, lambda: own_runs(services), services.settings.names, patience=15
            )
        return self._server

    def keep_time(self, name: str, seen: ClockReading | None) -> None:
        """Keep what time a server has, where it said so."""
        if seen:
            self.clocks[name] = seen

    async def close(self) -> None:
        """Let go of what was opened."""
        if self._server:
            await self._server.__aexit__()
        if "data" in vars(self.services):
            self.services.data.dispose()


Check = Callable[[Examined], AsyncIterator[Finding]]
"""One or a few items; its name is the first one's. A `LangassetsError` that it raises is a finding too."""


def ok(item: str, seen: str) -> Finding:
    """It works."""
    return Finding(item, Verdict.OK, seen)


def warning(item: str, seen: str, cure: str) -> Finding:
    """It works, and something about it wants looking at."""
    return Finding(item, Verdict.WARNING, seen, cure)


def failed(item: str, seen: str, cure: str) -> Finding:
    """It would stop a job."""
    return Finding(item, Verdict.FAILED, seen, cure)


def skipped(item: str, seen: str) -> Finding:
    """It could not be tried; `seen` says why."""
    return Finding(item, Verdict.SKIPPED, seen)
