"""Status and triggers against a real Dagster, and what happens when a part of it dies."""

import json
import re
import shlex
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from langassets.jobs import history
from langassets.services import Services
from langassets_tests.api.running import (
    BY_TOKEN,
    TOKEN,
    Started,
    answers,
    ended,
    served,
    settings_of,
    shape,
    started,
    wait_until,
)
from langassets_tests.project import Project

# It starts Dagster, which takes a minute on a busy machine.
pytestmark = pytest.mark.timeout(480)

_GUIDE = Path(__file__).parents[3] / "shared" / "guide.md"

# The answer of `GET /api/jobs/status` as the replaced system's guide shows it.
REPLACED = {
    "success": True,
    "data": {
        "isRunning": True,
        "jobs": [
            {"name": "Language Evaluation", "schedule": "0 2 1,15 * *", "isActive": True},
            {"name": "Preload Frequent Languages", "schedule": "0 3 * * *", "isActive": True},
        ],
    },
}


def test_status_is_what_the_replaced_system_answered_with_more_beside_it(live_api: httpx.Client) -> None:
    answer = live_api.get("/api/jobs/status").json()
    for job in answer["data"]["jobs"]:
        assert {"lastRun", "nextRun", "lastError"} <= job.keys()
    data = {"isRunning": answer["data"]["isRunning"]}
    jobs = [{name: job[name] for name in REPLACED["data"]["jobs"][0]} for job in answer["data"]["jobs"]]  # type: ignore[index]
    assert {"success": answer["success"], "data": {**data, "jobs": jobs}} == REPLACED


def test_its_log_in_a_file_has_no_colours(live: Started) -> None:
    log = live.home.parent / "ui.log"
    said = ("code server", "dagster-webserver", "dagster.daemon", "Preload Completed")
    wait_until(lambda: all(one in log.read_text("utf-8") for one in said), 180, "not all of them logged")
    assert [line for line in log.read_text("utf-8").splitlines() if "\x1b" in line] == []


def test_the_guide_says_what_is_compared_with() -> None:
    assert _GUIDE.exists(), "this test needs guide.md of the folder `shared` beside the project"
    blocks = re.findall(r"```json\n(.*?)```", _GUIDE.read_text(), re.DOTALL)
    shown = [json.loads(block) for block in blocks]
    assert REPLACED in shown
    assert shape(REPLACED) == shape(shown[0])


def test_a_trigger_starts_one_run_however_many_ask(live_api: httpx.Client) -> None:
    path = "/api/jobs/trigger/evaluation"
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: live_api.post(path, headers=BY_TOKEN), range(8)))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 7
    first = next(answer for answer in answers if answer.status_code == 202)
    run_id = first.json()["data"]["runId"]
    assert first.headers["location"] == first.json()["data"]["follow"] == f"/api/jobs/runs/{run_id}"

    wait_until(lambda: ended(live_api, run_id), 120, "the run did not end")
    history = live_api.get("/api/jobs/history", params={"job": "evaluation"}).json()["data"]
    assert [run["id"] for run in history["runs"]] == [run_id]
    run = live_api.get(f"/api/jobs/runs/{run_id}").json()["data"]
    assert (run["job"], run["trigger"]) == ("language_evaluation", "api")
    # There is no usage yet: the run fails, and says so in the words of the code that failed.
    assert run["status"] == "failure"
    assert "no usage statistics yet" in run["error"]

    wait_until(lambda: _last_error(live_api) is not None, 10, "the status did not show the failure")
    assert "no usage statistics yet" in str(_last_error(live_api))


def test_a_trigger_sent_again_with_its_key_starts_nothing(live_api: httpx.Client) -> None:
    headers = {**BY_TOKEN, "Idempotency-Key": "evening"}
    wait_until(lambda: _unfinished(live_api) == [], 120, "runs did not end")
    first = live_api.post("/api/jobs/trigger/cleanup", headers=headers)
    assert first.status_code == 202, first.text
    again = live_api.post("/api/jobs/trigger/cleanup", headers=headers)
    assert again.json() == first.json()
    other = live_api.post("/api/jobs/trigger/preload", headers=headers)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    while_running = live_api.post("/api/jobs/trigger/cleanup", headers=BY_TOKEN)
    assert while_running.status_code == 409
    assert while_running.json()["error"]["runId"] == first.json()["data"]["runId"]
    wait_until(lambda: ended(live_api, first.json()["data"]["runId"]), 120, "the run did not end")
    runs = live_api.get("/api/jobs/history", params={"job": "cleanup"}).json()["data"]["runs"]
    assert len(runs) == 1


