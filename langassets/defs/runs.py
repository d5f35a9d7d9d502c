"""Questions about runs that several sensors ask."""

import dagster as dg

OFF = "ENABLE_BACKGROUND_JOBS is false: nothing starts by itself. Started by hand, every job still runs."

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def unfinished_run(instance: dg.DagsterInstance, job_name: str) -> str | None:
    """The id of a run of this job that is queued or under way, None where there is none."""
    runs = instance.get_run_records(dg.RunsFilter(job_name=job_name, statuses=UNFINISHED), limit=1)
    return runs[0].dagster_run.run_id if runs else None
