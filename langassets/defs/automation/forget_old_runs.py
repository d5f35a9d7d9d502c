"""The sensor `forget_old_runs`: Dagster's event log grows without bound unless somebody prunes it."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.due import longest_gap
from langassets.defs.runs.ownership import claim
from langassets.services import Services
from langassets.wording import counted

# Removing a run means a handful of statements: a tick stays well below its minute.
_AT_ONCE = 100
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def forget_old_runs(services: Services, patterns: CronPatterns) -> dg.SensorDefinition:
    """Removes runs of more than `RUN_HISTORY_DAYS` ago from Dagster, with their events and logs."""

    @dg.sensor(
        name=patterns.names.own("forget_old_runs"),
        minimum_interval_seconds=3600,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Removes runs of more than RUN_HISTORY_DAYS ago, but none before its schedule was due "
        "again; `langassets history` keeps what they came to.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        history_days = services.settings.run_history_days
        if not history_days:
            return dg.SkipReason("RUN_HISTORY_DAYS is 0: every run is kept.")
        # An instance's history is its owner's to keep in bounds, with what one before it has left there.
        claim(context.instance, services)
        before = datetime.now(UTC) - max(timedelta(days=history_days), _until_the_next(patterns))
        old = context.instance.get_run_records(
            dg.RunsFilter(statuses=_ENDED, created_before=before), limit=_AT_ONCE, ascending=True
        )
        for record in old:
            context.instance.delete_run(record.dagster_run.run_id)
        return dg.SkipReason(f"{counted(len(old), 'run')} removed, created before {before:%Y-%m-%d}.")

    return tick


def _until_the_next(patterns: CronPatterns) -> timedelta:
    """How long a run has to be known: without it, its job would be told as one that did not start."""
    today = datetime.now(UTC).date()
    gaps = [longest_gap(cron, patterns.timezone, today) for cron in patterns.crons.values()]
    return max(gaps) + timedelta(days=1)
