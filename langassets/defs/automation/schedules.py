"""The two schedules. `ENABLE_BACKGROUND_JOBS=false` stops them, as it does the sensors, whatever is on in the
web UI."""

from datetime import datetime

import dagster as dg

from langassets.defs.automation.jobs import language_evaluation, preload_frequent_languages
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.ownership import claim, own_tag
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF, preload_requests, unfinished_run
from langassets.services import Services
from langassets.settings import Settings

_SCHEDULED = {job.name: job for job in (language_evaluation, preload_frequent_languages)}


def cron_patterns(settings: Settings, loaded_at: datetime) -> CronPatterns:
    """The patterns of the scheduled jobs, as the settings had them at `loaded_at`."""
    crons = {
        language_evaluation.name: settings.evaluation_cron,
        preload_frequent_languages.name: settings.preload_cron,
    }
    return CronPatterns(crons, settings.jobs_timezone, settings.enable_background_jobs, loaded_at)


def schedules(services: Services, patterns: CronPatterns) -> list[dg.ScheduleDefinition]:
    """The schedules, each by the pattern of its job."""
    return [_schedule(name, services, patterns) for name in _SCHEDULED]


def _schedule(job_name: str, services: Services, patterns: CronPatterns) -> dg.ScheduleDefinition:
    name, job = f"{job_name}_schedule", _SCHEDULED[job_name]

    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=patterns.crons[job.name],
        execution_timezone=patterns.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=job.description,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        ours = claim(context.instance, services)
        since = patterns.in_force_since(context.instance)[job.name]
        if not patterns.enabled:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        if context.scheduled_execution_time < since:
            return dg.SkipReason(f"This moment lies before {since:%Y-%m-%d %H:%M %Z}: the pattern is newer.")
        # A key for each moment: a pattern that was changed back and forth fires no moment twice.
        key = f"{name} {context.scheduled_execution_time.isoformat()}"
        if run := unfinished_run(context.instance, ours, job.name, besides=key):
            return dg.SkipReason(f"{job.name} is still queued or running (run {run}).")
        if job is preload_frequent_languages:
            return preload_requests(services, ours, key)
        return [dg.RunRequest(run_key=key, tags=own_tag(ours))]

    return tick
