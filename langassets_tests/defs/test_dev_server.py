"""The whole thing, running by itself: `dagster dev`, killed in parts and as a whole, and started again.

One story, since a server takes half a minute to start: run it alone with `pytest -m e2e`.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from langassets.defs.runs.recovery import PROCESS_TAG
from langassets_tests.defs.test_reload import a_reload_starts_no_preload
from langassets_tests.project import Project
from langassets_tests.servers.dagster_dev import Dev, dagster_dev
from langassets_tests.servers.gate import Gate
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.receiver import Receiver, receiving

EVALUATION, CLEANUP = "language_evaluation", "language_cleanup"
PRELOAD = "preload_frequent_languages"

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def model(gate: Gate) -> Iterator[OpenAIServer]:
    with OpenAIServer(behaviour=gate) as server:
        yield server
        gate.open()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, model: OpenAIServer, receiver: Receiver) -> Project:
    folder = tmp_path / "project"
    folder.mkdir()
    made = Project(folder)
    made.ok("langassets", "demo")
    made.environ |= {
        "DEMOTE_SHARE": "0.05",  # the model of these tests knows no Portuguese
        "OPENAI_API_KEY": model.key,
        "OPENAI_BASE_URL": model.url,
        "ALERT_URLS": receiver.alerts,
    }
    return made


def remembered(project: Project, language: str) -> int:
    with closing(sqlite3.connect(project.folder / ".langassets/langassets.db")) as data:
        query = "SELECT count(*) FROM translation_memory WHERE target_language = ? AND provider = 'openai'"
        return int(data.execute(query, [language]).fetchone()[0])


def stored(project: Project, language: str) -> int:
    return len(list((project.folder / ".langassets/storage").glob(f"{language}/lessons/*/*.json")))


def with_status(runs: list[dict[str, Any]], *statuses: str) -> list[dict[str, Any]]:
    return [run for run in runs if run["status"] in statuses]


def finished(server: Dev, job: str, count: int) -> list[dict[str, Any]]:
    """Wait until a job has so many runs and all of them have ended."""

    def all_ended() -> list[dict[str, Any]] | None:
        runs = server.runs(job)
        ended = with_status(runs, "SUCCESS", "FAILURE", "CANCELED")
        return runs if len(runs) == len(ended) >= count else None

    return server.until(f"{count} runs of {job} to end", all_ended)


def process_of(project: Project, run_id: str) -> int:
    """The id of a run's process: GraphQL keeps hidden tags to itself."""
    look = f"import dagster; run = dagster.DagsterInstance.from_config('.').get_run_by_id({run_id!r})"
    return int(project.ok("python", "-c", f"{look}; print(run.tags[{PROCESS_TAG!r}])").split()[3])


def claimed_slots(server: Dev) -> list[Any]:
    limit = server.ask(
        '{ instance { concurrencyLimit(concurrencyKey: "storage") { claimedSlots { runId } } } }'
    )
    return list(limit["instance"]["concurrencyLimit"]["claimedSlots"])


def test_it_runs_by_itself(
    project: Project, tmp_path: Path, model: OpenAIServer, gate: Gate, receiver: Receiver
) -> None:
    gate.close("ar")
    with dagster_dev(project, tmp_path / "first.log") as server:
        the_worker_is_killed_in_the_middle(server, project, model, gate, receiver)
        an_evaluation_is_followed_by_one_cleanup(server, receiver)
        gate.close("es")  # which the evaluation has promoted
        server.launch(PRELOAD)
        server.until("Spanish to be asked for", gate.reached.is_set)
        server.cut()
    gate.open()
    with dagster_dev(project, tmp_path / "second.log") as server:
        what_was_cut_is_done_again(server, project)
        a_reload_starts_no_preload(server, 4)
    with dagster_dev(project, tmp_path / "third.log", ENABLE_BACKGROUND_JOBS="false") as server:
        nothing_starts(server)


