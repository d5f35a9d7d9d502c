"""The declarations of jobs and sensors, under the names that the replaced system had."""

from collections.abc import Callable
from functools import cache
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from langassets.data_files import read_data
from langassets.defs.runs.pool import in_process_executor
from langassets.jobs.dagster.queries import ASSETS, EVALUATION
from langassets.settings.dagster import Names

DESCRIPTIONS: dict[str, str] = read_data(__package__, "declared")


@cache  # a schedule, a sensor and the pipeline have to name the same one
def job_of(names: Names, job: str) -> UnresolvedAssetJobDefinition:
    """The job of one pipeline that `job` stands for; it has an executor of its own wherever it is at home."""
    assets = ["language_usage_stats"] if job == EVALUATION else []
    return dg.define_asset_job(
        names.own(job),
        selection=[dg.AssetKey(names.key(asset)) for asset in (*assets, ASSETS[job])],
        description=DESCRIPTIONS[job],
        executor_def=in_process_executor(names),
    )


def jobs_of(names: Names) -> list[UnresolvedAssetJobDefinition]:
    """All of one pipeline."""
    return [job_of(names, job) for job in ASSETS]


def sensor(
    name: str, names: Names, *, seconds: int = 15, **more: Any
) -> Callable[[Callable[[dg.SensorEvaluationContext], Any]], dg.SensorDefinition]:
    """Dagster's decorator, for a sensor of one pipeline that looks every so many seconds."""
    return dg.sensor(
        name=names.own(name),
        minimum_interval_seconds=seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=DESCRIPTIONS[name],
        **more,
    )
