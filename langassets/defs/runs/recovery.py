"""Runs that a power cut ended: nobody said so, and their slots stay taken until somebody does.

Each run notes its process when it starts. Whatever starts next on the same machine marks a run whose
process is gone as failed, and frees its pool slot.
"""

import time

import dagster as dg

from langassets.defs.runs.ownership import Claim
from langassets.defs.runs.processes import may_be_alive, this_process

PROCESS_TAG = ".dagster/langassets/process"
"""On each run, with its own id and the identity of its process: a run that is started again inherits the
tags of the one before, and the id tells whose they are. The web UI hides tags that begin like this."""

CUT_TAG = ".dagster/langassets/cut"
"""On a run that was ended here, with its own id; hidden likewise."""

NO_RETRY = {"dagster/max_retries": "0"}
"""Tags of a run that Dagster is not to start again when its process dies."""

AGAIN_TAG = "langassets/again_for"
"""On a run that does the work of a cut one again, with that one's id."""

_UNDER_WAY = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]
# A run notes its process within seconds of its start.
_NOTED_WITHIN = 300


def note_process(instance: dg.DagsterInstance, run_id: str) -> None:
    """Note that this process carries out a run."""
    instance.add_run_tags(run_id, {PROCESS_TAG: f"{run_id} {this_process()}"})


def end_cut_runs(own: Claim, *, start_again: bool = True) -> list[str]:
    """End the runs of this pipeline, on this machine, whose process is gone; their ids.

    Dagster starts a run again that failed like this, unless `start_again` is false.
    """
    ended = []
    for record in own.instance.get_run_records(dg.RunsFilter(statuses=_UNDER_WAY)):
        run = record.dagster_run
        if own.is_of(run) and _is_cut(record, own):
            tags = {CUT_TAG: run.run_id} | ({} if start_again else NO_RETRY)
            own.instance.add_run_tags(run.run_id, tags)
            own.instance.report_run_failed(
                run, "The run's process is gone: the machine or its server was stopped."
            )
            own.instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            ended.append(run.run_id)
    return ended


def is_retried_by_dagster(run: dg.DagsterRun) -> bool:
    """Whether Dagster starts a failed run again by itself, or has done so."""
    return run.tags.get("dagster/will_retry") == "true"


def awaits_its_retry(own: Claim, job_name: str) -> str | None:
    """A cut run of this job that Dagster is about to start again; its id, None where there is none."""
    # The newest ones only: what was cut long ago has been done again since.
    failed = dg.RunsFilter(job_name=job_name, statuses=[dg.DagsterRunStatus.FAILURE])
    for run in own.instance.get_runs(failed, limit=3):
        if _was_cut(run, own) and is_retried_by_dagster(run) and "dagster/auto_retry_run_id" not in run.tags:
            return run.run_id
    return None


def to_start_again(own: Claim, job_name: str) -> str | None:
    """The newest run of a job, where it was cut and Dagster leaves it at that: run by hand in a terminal,
    or retried too often. Its id, None where there is none; a run that was a second try is not named."""
    for run in own.instance.get_runs(dg.RunsFilter(job_name=job_name), limit=1):
        failed = run.status is dg.DagsterRunStatus.FAILURE
        if failed and _was_cut(run, own) and not (is_retried_by_dagster(run) or AGAIN_TAG in run.tags):
            return run.run_id
    return None


def _was_cut(run: dg.DagsterRun, own: Claim) -> bool:
    return _tag(run, CUT_TAG) == run.run_id and own.is_own(run)


def _tag(run: dg.DagsterRun, name: str) -> str:
    # Versions before wrote these tags without the prefix that hides them.
    return run.tags.get(name) or run.tags.get(name.removeprefix(".dagster/"), "")


def _is_cut(record: dg.RunRecord, own: Claim) -> bool:
    run = record.dagster_run
    run_id, _, process = _tag(run, PROCESS_TAG).partition(" ")
    if run_id == run.run_id:
        return not may_be_alive(process)
    # One of no job of ours may be on an executor that notes nothing.
    started = own.is_of_job(run) and run.status is dg.DagsterRunStatus.STARTED and record.start_time
    return bool(started and time.time() - started > _NOTED_WITHIN)
