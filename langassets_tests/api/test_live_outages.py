"""What dies beside a real Dagster is started again, and what the doctor sees of Dagster then."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from langassets.jobs.dagster import queries
from langassets.jobs.dagster.server import DagsterServer
from langassets.jobs.dagster.state import DagsterState, state_of
from langassets.jobs.doctor.examine import examine
from langassets.jobs.doctor.findings import Finding
from langassets.settings import load_settings
from langassets_tests.api.running import (
    BY_TOKEN,
    Started,
    ended,
    wait_until,
)

# It starts Dagster, which takes a minute on a busy machine.
pytestmark = pytest.mark.timeout(480)


@pytest.mark.parametrize(
    "program", ["langassets.cli.servers.webserver", "dagster-daemon", "langassets api", "api grpc"]
)
def test_what_dies_is_started_again_and_the_rest_goes_on(
    live: Started, live_api: httpx.Client, program: str
) -> None:
    supervisor = psutil.Process(live.process.pid)
    wait_until(lambda: len(_children(supervisor)) == 5, 60, "the five were not there: four, and a watcher")
    before = _children(supervisor)
    victim = next(child for child in supervisor.children() if program in _command(child))
    victim.send_signal(signal.SIGKILL)
    wait_until(lambda: victim.pid not in _children(supervisor), 30)
    wait_until(lambda: len(_children(supervisor)) == 5, 120, "it was not started again")
    assert before - _children(supervisor) == {victim.pid}
    wait_until(lambda: httpx_ok(f"{live.dagster}/server_info"), 120, "the web UI did not come back")
    wait_until(lambda: httpx_ok(f"{live.url}/ready"), 120, "the API does not find everything")


def test_all_of_them_together_carry_out_a_job_again(live_api: httpx.Client) -> None:
    _carried_out(live_api, "cleanup")


def _carried_out(client: httpx.Client, job: str) -> None:
    started_again: list[str] = []
    wait_until(lambda: _starts(client, job, started_again), 180, "no job could be started")
    wait_until(lambda: ended(client, started_again[0]), 180, "the run did not end")


def _starts(client: httpx.Client, job: str, run_ids: list[str]) -> bool:
    try:
        answer = client.post(f"/api/jobs/trigger/{job}", headers=BY_TOKEN)
    except httpx.HTTPError:
        return False
    if answer.status_code == 202:
        run_ids.append(answer.json()["data"]["runId"])
    return answer.status_code == 202


def _command(process: psutil.Process) -> str:
    return " ".join(Path(part).name for part in process.cmdline())


def test_pages_of_other_sites_ask_the_web_ui_for_nothing(live: Started) -> None:
    """Dagster itself would carry this out, though it is a GET request: a picture's address is enough."""
    mutation = "mutation { reloadWorkspace { __typename } }"
    address, asked = f"{live.dagster}/graphql", {"query": mutation}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
    ):
        assert httpx.get(address, params=asked, headers=headers, timeout=60).status_code == 403
        simple = {**headers, "Content-Type": "text/plain; application/json"}
        assert httpx.post(address, json=asked, headers=simple, timeout=60).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin", "Origin": live.dagster}
    assert httpx.post(address, json=asked, headers=own, timeout=60).status_code == 200


def httpx_ok(url: str) -> bool:
    """Whether an address answers."""
    try:
        return httpx.get(url, timeout=10).is_success
    except httpx.HTTPError:
        return False


def _children(process: psutil.Process) -> set[int]:
    return {child.pid for child in process.children() if child.status() != psutil.STATUS_ZOMBIE}


def test_a_daemon_that_is_not_heard_of_is_not_running(live: Started) -> None:
    answer = httpx.post(f"{live.dagster}/graphql", json={"query": queries.STATE}, timeout=60).json()["data"]
    now = datetime.now(UTC)
    assert state_of(answer, now).daemon_alive
    assert not state_of(answer, now + timedelta(minutes=5)).daemon_alive


