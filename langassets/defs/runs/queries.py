"""Questions about runs that several sensors ask. Runs of another deployment are never among the answers."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from langassets.defs.runs.ownership import Claim
from langassets.jobs.dagster.own_runs import PARTITION_TAGS
from langassets.jobs.dagster.queries import ASSET_JOB, ASSETS
from langassets.jobs.dagster.state import UNFINISHED
from langassets.jobs.preload.parts import preload_parts
from langassets.services import Services

BACKGROUND_JOBS_OFF = (
    "ENABLE_BACKGROUND_JOBS is false: nothing starts by itself. Started by hand, every job still runs."
)

_UNFINISHED = list(map(dg.DagsterRunStatus, UNFINISHED))


def runs_of(own: Claim, job: str, **filters: Any) -> Sequence[dg.DagsterRun]:
    """Runs that do a job, the newest first: those by its name, and those that make its asset by whatever
    button or command. `filters` are those of `RunsFilter`."""
    asset = dg.AssetKey(own.names.key(ASSETS[job]))
    by_name = own.instance.get_run_records(dg.RunsFilter(job_name=own.names.own(job), **filters))
    by_asset = own.instance.get_run_records(dg.RunsFilter(job_name=ASSET_JOB, **filters))
    found = [*by_name, *(one for one in by_asset if _makes(one.dagster_run, asset))]
    newest_first = sorted(found, key=lambda one: one.create_timestamp, reverse=True)
    return [one.dagster_run for one in newest_first if not own.is_foreign(one.dagster_run)]


def _makes(run: dg.DagsterRun, asset: dg.AssetKey) -> bool:
    """Whether a run makes the whole of an asset: one for a partition does a part of the job's work."""
    return not PARTITION_TAGS & run.tags.keys() and (not run.asset_selection or asset in run.asset_selection)


def unfinished_run(own: Claim, job: str, besides: str | None = None) -> str | None:
    """The id of a run that does this job and is queued or under way, None where there is none.

    Runs whose key begins with `besides` do not count: they are of the tick that asks, which a daemon that
    died in its middle left half done.
    """
    for run in runs_of(own, job, statuses=_UNFINISHED):
        if besides is None or not run.tags.get("dagster/run_key", "").startswith(besides):
            return run.run_id
    return None


def unfinished_runs(instance: dg.DagsterInstance) -> Sequence[dg.DagsterRun]:
    """All runs that are queued or under way, whoever's they are."""
    return instance.get_runs(dg.RunsFilter(statuses=_UNFINISHED))


def preload_requests(services: Services, own: Claim, key: str, **config: Any) -> list[dg.RunRequest]:
    """The runs of one preload, each by a key of its own that begins with `key`; `config` is for the asset."""
    return [
        dg.RunRequest(
            run_key=" ".join([key, *part.languages]),
            run_config=part.config(own.names, **config),
            tags=part.tags | own.tag,
        )
        for part in preload_parts(services)
    ]
