"""The two schedules. `ENABLE_BACKGROUND_JOBS=false` stops them, as it does the sensors, whatever is on in the
web UI."""

import dagster as dg

from langassets.defs.automation.declared import job_of
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.ownership import claim
from langassets.defs.runs.queries import BACKGROUND_JOBS_OFF, preload_requests, unfinished_run
from langassets.jobs.dagster.queries import PRELOAD
from langassets.services import Services


def schedules(services: Services, patterns: CronPatterns) -> list[dg.ScheduleDefinition]:
    """The schedules, each by the pattern of its job."""
    return [_schedule(job, services, patterns) for job in patterns.crons]


def _schedule(job: str, services: Services, patterns: CronPatterns) -> dg.ScheduleDefinition:
    settings = services.settings
    defined = job_of(settings.names, job)
    name = f"{defined.name}_schedule"

    @dg.schedule(
        name=name,
        job=defined,
        cron_schedule=patterns.crons[job],
        execution_timezone=settings.jobs_timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=defined.description,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        own = claim(context.instance, services)
        since = patterns.in_force_since(context.instance)[job]
        if not settings.enable_background_jobs:
            return dg.SkipReason(BACKGROUND_JOBS_OFF)
        if context.scheduled_execution_time < since:
            return dg.SkipReason(f"This moment lies before {since:%Y-%m-%d %H:%M %Z}: the pattern is newer.")
        # A key for each moment: a pattern that was changed back and forth fires no moment twice.
        key = f"{name} {context.scheduled_execution_time.isoformat()}"
        if run := unfinished_run(own, job, besides=key):
            return dg.SkipReason(f"{defined.name} is still queued or running (run {run}).")
        if job == PRELOAD:
            return preload_requests(services, own, key)
        return [dg.RunRequest(run_key=key, tags=own.tag)]

    return tick
