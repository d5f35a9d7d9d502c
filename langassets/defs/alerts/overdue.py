"""Whether what was to start by itself did: schedules that did not fire, jobs not done, sensors that fail."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from langassets.alerts.outbox import Alert
from langassets.defs.runs.cron_patterns import CronPatterns
from langassets.defs.runs.due import last_due
from langassets.defs.runs.ownership import Claim
from langassets.defs.runs.queries import runs_of, unfinished_run
from langassets.jobs.dagster.state import SENSOR_PATIENCE, tick_error
from langassets.jobs.preload.parts import LANGUAGES_TAG, is_whole

# A schedule fires within a minute or two; the queue, or a job that still runs, may take longer.
GRACE = timedelta(hours=1)
_LONGEST = 1500


def _due(own: Claim, patterns: CronPatterns, now: datetime) -> Iterator[tuple[str, datetime]]:
    """Each job that should have been started by now, and since when."""
    since = patterns.in_force_since(own.instance)
    for job, cron in patterns.crons.items():
        moment = last_due(cron, patterns.settings.jobs_timezone, now - GRACE)
        if moment >= since[job]:
            yield job, moment


def not_done(own: Claim, patterns: CronPatterns, now: datetime) -> list[str]:
    """For each job that was due and has not succeeded since, nor is under way: what to say of it."""
    return [
        f"{own.names.own(job)} was due at {moment:%Y-%m-%d %H:%M %Z} and is not done"
        for job, moment in _due(own, patterns, now)
        if not _done_since(own, job, moment) and not unfinished_run(own, job)
    ]


def not_started(own: Claim, patterns: CronPatterns, now: datetime, web: str) -> Iterable[Alert]:
    """An alert for each schedule that did not fire: nothing has started its job since it was due, and none
    is under way from before."""
    return [
        Alert(
            f"missed {job} {moment.isoformat()}",
            "schedule_missed",
            f"{own.names.own(job)} did not start",
            f"It was due at {moment:%Y-%m-%d %H:%M %Z}, and nothing has started it since. Is its schedule "
            "switched on, and does Dagster's daemon run?",
            f"{web}/automation",
        )
        for job, moment in _due(own, patterns, now)
        if not _run_since(own, job, moment)
    ]


def failing_sensors(
    instance: dg.DagsterInstance,
    location: str | None,
    defined: Collection[str],
    known: dict[str, Any],
    web: str,
) -> list[Alert]:
    """An alert for each sensor and schedule that fails, of those that are `defined` in the code location of
    this name (None: whichever): Dagster never forgets one that is gone, and another location may have one of
    the same name. `known` (name: when it began to; kept by the caller) is brought up to date."""
    told = []
    for state in instance.all_instigator_state():
        at = state.origin.repository_origin.code_location_origin.location_name
        if state.status.value == "STOPPED" or state.name not in defined or location not in {None, at}:
            continue
        is_sensor = state.instigator_type.value == "SENSOR"
        patience = SENSOR_PATIENCE if is_sensor else 1
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=patience)
        failed = [tick for tick in ticks if tick.status.value == "FAILURE"]
        if len(failed) < patience:
            if ticks and ticks[0].status.value in {"SUCCESS", "SKIPPED"}:
                known.pop(state.name, None)
            continue
        since = known.setdefault(state.name, failed[-1].timestamp)
        kind = "Sensor" if is_sensor else "Schedule"
        told.append(
            Alert(
                f"failing {state.name} {since}",
                "sensor_failed",
                f"{kind} {state.name} fails",
                _why(failed[0].error)[:_LONGEST],
                f"{web}/automation",
            )
        )
    return told


def _why(error: SerializableErrorInfo | None) -> str:
    if error is None:
        return "It gave no reason."
    return tick_error(error.cls_name or "", error.message, error.cause.message if error.cause else None)


def _done_since(own: Claim, job: str, due: datetime) -> bool:
    """Whether a run of the job has succeeded; of a job in parts, one of each part."""
    runs = runs_of(own, job, updated_after=due)
    succeeded = [run.tags for run in runs if run.status is dg.DagsterRunStatus.SUCCESS]
    if any(is_whole(tags) for tags in succeeded):
        return True
    parts = {run.tags.get(LANGUAGES_TAG) for run in runs}
    return bool(parts) and parts == {tags[LANGUAGES_TAG] for tags in succeeded}


def _run_since(own: Claim, job: str, due: datetime) -> bool:
    # A minute of grace the other way: the daemon's clock and the database's may differ.
    started = runs_of(own, job, created_after=due - timedelta(minutes=1))
    return bool(started or unfinished_run(own, job))
