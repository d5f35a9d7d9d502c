"""Code servers, web servers, daemons and APIs, each twice over one PostgreSQL. No job runs twice.

One story, since so many programs take their time to start.
"""

import json
import shutil
import threading
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import dagster as dg
import pytest

from langassets_tests.fleet.conftest import Site
from langassets_tests.project import BIN, ROOT
from langassets_tests.servers.ports import free_port
from langassets_tests.servers.programs import Programs, Started, answers

EVALUATION, CLEANUP, PRELOAD = "language_evaluation", "language_cleanup", "preload_frequent_languages"
TOKEN = "a-token-of-the-test"

pytestmark = [pytest.mark.fleet, pytest.mark.timeout(1200)]


@dataclass
class Machine:
    """What one machine runs."""

    web: int
    api: int
    daemon: Started


def start_machine(number: int, site: Site, running: Programs) -> Machine:
    code, web, api = free_port(), free_port(), free_port()
    workspace = site.project.folder / f"workspace-{number}.yaml"
    workspace.write_text(
        f"load_from:\n  - grpc_server: {{host: 127.0.0.1, port: {code}, location_name: langassets}}\n"
    )
    at = ("--host", "127.0.0.1", "--port")
    module = ("--module-name", "langassets.definitions", "--location-name", "langassets")
    running.start(f"code-{number}", BIN / "dagster", "code-server", "start", *module, *at, str(code))
    running.until("the code server", lambda: answers(code))
    running.start(f"web-{number}", BIN / "dagster-webserver", "-w", workspace, *at, str(web))
    daemon = running.start(f"daemon-{number}", BIN / "langassets", "daemon", "-w", workspace)
    running.start(
        f"api-{number}",
        BIN / "langassets",
        "api",
        API_PORT=str(api),
        DAGSTER_WEBSERVER_URL=f"http://127.0.0.1:{web}",
        ADMIN_API_TOKEN=TOKEN,
    )
    return Machine(web, api, daemon)


def test_no_job_runs_twice(site: Site, running: Programs) -> None:
    """The schedule of preloads fires every two minutes, so that there is something to do twice."""
    shutil.copy(ROOT / "deploy/dagster.yaml", site.project.folder)
    running.env = {**running.env, "PRELOAD_CRON": "*/2 * * * *"}
    machines = [start_machine(number, site, running) for number in (1, 2)]
    with site.instance() as instance:
        leader, standby = who_works(running, machines)
        running.until("the web servers and APIs", lambda: all(map(ready, machines)))
        running.until("the preload of the start", lambda: ended(instance, PRELOAD))

        started = trigger_at_once([*machines, *machines], "evaluation")
        assert len(started) == 1, "several triggers at once are one run"
        running.until("a cleanup after the evaluation", lambda: ended(instance, CLEANUP))

        leader.daemon.cut()
        running.until("the other daemon to take over", lambda: "This daemon works" in standby.daemon.said)
        seen = len(instance.get_runs(dg.RunsFilter(job_name=PRELOAD)))
        running.until("it to tick", lambda: len(instance.get_runs(dg.RunsFilter(job_name=PRELOAD))) > seen)
        running.stop()

        assert len(instance.get_runs(dg.RunsFilter(job_name=EVALUATION))) == 1
        assert len(instance.get_runs(dg.RunsFilter(job_name=CLEANUP))) == 1
        nothing_was_started_twice(instance)
        nothing_worked_beside_itself(instance)
    assert [key for key, count in Counter(site.uploads()).items() if count > 1] == []
    assert max(Counter(site.asked("he")).values()) == 1, "paid for twice"


def who_works(running: Programs, machines: list[Machine]) -> tuple[Machine, Machine]:
    """The machine whose daemon works, and the one whose daemon stands by."""

    def told() -> list[Machine]:
        working = [machine for machine in machines if "This daemon works" in machine.daemon.said]
        waiting = [machine for machine in machines if "stands by" in machine.daemon.said]
        return [*working, *waiting] if len(working) == len(waiting) == 1 else []

    leader, standby = running.until("one daemon to work and one to stand by", told)
    return leader, standby


def ready(machine: Machine) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{machine.api}/api/jobs/status", timeout=30) as answer:
        return bool(json.load(answer)["success"])


def ended(instance: dg.DagsterInstance, job: str) -> bool:
    runs = instance.get_runs(dg.RunsFilter(job_name=job))
    return any(run.status is dg.DagsterRunStatus.SUCCESS for run in runs)


def trigger_at_once(machines: list[Machine], job: str) -> set[str]:
    """The runs that came of as many triggers at one moment as there are machines."""
    runs: list[str] = []
    refused: list[int] = []
    together = threading.Barrier(len(machines))

    def trigger(machine: Machine) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{machine.api}/api/jobs/trigger/{job}",
            method="POST",
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        together.wait()
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                runs.append(json.load(answer)["data"]["runId"])
        except urllib.error.HTTPError as error:
            refused.append(error.code)
            error.close()

    threads = [threading.Thread(target=trigger, args=(machine,)) for machine in machines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(refused) == {409}
    return set(runs)


def nothing_was_started_twice(instance: dg.DagsterInstance) -> None:
    """Each moment of a schedule, and each event that a sensor saw, has one run."""
    keys = Counter(
        run.tags["dagster/run_key"] for run in instance.get_runs() if "dagster/run_key" in run.tags
    )
    assert [key for key, count in keys.items() if count > 1] == []


def scheduled(instance: dg.DagsterInstance) -> list[str]:
    """The moments of the schedule of preloads that have a run."""
    keys = (run.tags.get("dagster/run_key", "") for run in instance.get_runs())
    return [key for key in keys if key.startswith("preload_frequent_languages_schedule")]


def nothing_worked_beside_itself(instance: dg.DagsterInstance) -> None:
    """A run that was asked for while another was just being made waits for that one's slot."""
    for job in (EVALUATION, CLEANUP, PRELOAD):
        steps = [
            (step.start_time, step.end_time)
            for run in instance.get_runs(dg.RunsFilter(job_name=job))
            for step in instance.get_run_step_stats(run.run_id)
            if step.start_time and step.end_time
        ]
        assert steps
        overlaps = [(a, b) for a, b in pairwise(sorted(steps)) if b[0] < a[1]]
        assert overlaps == [], f"{job} worked beside itself"
