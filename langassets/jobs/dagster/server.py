"""Dagster's web server, asked over GraphQL by plain HTTP: 0.1 s a question, nothing of Dagster to import."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import httpx

from langassets.errors import DagsterUnavailableError
from langassets.jobs.dagster import queries
from langassets.jobs.dagster.naming import asked, heard
from langassets.jobs.dagster.own_runs import OwnRuns, is_partial, jobs_of
from langassets.jobs.dagster.state import (
    OUTCOMES,
    QUEUED,
    RUNNING,
    UNFINISHED,
    DagsterState,
    JobCounts,
    Run,
    failure_text,
    run_of,
    state_of,
)
from langassets.jobs.preload.parts import WHOLE, PreloadPart
from langassets.settings.dagster import Names

# Where a failed run says why is near the end of its events; runs with more than these are not read through.
_EVENT_PAGES = 20
_MOST_FAILURES_KEPT = 200
# Runs that are asked for at once where they are picked from, and how often at most.
_PAGE, _MOST_PAGES = 100, 20
# Seconds that Dagster gets to start runs.
_LAUNCH_PATIENCE = 30.0


class AnsweredError(DagsterUnavailableError):
    """Dagster answered, and not with what was asked for: nothing is under way any more."""


@dataclass(frozen=True, slots=True)
class RunPage:
    """Runs, the newest first, and where to go on, None at the end."""

    runs: tuple[Run, ...]
    cursor: str | None


class DagsterServer:
    """Dagster's web server at `url`; used as an async context manager, on one event loop.

    `own` says which of its runs are this deployment's; without it, all are. `names` are those of its jobs;
    every method takes and gives them without prefix. `patience` is the seconds to wait for an answer; the
    start of runs is given more. Every method raises `DagsterUnavailableError` where the server, or
    langassets' code in it, cannot be had.
    """

    def __init__(
        self,
        url: str,
        own: Callable[[], OwnRuns] = OwnRuns,
        names: Names = Names(),  # noqa: B008
        patience: float = 4.0,
    ) -> None:
        self.url, self._own, self._names, self._patience = url, own, names, patience
        # Not through a proxy: the server is a neighbour, whatever the environment says of the world outside.
        self._http = httpx.AsyncClient(trust_env=False)
        self._failures: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def state(self) -> DagsterState:
        """Schedules, sensors and daemons, and the last runs of each job."""
        own = await self._own_runs()
        known = {"known": list(own.newest)} if own.newest else {}
        return state_of(await self._ask(queries.STATE, known), datetime.now(UTC), own)

    async def counts(self) -> dict[str, JobCounts]:
        """How many runs of each job are kept by outcome, and how many are queued and under way."""
        own, statuses = await self._own_runs(), {"queued": list(QUEUED), "running": list(RUNNING)}
        data = await self._ask(queries.COUNTS, statuses)
        tags = {value for one in data["runTagsOrError"].get("tags") or [] for value in one["values"]}
        # GraphQL cannot ask for what lacks a tag: what others have is taken off instead. Mostly nobody has.
        others = [
            await self._ask(queries.COUNTS_OF, statuses | {"deployment": tag})
            for tag in sorted(tags - {own.tag} if own.tag else ())
        ]

        def count(name: str) -> int:
            return int(data[name]["count"]) - sum(int(other[name]["count"]) for other in others)

        return {
            job: JobCounts(
                {outcome: count(f"{alias}_{outcome}") for outcome in OUTCOMES},
                count(f"{alias}_queued"),
                count(f"{alias}_running"),
            )
            for alias, job in queries.ALIASES.items()
        }

    async def runs(
        self,
        *,
        job: str | None = None,
        statuses: tuple[str, ...] = (),
        tag: tuple[str, str] | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> RunPage:
        """Runs that match, the newest first; `cursor` is the id of the run to go on after. Those of a job are
        also those that make its asset by whichever button or command."""
        own, found = await self._own_runs(), list[Run]()
        size = _PAGE if job else limit
        chosen: dict[str, Any] = {"statuses": list(statuses)} if statuses else {}
        chosen |= {"tags": _tags(dict([tag]))} if tag else {}
        for _ in range(_MOST_PAGES):
            rows = await self._rows(chosen, size, cursor)
            for row in rows:
                if own.heeds(row) and (job is None or job in jobs_of(row)):
                    found.append(run_of(row, job))
                    if len(found) == limit:
                        return RunPage(tuple(found), row["runId"])
            if len(rows) < size:
                return RunPage(tuple(found), None)
            cursor = rows[-1]["runId"]
        return RunPage(tuple(found), cursor)

    async def _rows(
        self, chosen: dict[str, Any], limit: int, cursor: str | None = None
    ) -> list[Mapping[str, Any]]:
        asked_for = {"filter": chosen, "cursor": cursor, "limit": limit}
        found = (await self._ask(queries.RUNS, asked_for))["runsOrError"]
        if "results" not in found:
            raise DagsterUnavailableError(
                f"Dagster could not list runs: {found.get('message', '')[:300]}. See its log."
            )
        rows: list[Mapping[str, Any]] = found["results"]
        return rows

    async def unfinished(self, job: str) -> Run | None:
        """A run that does all of this job and is queued or under way."""
        own = await self._own_runs()
        rows = await self._rows({"statuses": list(UNFINISHED)}, _PAGE)
        doing = (row for row in rows if own.heeds(row) and job in jobs_of(row))
        return next((run_of(row, job) for row in doing if row["jobName"] == job or not is_partial(row)), None)

    async def run(self, run_id: str) -> Run | None:
        """One run, None where this deployment has none of this id."""
        own, found = await self._own_runs(), (await self._ask(queries.RUN, {"id": run_id}))["runOrError"]
        return run_of(found) if found["__typename"] == "Run" and own.heeds(found) else None

    async def failure(self, run_id: str) -> str:
        """Why a failed run failed, in its own words. Read once a run: what has failed stays as it is."""
        if run_id not in self._failures:
            if len(self._failures) >= _MOST_FAILURES_KEPT:
                self._failures.pop(next(iter(self._failures)))
            self._failures[run_id] = await self._read_failure(run_id)
        return self._failures[run_id]

    async def launch(
        self, job: str, tags: dict[str, str], state: DagsterState, parts: Sequence[PreloadPart] = (WHOLE,)
    ) -> tuple[Run, ...]:
        """Start a job where `state` found langassets' code, in a run for each of `parts`; the new runs, which
        are queued.

        `AnsweredError` says that there is no run; after any other error there may be some.
        """
        runs = [
            {
                "selector": {
                    "repositoryLocationName": state.location,
                    "repositoryName": state.repository,
                    "jobName": self._names.own(job),
                },
                "runConfigData": part.config(self._names),
                "executionMetadata": {"tags": _tags(tags | part.tags)},
            }
            for part in parts
        ]
        launched = (await self._ask(queries.LAUNCH, {"runs": runs}, _LAUNCH_PATIENCE))["launchMultipleRuns"]
        answers = launched.get("launchMultipleRunsResult", [launched])
        started = tuple(run_of(one["run"]) for one in answers if "run" in one)
        if refused := next((one for one in answers if "run" not in one), None):
            text = f"Dagster did not start {job}: {refused.get('message', '')[:300]}"
            raise DagsterUnavailableError(text) if started else AnsweredError(text)
        return started

    async def _own_runs(self) -> OwnRuns:
        return await asyncio.to_thread(self._own)

    async def _read_failure(self, run_id: str) -> str:
        cursor = None
        for _ in range(_EVENT_PAGES):
            found = (await self._ask(queries.EVENTS, {"id": run_id, "cursor": cursor}))["runOrError"]
            page = found.get("eventConnection", {"events": [], "hasMore": False})
            if text := failure_text(page["events"]):
                return text
            if not page["hasMore"]:
                break
            cursor = page["cursor"]
        return "The run ended without saying why; its log is in the web UI."

    async def _ask(self, query: str, variables: Mapping[str, Any], patience: float = 0.0) -> dict[str, Any]:
        request = {"query": asked(query, self._names), "variables": variables}
        answer = await self._send(request, max(patience, self._patience))
        try:
            body = answer.json()
        except ValueError:
            raise AnsweredError(f"{self.url} is not Dagster's web server.") from None
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, dict):
            raise AnsweredError(f"Dagster's web server at {self.url} refused the question.")
        return heard(data, self._names)  # type: ignore[no-any-return]

    async def _send(self, request: dict[str, Any], patience: float) -> httpx.Response:
        try:
            answer = await self._http.post(f"{self.url}/graphql", json=request, timeout=patience)
        except httpx.HTTPError as error:
            raise DagsterUnavailableError(
                f"Dagster's web server does not answer at {self.url} ({type(error).__name__}): start it with "
                "`langassets ui`, or correct DAGSTER_WEBSERVER_URL."
            ) from None
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise AnsweredError(
                f"Dagster's web server at {self.url} answered {answer.status_code}: see its log."
            )
        return answer


def _tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]