def test_a_key_is_known_to_an_api_that_was_started_later(
    live: Started, live_api: httpx.Client, tmp_path: Path
) -> None:
    wait_until(lambda: _unfinished(live_api) == [], 120, "runs did not end")
    path, headers = "/api/jobs/trigger/evaluation", {**BY_TOKEN, "Idempotency-Key": "over-a-restart"}
    first = live_api.post(path, headers=headers)
    assert first.status_code == 202, first.text
    with (
        started("api", tmp_path, LANGASSETS_HOME=str(live.home), DAGSTER_WEBSERVER_URL=live.dagster) as later,
        later.client() as client,
    ):
        wait_until(lambda: answers(client, "/health"), 90)
        assert client.post(path, headers=headers).json() == first.json()
        other = client.post("/api/jobs/trigger/cleanup", headers=headers)
        assert other.json()["error"]["code"] == "key_reused"
    wait_until(lambda: ended(live_api, first.json()["data"]["runId"]), 120, "the run did not end")


def test_the_old_calls_work_as_the_guide_writes_them(live: Started, live_api: httpx.Client) -> None:
    """`curl` itself, word for word but for the address, and the token that the trigger asks for."""
    wait_until(lambda: _unfinished(live_api) == [], 120, "runs did not end")
    calls = [line for line in _GUIDE.read_text().splitlines() if line.startswith("curl ")]
    assert len(calls) == 2, "this test needs guide.md of the folder `shared` beside the project"
    for call in calls:
        words = shlex.split(call.replace("http://localhost:3000", live.url))
        without = json.loads(subprocess.run([*words, "-s"], capture_output=True, check=True).stdout)
        given = [*words, "-s", "-H", f"Authorization: Bearer {TOKEN}"]
        answer = json.loads(subprocess.run(given, capture_output=True, check=True).stdout)
        assert answer["success"] is True
        if "trigger" in call:
            assert without["error"]["code"] == "unauthorized"
            run_id = answer["data"]["runId"]
            wait_until(lambda run_id=run_id: ended(live_api, run_id), 120, "the run did not end")  # type: ignore[misc]
        else:
            assert shape(without) == shape(answer)
            assert {"name", "schedule", "isActive"} <= answer["data"]["jobs"][0].keys()


