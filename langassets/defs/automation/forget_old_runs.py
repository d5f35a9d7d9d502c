"""The sensor `forget_old_runs`: Dagster's event log grows without bound unless somebody prunes it."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from langassets.jobs.dagster.cron import longest_gap
from langassets.settings import Settings

# Removing a run means a handful of statements: a tick stays well below its minute.
_AT_ONCE = 100
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def forget_old_runs(settings: Settings) -> dg.SensorDefinition:
    """Removes runs of more than `RUN_HISTORY_DAYS` ago from Dagster, with their events and logs."""

    @dg.sensor(
        name="forget_old_runs",
        minimum_interval_seconds=3600,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Removes runs of more than RUN_HISTORY_DAYS ago, but none before its schedule was due "
        "again; `langassets history` keeps what they came to.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        if not settings.run_history_days:
            return dg.SkipReason("RUN_HISTORY_DAYS is 0: every run is kept.")
        before = datetime.now(UTC) - max(timedelta(days=settings.run_history_days), _until_the_next(settings))
        old = context.instance.get_run_records(
            dg.RunsFilter(statuses=_ENDED, created_before=before), limit=_AT_ONCE, ascending=True
        )
        for record in old:
            context.instance.delete_run(record.dagster_run.run_id)
        return dg.SkipReason(f"{len(old)} runs removed that were created before {before:%Y-%m-%d}.")

    return tick


def _until_the_next(settings: Settings) -> timedelta:
    """How long a run has to be known: without it, its job would be told as one that did not start."""
    now, crons = datetime.now(UTC), (settings.evaluation_cron, settings.preload_cron)
    return max(longest_gap(cron, settings.jobs_timezone, now) for cron in crons) + timedelta(days=1)
