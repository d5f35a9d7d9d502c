"""What Dagster's web server answers, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from langassets.errors import DagsterUnavailableError
from langassets.jobs.dagster.own_runs import OwnRuns, jobs_of, tags_of
from langassets.jobs.dagster.queries import ALIASES, AUTOMATION, TRIGGER_TAG

QUEUED = ("QUEUED", "NOT_STARTED")
RUNNING = ("STARTING", "STARTED", "CANCELING")
UNFINISHED = QUEUED + RUNNING
OUTCOMES = ("success", "failure", "canceled")

_EVALUATION_SCHEDULE = "language_evaluation_schedule"
_LONGEST_ERROR = 2000

SENSOR_PATIENCE = 2
"""Ticks in a row that a sensor fails before anything is made of it: one is what a reload of the code brings,
and the next comes by itself within a minute or an hour. A schedule's next one is a day away."""

# The daemon's threads report every 30 s. Dagster itself takes them for alive for half an hour after the last.
_HEARTBEAT = timedelta(seconds=180)


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `status` is Dagster's, in lower case; `trigger` says what started it."""

    id: str
    job: str
    status: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    trigger: str

    @property
    def seconds(self) -> float | None:
        """How long it ran, None where it has not ended."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor; `on` is whether it is switched on in the web UI, `error` that of its last tick where the one
    before failed too."""

    name: str
    on: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class Schedule(Sensor):
    """The same of a schedule, where one tick that fails is enough."""

    job: str
    cron: str
    timezone: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Daemon:
    """One of the daemon's threads; `error` is the newest that it reported."""

    name: str
    healthy: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class LastRuns:
    """The newest run of a job, and the newest that succeeded and failed."""

    newest: Run | None
    success: Run | None
    failure: Run | None


@dataclass(frozen=True, slots=True)
class JobCounts:
    """Runs of a job that Dagster keeps, by outcome, and those that have none yet."""

    ended: Mapping[str, int]
    queued: int
    running: int


@dataclass(frozen=True, slots=True)
class DagsterState:
    """What stands in Dagster. `location` and `repository` are where langassets' jobs were found; `daemons`
    are those that its settings ask for."""

    location: str
    repository: str
    schedules: tuple[Schedule, ...]
    sensors: tuple[Sensor, ...]
    daemons: tuple[Daemon, ...]
    jobs: Mapping[str, LastRuns]

    def schedule_of(self, job: str) -> Schedule | None:
        """The schedule that starts a job."""
        return next((schedule for schedule in self.schedules if schedule.job == job), None)

    @property
    def daemon_alive(self) -> bool:
        """Whether every thread of the daemon that is asked for was heard of lately."""
        return bool(self.daemons) and all(daemon.healthy for daemon in self.daemons)


def state_of(data: Mapping[str, Any], now: datetime, own: OwnRuns = OwnRuns()) -> DagsterState:  # noqa: B008
    """The answer to `queries.STATE` at `now`; `DagsterUnavailableError` where langassets is not loaded."""
    nodes = data["repositoriesOrError"].get("nodes", [])
    ours = next((n for n in nodes if _EVALUATION_SCHEDULE in {s["name"] for s in n["schedules"]}), None)
    if ours is None:
        raise DagsterUnavailableError(
            "Dagster's web server runs, but langassets' jobs are not loaded in it: a setting may be wrong, "
            "or it was started for something else. Its Deployment page says which."
        )
    daemons = data["instance"]["daemonHealth"]["allDaemonStatuses"]
    return DagsterState(
        ours["location"]["name"],
        ours["name"],
        tuple(_schedule(row) for row in ours["schedules"] if row["name"] in AUTOMATION),
        tuple(_sensor(row) for row in ours["sensors"] if row["name"] in AUTOMATION),  # others are a host's
        tuple(_daemon(row, now) for row in daemons if row["required"]),
        {job: _last_runs(data, own, alias, job) for alias, job in ALIASES.items()},
    )


