"""What starts by itself: two schedules and two sensors. `ENABLE_BACKGROUND_JOBS=false` stops them all."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from langassets.defs.jobs import language_cleanup, language_evaluation, preload_frequent_languages
from langassets.defs.startup import server_start
from langassets.defs.tier import frequent_language_tier
from langassets.settings import Settings

_UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_OFF = "ENABLE_BACKGROUND_JOBS is false: nothing starts by itself. Started by hand, every job still runs."


def schedules(settings: Settings) -> Sequence[dg.ScheduleDefinition]:
    """The two schedules, by the patterns and in the time zone of the settings."""
    return [
        _schedule("language_evaluation_schedule", language_evaluation, settings.evaluation_cron, settings),
        _schedule(
            "preload_frequent_languages_schedule", preload_frequent_languages, settings.preload_cron, settings
        ),
    ]


def sensors(settings: Settings) -> Sequence[dg.SensorDefinition]:
    """The two sensors."""
    return [_cleanup_after_evaluation(settings), _preload_on_startup(settings)]


def unfinished_run(instance: dg.DagsterInstance, job_name: str) -> str | None:
    """The id of a run of this job that is queued or under way, None where there is none."""
    runs = instance.get_run_records(dg.RunsFilter(job_name=job_name, statuses=_UNFINISHED), limit=1)
    return runs[0].dagster_run.run_id if runs else None


def _schedule(name: str, job: Any, cron: str, settings: Settings) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        job=job,
        cron_schedule=cron,
        execution_timezone=settings.jobs_timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def tick(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        if not settings.enable_background_jobs:
            return dg.SkipReason(_OFF)
        if run := unfinished_run(context.instance, job.name):
            return dg.SkipReason(f"{job.name} is still queued or running (run {run}).")
        # A key for each moment: a pattern that was changed back and forth fires no moment twice.
        return dg.RunRequest(run_key=f"{name} {context.scheduled_execution_time.isoformat()}")

    return tick


def _cleanup_after_evaluation(settings: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="cleanup_after_evaluation",
        job=language_cleanup,
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Each materialization of the tier is followed by a cleanup that begins after it.",
    )
    def tick(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if not settings.enable_background_jobs:
            return dg.SkipReason(_OFF)
        event = context.instance.get_latest_materialization_event(frequent_language_tier.key)
        if event is None:
            return dg.SkipReason("There has been no evaluation yet.")
        seen = f"{event.run_id} {event.timestamp}"
        if seen == context.cursor:
            return dg.SkipReason("No evaluation since the last cleanup.")
        if run := _cleanup_since(context.instance, event.timestamp):
            return dg.SensorResult(
                skip_reason=dg.SkipReason(f"Cleaned up by hand since (run {run})."), cursor=seen
            )
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"after {seen}")], cursor=seen)

    return tick


def _cleanup_since(instance: dg.DagsterInstance, timestamp: float) -> str | None:
    """A cleanup that began after a moment (seconds since 1970) and did not fail."""
    for record in instance.get_run_records(dg.RunsFilter(job_name=language_cleanup.name), limit=20):
        begun = record.start_time
        if (
            begun
            and begun >= timestamp
            and record.dagster_run.status
            not in {
                dg.DagsterRunStatus.FAILURE,
                dg.DagsterRunStatus.CANCELED,
            }
        ):
            return record.dagster_run.run_id
    return None


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
            return dg.SkipReason(_OFF)
        start = server_start()
        if start == context.cursor:
            return dg.SkipReason("Already preloaded since the server started.")
        if run := unfinished_run(context.instance, preload_frequent_languages.name):
            return dg.SensorResult(
                skip_reason=dg.SkipReason(f"A preload is queued or running already (run {run})."),
                cursor=start,
            )
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"startup {start}")], cursor=start)

    return tick
