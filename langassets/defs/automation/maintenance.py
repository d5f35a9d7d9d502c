"""What becomes of runs that are over: `recover_cut_runs` ends in Dagster what a power cut ended, and has it
done again; `forget_old_runs` removes old ones, or Dagster's event log would grow without bound."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from langassets.defs.automation.declared import job_of, sensor
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.due import longest_gap
from langassets.defs.runs.ownership import Claim, claim
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF
from langassets.defs.runs.recovery import AGAIN_TAG, end_cut_runs, to_start_again
from langassets.jobs.dagster.queries import ASSET_JOB, ASSETS, CLEANUP, EVALUATION
from langassets.services import Services
from langassets.wording import counted

# Removing a run means a handful of statements: a tick stays well below its minute.
_AT_ONCE = 100
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def recover_cut_runs(services: Services, patterns: CronPatterns) -> dg.SensorDefinition:
    """The sensor; `patterns` are those of the scheduled jobs."""
    names = services.settings.names
    # A cut preload is done again at the start, or at night.
    started_again = [job_of(names, job) for job in (EVALUATION, CLEANUP)]

    @sensor("recover_cut_runs", names, jobs=started_again)
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        own, enabled = claim(context.instance, services), services.settings.enable_background_jobs
        patterns.in_force_since(context.instance)  # noted at every look, for no schedule may fire for weeks
        ended = end_cut_runs(own, start_again=enabled)
        said = f"Ended: {', '.join(ended)}." if ended else "No run was cut."
        if not enabled:
            return dg.SkipReason(f"{said} {BACKGROUND_JOBS_OFF}")
        requests = [
            dg.RunRequest(job_name=job.name, run_key=f"again {run}", tags={AGAIN_TAG: run} | own.tag)
            for job in started_again
            if (run := to_start_again(own, job.name))
        ]
        return dg.SensorResult(run_requests=requests) if requests else dg.SkipReason(said)

    return tick


def forget_old_runs(services: Services, patterns: CronPatterns) -> dg.SensorDefinition:
    """Removes the pipeline's runs of more than `RUN_HISTORY_DAYS` ago with their events and logs."""

    @sensor("forget_old_runs", services.settings.names, seconds=3600)
    def tick(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        history_days = services.settings.run_history_days
        if not history_days:
            return dg.SkipReason("RUN_HISTORY_DAYS is 0: every run is kept.")
        own = claim(context.instance, services)
        before = datetime.now(UTC) - max(timedelta(days=history_days), _until_the_next(patterns))
        old = _ended(own, before)
        for run in old:
            context.instance.delete_run(run.run_id)
        return dg.SkipReason(f"{counted(len(old), 'run')} removed, created before {before:%Y-%m-%d}.")

    return tick


def _ended(own: Claim, before: datetime) -> list[dg.DagsterRun]:
    """The oldest of the pipeline's runs, and of its jobs' also those of whoever had its names before."""
    found = list[dg.DagsterRun]()
    for job in (*map(own.names.own, ASSETS), ASSET_JOB):
        tags = own.tag if job == ASSET_JOB else {}
        chosen = dg.RunsFilter(job_name=job, tags=tags, statuses=_ENDED, created_before=before)
        records = own.instance.get_run_records(chosen, limit=_AT_ONCE - len(found), ascending=True)
        runs = (record.dagster_run for record in records)
        found += [run for run in runs if job != ASSET_JOB or own.is_of(run)]
        if len(found) >= _AT_ONCE:
            break
    return found


def _until_the_next(patterns: CronPatterns) -> timedelta:
    """How long a run has to be known: without it, its job would be told as one that did not start."""
    today, timezone = datetime.now(UTC).date(), patterns.settings.jobs_timezone
    return max(longest_gap(cron, timezone, today) for cron in patterns.crons.values()) + timedelta(days=1)
