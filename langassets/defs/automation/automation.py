"""What starts by itself. `ENABLE_BACKGROUND_JOBS=false` stops it all, whatever is on in the web UI."""

from collections.abc import Sequence
from datetime import datetime

import dagster as dg

from langassets.defs.alerts.sensors import alert_sensors
from langassets.defs.automation.cleanup_after_evaluation import cleanup_after_evaluation
from langassets.defs.automation.forget_old_runs import forget_old_runs
from langassets.defs.automation.jobs import language_cleanup, language_evaluation, preload_frequent_languages
from langassets.defs.automation.server_start import server_start
from langassets.defs.runs.cron_patterns import Patterns
from langassets.defs.runs.queries import OFF, preload_requests, unfinished_run
from langassets.defs.runs.recovery import AGAIN_TAG, awaits_its_retry, end_cut_runs, to_start_again
from langassets.services import Services
from langassets.settings import Settings

SCHEDULED = {
    "language_evaluation_schedule": (language_evaluation, "evaluation_cron"),
    "preload_frequent_languages_schedule": (preload_frequent_languages, "preload_cron"),
}
"""By the schedule's name: its job, and the field of the settings that holds its pattern."""


def schedules(services: Services, loaded_at: datetime) -> Sequence[dg.ScheduleDefinition]:
    """The two schedules, by the patterns and in the time zone of the settings, read at `loaded_at`."""
    patterns = _patterns(services.settings, loaded_at)
    return [_schedule(name, services, patterns) for name in SCHEDULED]


def sensors(services: Services, loaded_at: datetime) -> Sequence[dg.SensorDefinition]:
    """The sensors: what follows an evaluation, what follows a start, what looks after runs, who is told."""
    settings = services.settings
    patterns = _patterns(settings, loaded_at)
    return [
        cleanup_after_evaluation(settings),
        _preload_on_startup(services),
        _recover_cut_runs(settings, patterns),
        forget_old_runs(settings),
        *alert_sensors(settings, patterns),
    ]


def _patterns(settings: Settings, loaded_at: datetime) -> Patterns:
    crons = {job.name: getattr(settings, field) for job, field in SCHEDULED.values()}
    return Patterns(crons, settings.jobs_timezone, settings.enable_background_jobs, loaded_at)


def _schedule(name: str, services: Services, patterns: Patterns) -> dg.ScheduleDefinition:
    job, _ = SCHEDULED[name]

    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=patterns.crons[job.name],
        execution_timezone=patterns.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=job.description,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest] | dg.SkipReason:
        since = patterns.in_force_since(context.instance)[job.name]
        if not patterns.enabled:
            return dg.SkipReason(OFF)
        if context.scheduled_execution_time < since:
            return dg.SkipReason(f"This moment lies before {since:%Y-%m-%d %H:%M %Z}: the pattern is newer.")
        # A key for each moment: a pattern that was changed back and forth fires no moment twice.
        key = f"{name} {context.scheduled_execution_time.isoformat()}"
        if run := unfinished_run(context.instance, job.name, besides=key):
            return dg.SkipReason(f"{job.name} is still queued or running (run {run}).")
        if job is preload_frequent_languages:
            return preload_requests(services, key)
        return [dg.RunRequest(run_key=key)]

    return tick


def _preload_on_startup(services: Services) -> dg.SensorDefinition:
    settings = services.settings

    @dg.sensor(
        name="preload_on_startup",
        job=preload_frequent_languages,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts one preload each time the server starts.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.enable_background_jobs:
            return dg.SkipReason(OFF)
        start = server_start()
        if start == context.cursor:
            return dg.SkipReason("Already preloaded since the server started.")
        end_cut_runs(context.instance)  # or what a power cut left behind would count as under way
        name = preload_frequent_languages.name
        if run := unfinished_run(context.instance, name):
            reason = f"A preload is queued or running already (run {run})."
        elif run := awaits_its_retry(context.instance, name):
            reason = f"The preload that was cut (run {run}) is about to be started again."
        else:
            return dg.SensorResult(run_requests=preload_requests(services, f"startup {start}"), cursor=start)
        return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=start)

    return tick


def _recover_cut_runs(settings: Settings, patterns: Patterns) -> dg.SensorDefinition:
    again = [language_evaluation, language_cleanup]  # a cut preload is done again at the start, or at night

    @dg.sensor(
        name="recover_cut_runs",
        jobs=again,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends runs whose process is gone, as after a power cut, and starts again the "
        "evaluations and cleanups that were cut off.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        patterns.in_force_since(context.instance)  # noted at every look, for no schedule may fire for weeks
        ended = end_cut_runs(context.instance, start_again=settings.enable_background_jobs)
        said = f"Ended: {', '.join(ended)}." if ended else "No run was cut."
        if not settings.enable_background_jobs:
            return dg.SkipReason(f"{said} {OFF}")
        cut = {job.name: to_start_again(context.instance, job.name) for job in again}
        requests = [
            dg.RunRequest(job_name=name, run_key=f"again {run}", tags={AGAIN_TAG: run})
            for name, run in cut.items()
            if run
        ]
        return dg.SensorResult(run_requests=requests) if requests else dg.SkipReason(said)

    return tick
