"""Which of Dagster's runs are this deployment's, and which jobs a run does, whatever it was started as."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langassets import database
from langassets.errors import LangassetsError
from langassets.jobs.dagster.queries import ASSET_JOB, ASSETS, DEPLOYMENT_TAG
from langassets.services import Services

_JOBS = {asset: job for job, asset in ASSETS.items()}
# An evaluation that fails at its first asset has not come to the one that it is known by.
_WORKED_ON = (*_JOBS, "language_usage_stats")

PARTITION_TAGS = frozenset({"dagster/partition", "dagster/asset_partition_range_start"})
"""On runs that were started for some partitions alone: they do a part of a job."""


@dataclass(frozen=True, slots=True)
class OwnRuns:
    """What is known of this deployment's runs: its tag, None where its database cannot be had and every run
    is taken for its own; and the ids of those that our records name as the newest, by asset and outcome."""

    tag: str | None = None
    newest: frozenset[str] = frozenset()

    def heeds(self, row: Mapping[str, Any]) -> bool:
        """Whether a run, as GraphQL answers it, is not another deployment's."""
        return self.tag is None or tags_of(row).get(DEPLOYMENT_TAG, self.tag) == self.tag


def own_runs(services: Services) -> OwnRuns:
    """What is known now; it asks the database."""
    try:
        with database.connection.reading(services.data) as connection:
            newest = database.records.job_runs.newest_runs(connection, _WORKED_ON)
        return OwnRuns(services.deployment.tag, newest)
    except LangassetsError:
        return OwnRuns()  # what Dagster says is better than nothing


def tags_of(row: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a run, as GraphQL answers it."""
    return {tag["key"]: tag["value"] for tag in row["tags"]}


def jobs_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The jobs that a run does, as GraphQL answers it: the one by its name, or those whose asset it makes."""
    if row["jobName"] != ASSET_JOB:
        return (row["jobName"],)
    selected = row["assetSelection"]
    made = _JOBS if not selected else {one["path"][-1] for one in selected}
    return tuple(job for asset, job in _JOBS.items() if asset in made)


def is_partial(row: Mapping[str, Any]) -> bool:
    """Whether a run was started for some partitions alone: that is not the whole of a job."""
    return bool(PARTITION_TAGS & tags_of(row).keys())