def test_a_sensor_fails_when_it_failed_twice_in_a_row_a_schedule_at_once(live: Started) -> None:
    """One failed tick of a sensor is what a code server that is started again brings."""
    answer = httpx.post(f"{live.dagster}/graphql", json={"query": queries.STATE}, timeout=60).json()["data"]
    error = {
        "className": "SensorExecutionError",
        "message": "dagster._core.errors.SensorExecutionError: Error occurred during the execution\n",
        "cause": {"message": "langassets.Unreached: gone\n"},
    }
    failed = {"status": "FAILURE", "timestamp": 2.0, "error": error}
    passed = {"status": "SKIPPED", "timestamp": 1.0, "error": None}

    def errors(*ticks: object) -> set[tuple[str | None, str | None]]:
        for node in answer["repositoriesOrError"]["nodes"]:
            for state in [s["scheduleState"] for s in node["schedules"]]:
                state["ticks"] = list(ticks)
            for state in [s["sensorState"] for s in node["sensors"]]:
                state["ticks"] = list(ticks)
        state = state_of(answer, datetime.now(UTC))
        return {(schedule.error, sensor.error) for schedule in state.schedules for sensor in state.sensors}

    assert errors() == errors(passed, failed) == {(None, None)}
    assert errors(failed) == errors(failed, passed) == {("gone", None)}
    assert errors(failed, failed) == {("gone", "gone")}


def test_the_doctor_sees_dagster_and_what_is_switched_off_in_it(
    live: Started, live_api: httpx.Client
) -> None:
    _carried_out(live_api, "evaluation")
    given = {"LANGASSETS_HOME": str(live.home), "DAGSTER_WEBSERVER_URL": live.dagster}

    def seen() -> dict[str, Finding]:
        return {one.item: one for one in asyncio.run(_findings(given))}

    async def state() -> DagsterState:
        async with DagsterServer(live.dagster, patience=60) as server:
            return await server.state()

    # The tests above killed the code server for long enough, maybe, to fail a sensor twice.
    wait_until(lambda: seen()["automation"].verdict == "ok", 120, "what starts by itself did not come back")
    found = seen()
    assert [found[item].verdict for item in ("server", "daemon", "automation")] == ["ok", "ok", "ok"]
    # There is no usage, so the evaluation failed; so did a preload whose code server was killed.
    runs = [one for one in asyncio.run(_findings(given)) if one.item == "last runs"]
    assert {one.verdict for one in runs} == {"warning"}
    assert "language_evaluation failed" in " ".join(one.seen for one in runs)

    stopped = asyncio.run(state())
    selector = {
        "repositoryName": stopped.repository,
        "repositoryLocationName": stopped.location,
        "scheduleName": "preload_frequent_languages_schedule",
    }
    ask = (
        "query Id($s: ScheduleSelector!) { scheduleOrError(scheduleSelector: $s) { ... on Schedule { id } } }"
    )
    stop = "mutation Stop($id: String!) { stopRunningSchedule(id: $id) { __typename } }"
    start = "mutation Start($s: ScheduleSelector!) { startSchedule(scheduleSelector: $s) { __typename } }"
    schedule = _graphql(live, ask, s=selector)["scheduleOrError"]["id"]
    _graphql(live, stop, id=schedule)
    try:
        automation = seen()["automation"]
    finally:
        _graphql(live, start, s=selector)
    assert automation.verdict == "failed"
    assert "preload_frequent_languages_schedule" in automation.seen
    assert f"{live.dagster}/automation" in automation.cure


async def _findings(given: dict[str, str]) -> list[Finding]:
    return [finding async for finding in examine(lambda: load_settings(given))]


def _graphql(live: Started, query: str, **variables: object) -> Any:
    asked = {"query": query, "variables": variables}
    return httpx.post(f"{live.dagster}/graphql", json=asked, timeout=60).json()["data"]
