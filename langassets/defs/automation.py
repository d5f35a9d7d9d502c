"""What starts by itself. `ENABLE_BACKGROUND_JOBS=false` stops it all, whatever is on in the web UI."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dagster as dg

from langassets.defs.alerting import alert_sensors
from langassets.defs.follow_up import cleanup_after_evaluation
from langassets.defs.jobs import language_cleanup, language_evaluation, preload_frequent_languages
from langassets.defs.patterns import Patterns
from langassets.defs.recovery import AGAIN_TAG, awaits_its_retry, end_cut_runs, to_start_again
from langassets.defs.retention import forget_old_runs
from langassets.defs.runs import OFF, unfinished_run
from langassets.defs.startup import server_start
from langassets.settings import Settings

SCHEDULED = {
    "language_evaluation_schedule": (language_evaluation, "evaluation_cron"),
    "preload_frequent_languages_schedule": (preload_frequent_languages, "preload_cron"),
}
"""By the schedule's name: its job, and the field of the settings that holds its pattern."""


def schedules(settings: Settings, loaded_at: datetime) -> Sequence[dg.ScheduleDefinition]:
    """The two schedules, by the patterns and in the time zone of the settings, read at `loaded_at`."""
    patterns = _patterns(settings, loaded_at)
    return [_schedule(name, job, patterns) for name, (job, _) in SCHEDULED.items()]


def sensors(settings: Settings, loaded_at: datetime) -> Sequence[dg.SensorDefinition]:
    """The sensors: what follows an evaluation, what follows a start, what looks after runs, who is told."""
    patterns = _patterns(settings, loaded_at)
    return [
        cleanup_after_evaluation(settings),
        _preload_on_startup(settings),
        _recover_cut_runs(settings, patterns),
        forget_old_runs(settings),
        *alert_sensors(settings, patterns),
    ]


def _patterns(settings: Settings, loaded_at: datetime) -> Patterns:
    crons = {job.name: getattr(settings, field) for job, field in SCHEDULED.values()}
    return Patterns(crons, settings.jobs_timezone, settings.enable_background_jobs, loaded_at)


def _schedule(name: str, job: Any, patterns: Patterns) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=patterns.crons[job.name],
        execution_timezone=patterns.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        since = patterns.in_force_since(context.instance)[job.name]
        if not patterns.enabled:
            return dg.SkipReason(OFF)
        if context.scheduled_execution_time < since:
            return dg.SkipReason(f"This moment lies before {since:%Y-%m-%d %H:%M %Z}: the pattern is newer.")
        if run := unfinished_run(context.instance, job.name):
            return dg.SkipReason(f"{job.name} is still queued or running (run {run}).")
        # A key for each moment: a pattern that was changed back and forth fires no moment twice.
        return dg.RunRequest(run_key=f"{name} {context.scheduled_execution_time.isoformat()}")

    return tick


def _preload_on_startup(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="preload_on_startup",
        job=preload_frequent_languages,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Once each start of the server: a preload.",
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
            return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"startup {start}")], cursor=start)
        return dg.SensorResult(skip_reason=dg.SkipReason(reason), cursor=start)

    return tick


def _recover_cut_runs(settings: Settings, patterns: Patterns) -> dg.SensorDefinition:
    again = [language_evaluation, language_cleanup]  # a cut preload is done again at the start, or at night

    @dg.sensor(
        name="recover_cut_runs",
        jobs=again,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends runs whose process is gone, as after a power cut, and sees to it that their work "
        "is done again.",
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
