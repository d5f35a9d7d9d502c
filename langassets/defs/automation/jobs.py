"""The three jobs, under the names that the replaced system had."""

from functools import cache

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from langassets.defs.runs.pool import in_process_executor
from langassets.jobs.dagster.queries import CLEANUP, EVALUATION, PRELOAD
from langassets.settings.dagster import Names

_JOBS = {
    EVALUATION: (
        ("language_usage_stats", "frequent_language_tier"),
        "Reads usage and decides which languages are frequent.",
    ),
    CLEANUP: (
        ("cleaned_storage_state",),
        "Clears out of storage what the other languages no longer need.",
    ),
    PRELOAD: (
        ("preloaded_translations",),
        "Makes sure that every lesson stands translated and fresh for each frequent language. "
        "Without a partition, one run sees to all of them.",
    ),
}


@cache  # a schedule, a sensor and the pipeline have to name the same one
def job_of(names: Names, job: str) -> UnresolvedAssetJobDefinition:
    """The job of one pipeline that `job` stands for; it has an executor of its own wherever it is at home."""
    assets, description = _JOBS[job]
    return dg.define_asset_job(
        names.own(job),
        selection=[dg.AssetKey(names.key(asset)) for asset in assets],
        description=description,
        executor_def=in_process_executor(names),
    )


def jobs_of(names: Names) -> list[UnresolvedAssetJobDefinition]:
    """All of one pipeline."""
    return [job_of(names, job) for job in _JOBS]
