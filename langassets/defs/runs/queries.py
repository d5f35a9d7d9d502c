"""Questions about runs that several sensors ask."""

from typing import Any

import dagster as dg

from langassets.jobs.preload.parts import preload_parts
from langassets.services import Services

RUN_KEY_TAG = "dagster/run_key"

BACKGROUND_JOBS_OFF = (
    "ENABLE_BACKGROUND_JOBS is false: nothing starts by itself. Started by hand, every job still runs."
)

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def unfinished_run(instance: dg.DagsterInstance, job_name: str, besides: str | None = None) -> str | None:
    """The id of a run of this job that is queued or under way, None where there is none.

    Runs whose key begins with `besides` do not count: they are of the tick that asks, which a daemon that
    died in its middle left half done.
    """
    for run in instance.get_runs(dg.RunsFilter(job_name=job_name, statuses=UNFINISHED)):
        if besides is None or not run.tags.get(RUN_KEY_TAG, "").startswith(besides):
            return run.run_id
    return None


def unfinished_runs(instance: dg.DagsterInstance) -> list[str]:
    """The ids of all runs that are queued or under way."""
    return [run.run_id for run in instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))]


def preload_requests(services: Services, key: str, **config: Any) -> list[dg.RunRequest]:
    """The runs of one preload, each by a key of its own that begins with `key`; `config` is for the asset."""
    return [
        dg.RunRequest(
            run_key=" ".join([key, *part.languages]), run_config=part.config(**config), tags=part.tags
        )
        for part in preload_parts(services)
    ]
