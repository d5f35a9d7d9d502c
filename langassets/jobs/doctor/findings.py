"""What the doctor finds, and what its checks share."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

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
    """One item ('' for what the check is called): what was seen, and what to do where something is wrong."""

    item: str
    verdict: Verdict
    seen: str
    cure: str = ""


@dataclass
class Examined:
    """What the checks work with, and leave for those after them.

    `with_server` is whether what only the server needs is to be looked at, `broken` names what could not be
    used, and `clocks` are what time the servers have.
    """

    services: Services
    with_server: bool = True
    broken: set[str] = field(default_factory=set)
    clocks: dict[str, ClockReading] = field(default_factory=dict)
    state: DagsterState | None = None

    @cached_property
    def server(self) -> DagsterServer:
        """Dagster's web server, as the settings name it."""
        settings = self.services.settings
        return DagsterServer(
            settings.web_ui_url, lambda: own_runs(self.services), settings.names, patience=15
        )

    def keep_time(self, name: str, seen: ClockReading | None) -> None:
        """Keep what time a server has, where it said so."""
        if seen:
            self.clocks[name] = seen

    async def close(self) -> None:
        """Let go of what was opened."""
        if "server" in vars(self):
            await self.server.__aexit__()
        if "data" in vars(self.services):
            self.services.data.dispose()


Check = Callable[[Examined], AsyncIterator[Finding] | Iterator[Finding]]
"""Its name is that of what it finds; one that waits without asyncio is run in a thread. A `LangassetsError`
that it raises is a finding too."""


def ok(seen: str, item: str = "") -> Finding:
    """It works."""
    return Finding(item, Verdict.OK, seen)


def warning(seen: str, cure: str, item: str = "") -> Finding:
    """It works, and something about it wants looking at."""
    return Finding(item, Verdict.WARNING, seen, cure)


def failed(seen: str, cure: str, item: str = "") -> Finding:
    """It would stop a job."""
    return Finding(item, Verdict.FAILED, seen, cure)


def skipped(seen: str, item: str = "") -> Finding:
    """It could not be tried; `seen` says why."""
    return Finding(item, Verdict.SKIPPED, seen)
