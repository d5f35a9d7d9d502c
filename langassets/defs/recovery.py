"""Runs that a power cut ended: nobody said so, and their slots stay taken until somebody does.

Each run notes its process when it starts. At the next start of anything on the same machine, a run whose
process is gone is marked failed and its pool slot freed.
"""

import socket
from functools import cache

import dagster as dg
import psutil

PROCESS_TAG = "langassets/process"

_UNDER_WAY = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.CANCELING]


@cache
def this_process() -> str:
    """What tells this process from every other: host, boot, id and start."""
    return _describe(psutil.Process())


def end_cut_runs(instance: dg.DagsterInstance) -> list[str]:
    """End the runs of this machine whose process is gone; their ids."""
    ended = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=_UNDER_WAY)):
        run = record.dagster_run
        process = run.tags.get(PROCESS_TAG)
        if process and not _may_be_alive(process):
            instance.report_run_failed(
                run, "The run's process is gone: the machine or its server was stopped."
            )
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            ended.append(run.run_id)
    return ended


def _may_be_alive(process: str) -> bool:
    """Whether the process runs, or ran on another machine, of which nothing is known here."""
    host, _, rest = process.partition(" ")
    if host != socket.gethostname():
        return True
    try:
        return _describe(psutil.Process(int(rest.split()[1]))) == process
    except (psutil.Error, IndexError, ValueError):
        return False


def _describe(process: psutil.Process) -> str:
    return f"{socket.gethostname()} {psutil.boot_time():.0f} {process.pid} {process.create_time():.2f}"