def _last_runs(data: Mapping[str, Any], own: OwnRuns, alias: str, job: str) -> LastRuns:
    """Those by the job's name, and those that our records know to have done it, as a button of an asset's."""
    known = [
        row for row in data["known"].get("results", ()) if row["runId"] in own.newest and job in jobs_of(row)
    ]

    def newest(name: str, status: str | None) -> Run | None:
        rows = [row for row in data[f"{alias}_{name}"].get("results", ()) if own.heeds(row)]
        rows += [row for row in known if status in {None, row["status"]}]
        return run_of(max(rows, key=lambda row: row["creationTime"]), job) if rows else None

    return LastRuns(newest("last", None), newest("success", "SUCCESS"), newest("failure", "FAILURE"))


def run_of(row: Mapping[str, Any], job: str | None = None) -> Run:
    """One run of an answer, as one of `job`; else of the only job that it does."""
    jobs = jobs_of(row)
    return Run(
        row["runId"],
        job or (jobs[0] if len(jobs) == 1 else row["jobName"]),
        row["status"].lower(),
        datetime.fromtimestamp(row["creationTime"], UTC),
        _moment(row["startTime"]),
        _moment(row["endTime"]),
        _trigger(tags_of(row)),
    )


def failure_text(events: Sequence[Mapping[str, Any]]) -> str | None:
    """Why a run failed, of its events: what a step gave as its reason, else what the run's end says."""
    fallback = None
    for event in events:
        kind = event["__typename"]
        if kind not in {"ExecutionStepFailureEvent", "RunFailureEvent"}:
            continue
        described = (event.get("failureMetadata") or {}).get("description")
        error = event.get("error") or {}
        cause = (error.get("cause") or {}).get("message")
        if described:
            return str(described)[:_LONGEST_ERROR]
        if cause:
            return _plain(str(cause))
        fallback = fallback or event.get("message") or error.get("message")
    return _plain(fallback) if fallback else None


def _plain(message: str) -> str:
    """An exception's own words, without its class's name before them."""
    name, colon, rest = message.strip().partition(": ")
    return (rest if colon and " " not in name else message.strip())[:_LONGEST_ERROR]


def _sensor(row: Mapping[str, Any]) -> Sensor:
    state = row["sensorState"]
    return Sensor(row["name"], state["status"] == "RUNNING", _tick_error(state, SENSOR_PATIENCE))


def _schedule(row: Mapping[str, Any]) -> Schedule:
    state, ticks = row["scheduleState"], row["futureTicks"]["results"]
    on = state["status"] == "RUNNING"
    return Schedule(
        row["name"],
        on,
        _tick_error(state, 1),
        row["pipelineName"],
        row["cronSchedule"],
        row["executionTimezone"] or "UTC",
        _moment(ticks[0]["timestamp"]) if ticks and on else None,
    )


def _tick_error(state: Mapping[str, Any], patience: int) -> str | None:
    """The error of the newest tick, None where not all of the `patience` newest failed."""
    errors = [tick["error"] for tick in state["ticks"][:patience]]
    if len(errors) < patience or not all(errors):
        return None
    newest = errors[0]
    return tick_error(newest["className"], newest["message"], (newest["cause"] or {}).get("message"))


def tick_error(class_name: str, message: str, cause: str | None) -> str:
    """What a failed tick of a sensor or schedule says, by its error and the message of what that came of."""
    # Dagster's own error around what the tick raised says no more than that it failed.
    around = class_name in {"SensorExecutionError", "ScheduleExecutionError"}
    return _plain(cause if around and cause else message)


def _daemon(row: Mapping[str, Any], now: datetime) -> Daemon:
    errors, heard = row["lastHeartbeatErrors"], _moment(row["lastHeartbeatTime"])
    return Daemon(
        row["daemonType"].lower(),
        bool(row["healthy"]) and heard is not None and now - heard < _HEARTBEAT,
        _plain(errors[0]["message"]) if errors else None,
    )


def _trigger(tags: Mapping[str, str]) -> str:
    if TRIGGER_TAG in tags or "langassets/trigger" in tags:  # as the version before has it
        return "api"
    for key, word in (
        ("dagster/schedule_name", "schedule"),
        ("dagster/sensor_name", "sensor"),
        ("dagster/retry_number", "retry"),
    ):
        if key in tags:
            return f"{word} {tags[key]}"
    return "hand"


def _moment(timestamp: float | None) -> datetime | None:
    return datetime.fromtimestamp(timestamp, UTC) if timestamp else None
