"""Runs that a power cut ended: nobody said so, and their slots stay taken until somebody does.

Each run notes its process when it starts. Whatever starts next on the same machine marks a run whose
process is gone as failed, and frees its pool slot.
"""

import time
from collections.abc import Sequence

import dagster as dg

from langassets.database.names.installation import Deployment
from langassets.defs.runs.ownership import is_of, is_of_job, is_own
from langassets.defs.runs.processes import may_be_alive, this_process
from langassets.settings.dagster import Names

PROCESS_TAG = ".dagster/langassets/process"
"""On each run, with its own id and the identity of its process: a run that is started again inherits the
tags of the one before, and the id tells whose they are. The web UI hides tags that begin like this."""

CUT_TAG = ".dagster/langassets/cut"
"""On a run that was ended here, with its own id; hidden likewise."""

NO_RETRY = {"dagster/max_retries": "0"}
"""Tags of a run that Dagster is not to start again when its process dies."""

_WILL_RETRY, _RETRIED_BY = "dagster/will_retry", "dagster/auto_retry_run_id"
_UNDER_WAY = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]
# A run notes its process within seconds of its start.
_NOTED_WITHIN = 300


def note_process(instance: dg.DagsterInstance, run_id: str) -> None:
    """Note that this process carries out a run."""
    instance.add_run_tags(run_id, {PROCESS_TAG: f"{run_id} {this_process()}"})


def end_cut_runs(
    instance: dg.DagsterInstance,
    ours: Deployment,
    names: Names = Names(),  # noqa: B008
    *,
    start_again: bool = True,
) -> list[str]:
    """End the runs of this pipeline, on this machine, whose process is gone; their ids.

    Dagster starts a run again that failed like this, unless `start_again` is false.
    """
    ended = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_UNDER_WAY)):
        run = record.dagster_run
        if is_of(run, ours, names) and _is_cut(record, names):
            tags = {CUT_TAG: run.run_id} | ({} if start_again else NO_RETRY)
            instance.add_run_tags(run.run_id, tags)
            instance.report_run_failed(
                run, "The run's process is gone: the machine or its server was stopped."
            )
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            ended.append(run.run_id)
    return ended


def is_retried_by_dagster(run: dg.DagsterRun) -> bool:
    """Whether Dagster starts a failed run again by itself, or has done so."""
    return run.tags.get(_WILL_RETRY) == "true"


def awaits_its_retry(instance: dg.DagsterInstance, ours: Deployment, job_name: str) -> str | None:
    """A cut run of this job that Dagster is about to start again; its id, None where there is none."""
    for run in _cut_runs(instance, job_name):
        if is_own(run, ours) and is_retried_by_dagster(run) and _RETRIED_BY not in run.tags:
            return run.run_id
    return None


def to_start_again(instance: dg.DagsterInstance, ours: Deployment, job_name: str) -> str | None:
    """The newest run of a job, where it was cut and Dagster leaves it at that: run by hand in a terminal,
    or retried too often. Its id, None where there is none; a run that was a second try is not named."""
    newest = instance.get_runs(dg.RunsFilter(job_name=job_name), limit=1)
    run = newest[0] if newest else None
    if run is None or run.status is not dg.DagsterRunStatus.FAILURE or not _was_cut(run):
        return None
    if not is_own(run, ours):
        return None
    return None if is_retried_by_dagster(run) or AGAIN_TAG in run.tags else run.run_id


AGAIN_TAG = "langassets/again_for"
"""On a run that does the work of a cut one again, with that one's id."""


def _cut_runs(instance: dg.DagsterInstance, job_name: str) -> Sequence[dg.DagsterRun]:
    # The newest ones only: what was cut long ago has been done again since.
    runs = instance.get_runs(
        dg.RunsFilter(job_name=job_name, statuses=[dg.DagsterRunStatus.FAILURE]), limit=3
    )
    return [run for run in runs if _was_cut(run)]


def _was_cut(run: dg.DagsterRun) -> bool:
    return _tag(run, CUT_TAG) == run.run_id


def _tag(run: dg.DagsterRun, name: str) -> str:
    # Versions before wrote these tags without the prefix that hides them.
    return run.tags.get(name) or run.tags.get(name.removeprefix(".dagster/"), "")


def _is_cut(record: dg.RunRecord, names: Names) -> bool:
    run = record.dagster_run
    run_id, _, process = _tag(run, PROCESS_TAG).partition(" ")
    if run_id == run.run_id:
        return not may_be_alive(process)
    # One of no job of ours may be on an executor that notes nothing.
    started = is_of_job(run, names) and run.status is dg.DagsterRunStatus.STARTED and record.start_time
    return bool(started and time.time() - started > _NOTED_WITHIN)
