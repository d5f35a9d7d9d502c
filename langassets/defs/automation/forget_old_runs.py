"""The sensor `forget_old_runs`: Dagster's event log grows without bound unless somebody prunes it."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from langassets.database.names.installation import Deployment
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.due import longest_gap
from langassets.defs.runs.ownership import claim, is_of, own_tag
from langassets.jobs.dagster.queries import ASSET_JOB, ASSETS
from langassets.services import Services
from langassets.settings.dagster import Names
from langassets.wording import counted

# Removing a run means a handful of statements: a tick stays well below its minute.
_AT_ONCE = 100
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def forget_old_runs(services: Services, patterns: CronPatterns) -> dg.SensorDefinition:
    """Removes the pipeline's runs of more than `RUN_HISTORY_DAYS` ago with their events and logs."""

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
        ours = claim(context.instance, services)
        before = datetime.now(UTC) - max(timedelta(days=history_days), _until_the_next(patterns))
        old = _ended(context.instance, ours, patterns.names, before)
        for run in old:
            context.instance.delete_run(run.run_id)
        return dg.SkipReason(f"{counted(len(old), 'run')} removed, created before {before:%Y-%m-%d}.")

    return tick


def _ended(
    instance: dg.DagsterInstance, ours: Deployment, names: Names, before: datetime
) -> list[dg.DagsterRun]:
    """The oldest of the pipeline's runs, and of its jobs' also those of whoever had its names before."""
    found = list[dg.DagsterRun]()
    for job in (*map(names.own, ASSETS), ASSET_JOB):
        tags = own_tag(ours) if job == ASSET_JOB else {}
        chosen = dg.RunsFilter(job_name=job, tags=tags, statuses=_ENDED, created_before=before)
        records = instance.get_run_records(chosen, limit=_AT_ONCE - len(found), ascending=True)
        runs = (record.dagster_run for record in records)
        found += [run for run in runs if job != ASSET_JOB or is_of(run, ours, names)]
        if len(found) >= _AT_ONCE:
            break
    return found


def _until_the_next(patterns: CronPatterns) -> timedelta:
    """How long a run has to be known: without it, its job would be told as one that did not start."""
    today = datetime.now(UTC).date()
    gaps = [longest_gap(cron, patterns.timezone, today) for cron in patterns.crons.values()]
    return max(gaps) + timedelta(days=1)