def test_a_trigger_from_another_client_works_the_same(live_api: httpx.Client) -> None:
    wait_until(lambda: _unfinished(live_api) == [], 120, "runs did not end")
    url = f"{live_api.base_url}/api/jobs/trigger/preload"
    answer = httpx.post(url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
    assert answer.status_code == 202, answer.text
    wait_until(lambda: ended(live_api, answer.json()["data"]["runId"]), 120, "the run did not end")


def test_a_preload_in_parts_is_one_trigger_and_a_run_for_each(live: Started, live_api: httpx.Client) -> None:
    wait_until(lambda: _unfinished(live_api) == [], 120, "runs did not end")
    path, headers = "/api/jobs/trigger/preload", {**BY_TOKEN, "Idempotency-Key": "in-parts"}
    settings = settings_of(live.home, dagster_webserver_url=live.dagster)
    # Parts are for several machines, so the settings want PostgreSQL; what the API asks for is the same.
    settings = settings.model_copy(update={"preload_languages_per_run": 1})
    with served(settings) as api:
        first = api.post(path, headers=headers)
        assert first.status_code == 202, first.text
        data = first.json()["data"]
        runs = data["runIds"]
        assert len(set(runs)) == 3
        assert data["runId"] == runs[0]
        assert first.headers["location"] == data["follow"] == f"/api/jobs/runs/{runs[0]}"
        # As long as one of them has not ended the job is running, whoever asks.
        for client in (api, live_api):
            while_running = client.post(path, headers=BY_TOKEN)
            assert (while_running.status_code, while_running.json()["error"]["code"]) == (
                409,
                "already_running",
            )
            assert while_running.json()["error"]["runId"] in runs
        assert api.post(path, headers=headers).json() == first.json()

        for run in runs:
            wait_until(lambda run=run: ended(api, run), 240, f"run {run} did not end")  # type: ignore[misc]
            shown = api.get(f"/api/jobs/runs/{run}").json()["data"]
            assert (shown["job"], shown["trigger"], shown["status"]) == (
                "preload_frequent_languages",
                "api",
                "success",
            )
        newest = api.get("/api/jobs/history", params={"job": "preload"}).json()["data"]["runs"][:3]
        assert {run["id"] for run in newest} == set(runs)
        again = api.post(path, headers=headers)
        assert (again.status_code, again.json()) == (first.status_code, first.json())
    done = _languages_done(live, runs)
    assert sorted(done.values()) == [["ar"], ["en"], ["he"]]


def _languages_done(live: Started, runs: list[str]) -> dict[str, list[str]]:
    """The languages that each run saw to, as their records say."""
    services = Services(settings_of(live.home))
    found = history.rows_of(services.data, "runs", 100)
    services.data.dispose()
    return {row["run_id"]: row["summary"]["languages"] for row in found if row["run_id"] in runs}


def test_a_preloads_plan_says_what_it_costs_with_a_range(live_api: httpx.Client) -> None:
    plan = live_api.get("/api/jobs/preload/plan").json()["data"]
    assert {one["language"] for one in plan["languages"]} == {"ar", "en", "he"}
    assert plan["lowestCost"] <= plan["cost"] <= plan["highestCost"]
    assert plan["requests"] == sum(one["requests"] for one in plan["languages"])


def test_history_goes_on_where_a_page_ended(live_api: httpx.Client) -> None:
    whole = live_api.get("/api/jobs/history").json()["data"]["runs"]
    assert len(whole) >= 3
    first = live_api.get("/api/jobs/history", params={"limit": 2}).json()["data"]
    rest = live_api.get("/api/jobs/history", params={"before": first["next"]}).json()["data"]
    assert [run["id"] for run in first["runs"] + rest["runs"]] == [run["id"] for run in whole]


def test_the_newest_run_is_named_however_it_was_started(live: Started, live_api: httpx.Client) -> None:
    """The button "Materialize" of the web UI starts a run that has no job's name."""
    wait_until(lambda: not _unfinished(live_api), 120, "runs of before did not end")
    chosen = {
        "repositoryLocationName": "langassets",
        "repositoryName": "__repository__",
        "pipelineName": "__ASSET_JOB",
        "assetSelection": [{"path": ["language_usage_stats"]}, {"path": ["frequent_language_tier"]}],
    }
    query = (
        "mutation($params: ExecutionParams!) { launchRun(executionParams: $params) "
        "{ ... on LaunchRunSuccess { run { runId } } } }"
    )
    asked = {"query": query, "variables": {"params": {"mode": "default", "selector": chosen}}}
    answer = httpx.post(f"{live.dagster}/graphql", json=asked, timeout=60).json()
    run = answer["data"]["launchRun"]["run"]["runId"]

    def last() -> dict[str, object]:
        [evaluation, _] = live_api.get("/api/jobs/status").json()["data"]["jobs"]
        return dict(evaluation["lastRun"] or {})

    wait_until(lambda: last().get("id") == run, 120, "the status did not name the run of the web UI")
    assert (last()["job"], last()["name"]) == ("language_evaluation", "Language Evaluation")
    [newest] = live_api.get("/api/jobs/history?job=evaluation&limit=1").json()["data"]["runs"]
    assert (newest["id"], newest["job"]) == (run, "language_evaluation")
    wait_until(lambda: last()["status"] in {"failure", "success"}, 120, "it did not end")
    assert last()["id"] == run


def test_another_home_beside_it_starts_nothing_here_and_shows_nothing(
    live: Started, live_api: httpx.Client
) -> None:
    """A second home, with its commands run in the folder where the first one's server works."""
    wait_until(lambda: not _unfinished(live_api), 120, "runs of before did not end")
    before = {run["id"] for run in live_api.get("/api/jobs/history?limit=100").json()["data"]["runs"]}
    folder = live.home.parent
    project = Project(folder, {"LANGASSETS_HOME": str(folder / "beside")})
    project.ok("langassets", "demo")
    project.ok("langassets", "run", "evaluation")
    sharing = Project(folder, project.environ | {"DAGSTER_HOME": str(folder)})
    refused = sharing.run("langassets", "run", "evaluation")
    assert refused.returncode == 2
    assert "belongs to the deployment" in refused.stderr
    assert {str(live.home / "langassets.db"), str(folder / "beside/langassets.db")} <= set(
        re.findall(r"database ([^,]+),", refused.stderr)
    )
    time.sleep(35)  # two ticks of each sensor
    after = live_api.get("/api/jobs/history?limit=100").json()["data"]["runs"]
    assert {run["id"] for run in after} == before
    assert (folder / "beside/dagster/history/runs.db").exists()


def test_a_run_that_never_was_is_not_found(live_api: httpx.Client) -> None:
    answer = live_api.get("/api/jobs/runs/00000000-0000-4000-8000-000000000000")
    assert answer.status_code == 404


def _unfinished(client: httpx.Client) -> list[object]:
    runs = client.get("/api/jobs/history", params={"outcome": "unfinished"}).json()["data"]["runs"]
    return list(runs)


def _last_error(client: httpx.Client) -> object:
    return client.get("/api/jobs/status").json()["data"]["jobs"][0]["lastError"]
