"""Runs whose process is gone, and starts of the server."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import dagster as dg
import psutil
import pytest
import sqlalchemy as sa
from dagster._core.storage.tags import HIDDEN_TAG_PREFIX, SYSTEM_TAG_PREFIX

from langassets.defs.runs.processes import SERVER_START, identity, may_be_alive, server_start, this_process
from langassets.defs.runs.recovery import AGAIN_TAG, CUT_TAG, PROCESS_TAG
from langassets.jobs.dagster.queries import DEPLOYMENT_TAG
from langassets.jobs.history import rows_of
from langassets_tests.defs.conftest import Place

STARTED, FAILURE = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


@pytest.fixture
def dead() -> str:
    """The identity of a process that was killed."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    known = identity(psutil.Process(process.pid))
    assert may_be_alive(known)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and nobody has taken note
    assert not may_be_alive(known)
    process.communicate()
    return known


def _left(place: Place, job: str, process: str, **tags: str) -> dg.DagsterRun:
    """A run that was under way in a process."""
    run = place.unfinished(job, STARTED, **tags)
    place.instance.add_run_tags(run.run_id, {PROCESS_TAG: f"{run.run_id} {process}"})
    return run


def test_a_killed_process_is_not_taken_for_alive(dead: str) -> None:
    assert not may_be_alive(dead)
    assert may_be_alive(this_process())
    assert may_be_alive("another-host 1 2 3")
    # The same id, started at another time, is another process.
    assert not may_be_alive(this_process() + "0")


def test_only_the_run_without_a_process_is_ended(place: Place, dead: str) -> None:
    cut = _left(place, "language_cleanup", dead)
    alive = _left(place, "language_evaluation", this_process())
    place.tick("recover_cut_runs")
    after = {run.run_id: run for run in place.instance.get_runs()}
    assert after[cut.run_id].status is FAILURE
    assert CUT_TAG in after[cut.run_id].tags
    assert after[alive.run_id].status is STARTED


def test_a_run_of_the_version_before_is_known_by_its_tag(place: Place, dead: str) -> None:
    run = place.unfinished("language_cleanup", STARTED)
    place.instance.add_run_tags(run.run_id, {"langassets/process": f"{run.run_id} {dead}"})
    place.tick("recover_cut_runs")
    assert place.instance.get_run_by_id(run.run_id).status is FAILURE  # type: ignore[union-attr]


def test_what_a_run_is_tagged_with_fills_no_row_of_the_runs_page(place: Place) -> None:
    place.run("language_evaluation")
    [run] = place.instance.get_runs()
    assert {PROCESS_TAG, DEPLOYMENT_TAG} <= run.tags.keys()
    assert [tag for tag in run.tags if not tag.startswith((SYSTEM_TAG_PREFIX, HIDDEN_TAG_PREFIX))] == []


def test_a_run_that_is_started_again_is_not_judged_by_the_one_before(place: Place, dead: str) -> None:
    cut = _left(place, "language_cleanup", dead)
    place.tick("recover_cut_runs")
    inherited = place.instance.get_run_by_id(cut.run_id).tags  # type: ignore[union-attr]
    again = place.unfinished("language_cleanup", STARTED, **inherited)
    place.tick("recover_cut_runs")
    assert place.instance.get_run_by_id(again.run_id).status is STARTED  # type: ignore[union-attr]


def test_its_work_is_done_again_once(place: Place, dead: str) -> None:
    """Where Dagster does not: this instance has no retries switched on, as a run from a terminal has none."""
    cut = _left(place, "language_cleanup", dead)
    [request] = place.tick("recover_cut_runs").run_requests
    assert (request.job_name, request.tags[AGAIN_TAG]) == ("language_cleanup", cut.run_id)
    assert request.run_key == f"again {cut.run_id}"
    again = _left(place, "language_cleanup", dead, **{AGAIN_TAG: cut.run_id})
    assert not place.tick("recover_cut_runs").run_requests, "a machine that it brings down would never rest"
    assert place.instance.get_run_by_id(again.run_id).status is FAILURE  # type: ignore[union-attr]


def test_a_start_ends_what_was_cut_and_preloads(place: Place, dead: str) -> None:
    _left(place, "preload_frequent_languages", dead)
    tick = place.tick("preload_on_startup")
    assert [request.run_key for request in tick.run_requests] == [f"startup {server_start()}"]
    assert not place.tick("preload_on_startup", tick.cursor).run_requests


def test_a_start_does_not_preload_beside_a_preload(place: Place) -> None:
    run = place.unfinished("preload_frequent_languages", dg.DagsterRunStatus.NOT_STARTED)
    tick = place.tick("preload_on_startup")
    assert run.run_id in tick.said
    assert tick.cursor == server_start()


def test_a_launcher_may_name_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert server_start() == server_start()
    monkeypatch.setenv(SERVER_START, "tuesday")
    assert server_start() == "tuesday"


def made_days_ago(place: Place, days: int) -> None:
    """All runs so far are as old as that."""
    long_ago = (datetime.now(UTC) - timedelta(days=days)).replace(tzinfo=None)
    with place.instance.run_storage.connect() as connection:  # type: ignore[attr-defined]
        connection.execute(sa.text("UPDATE runs SET create_timestamp = :at"), {"at": long_ago})


def test_old_runs_are_forgotten_and_the_history_is_kept(place: Place) -> None:
    place.run("language_evaluation")
    made_days_ago(place, 364)
    place.tick("forget_old_runs")
    assert place.instance.get_runs_count() == 1
    made_days_ago(place, 366)
    place.tick("forget_old_runs")
    assert place.instance.get_runs_count() == 0
    assert {row["asset"] for row in rows_of(place.services.data, "runs", 10)} == {
        "language_usage_stats",
        "frequent_language_tier",
    }


def test_a_run_is_known_until_the_next_one_is_due(place: Place) -> None:
    """Or the last evaluation, of ten days ago, would be told as one that never was."""
    young = Place(place.home, place.instance, RUN_HISTORY_DAYS="1")
    young.run("language_evaluation")
    for days, left in ((10, 1), (20, 0)):
        made_days_ago(young, days)
        young.tick("forget_old_runs")
        assert young.instance.get_runs_count() == left
    young.services.data.dispose()