def the_worker_is_killed_in_the_middle(
    server: Dev, project: Project, model: OpenAIServer, gate: Gate, receiver: Receiver
) -> None:
    server.until("Arabic to be asked for", gate.reached.is_set)
    server.until("Hebrew to be remembered", lambda: remembered(project, "he"))
    [run] = server.runs(PRELOAD)
    assert [slot["runId"] for slot in claimed_slots(server)] == [run["runId"]]
    paid = {
        text for asked in model.requests if asked.target_language == "he" for text in asked.texts.values()
    }
    gate.reached.clear()
    under_way = Counter(gate.held)
    psutil.Process(process_of(project, run["runId"])).kill()
    server.until("the run to fail", lambda: with_status(server.runs(PRELOAD), "FAILURE"))
    server.until("Arabic to be asked for by the retry", gate.reached.is_set)
    a_cleanup_waits_for_it(server, gate)
    first, second = finished(server, PRELOAD, 2)
    assert (first["status"], second["status"]) == ("FAILURE", "SUCCESS")
    assert second["tags"]["dagster/parent_run_id"] == first["runId"]
    assert stored(project, "he") == stored(project, "ar") == 27
    again = [
        text for asked in model.requests if asked.target_language == "he" for text in asked.texts.values()
    ]
    assert len(again) == len(paid), "Hebrew was in memory, and was asked for again"
    arabic = [
        text for asked in model.requests if asked.target_language == "ar" for text in asked.texts.values()
    ]
    paid_twice = Counter(arabic) - Counter(set(arabic))
    assert paid_twice <= under_way, "more is paid for twice than was under way when the worker was killed"
    server.until("the slot to be free", lambda: not claimed_slots(server))
    assert not receiver.titles(), "it was retried, so nobody is told that it failed"


def a_cleanup_waits_for_it(server: Dev, gate: Gate) -> None:
    """The preload holds the pool's only slot: a cleanup that a person starts begins when it is done."""

    def looks() -> int:
        return server.log.read_text(encoding="utf-8").count("limits for queued runs")

    cleanup, before = server.launch(CLEANUP), looks()
    server.until("Dagster to look at the queue three times", lambda: looks() >= before + 3)
    assert [run["status"] for run in server.runs(CLEANUP)] == ["QUEUED"]
    assert [slot["runId"] for slot in claimed_slots(server)] == [server.runs(PRELOAD)[1]["runId"]]
    gate.open()
    [run] = finished(server, CLEANUP, 1)
    assert (run["runId"], run["status"]) == (cleanup, "SUCCESS")


def an_evaluation_is_followed_by_one_cleanup(server: Dev, receiver: Receiver) -> None:
    evaluation = server.launch(EVALUATION)
    _, cleanup = finished(server, CLEANUP, 2)
    assert cleanup["status"] == "SUCCESS"
    assert cleanup["tags"]["dagster/sensor_name"] == "cleanup_after_evaluation"
    [run] = server.runs(EVALUATION)
    assert run["status"] == "SUCCESS"
    server.until("the alert", lambda: any("promoted: es" in title for title in receiver.titles()))
    [alert] = [body for body in receiver.received if "promoted: es" in body["title"]]
    assert f"/runs/{evaluation}" in alert["message"]


def what_was_cut_is_done_again(server: Dev, project: Project) -> None:
    *_, cut, last = finished(server, PRELOAD, 4)
    assert (cut["status"], last["status"]) == ("FAILURE", "SUCCESS")
    assert stored(project, "es") == 27
    assert claimed_slots(server) == []
    # The start has its preload, and it is that one; the cleanup of before is not done again.
    server.until("the sensors to have looked", lambda: server.sensor("cleanup_after_evaluation"))
    assert len(server.runs(PRELOAD)) == 4
    assert len(server.runs(CLEANUP)) == 2


def nothing_starts(server: Dev) -> None:
    before = server.runs()
    for sensor in ("preload_on_startup", "cleanup_after_evaluation"):
        server.until(
            f"{sensor} to say that it is switched off",
            partial(_is_off, server, sensor),
        )
    assert server.runs() == before


def _is_off(server: Dev, sensor: str) -> bool:
    return "ENABLE_BACKGROUND_JOBS" in str(server.sensor(sensor)[0]["skipReason"])
