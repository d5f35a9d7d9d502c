"""How the jobs stand: from Dagster's state to the answer that the replaced system gave."""

from datetime import datetime

from langassets.api.models import TITLES, FollowUp, JobOut, LastError, RunOut, StatusData, Success
from langassets.jobs.dagster.queries import CLEANUP, EVALUATION, PRELOAD
from langassets.jobs.dagster.server import DagsterServer
from langassets.jobs.dagster.state import DagsterState

_AFTER_EVALUATION = ("cleanup_after_evaluation", "declarative_automation")


async def status_answer(server: DagsterServer, state: DagsterState, at: datetime, enabled: bool) -> bytes:
    """The body of `GET /api/jobs/status`; `enabled` is `ENABLE_BACKGROUND_JOBS`."""
    running = enabled and state.daemon_alive
    sensor = next((sensor for sensor in state.sensors if sensor.name in _AFTER_EVALUATION), None)
    data = StatusData(
        is_running=running,
        jobs=[await _job(server, state, job, enabled) for job in (EVALUATION, PRELOAD)],
        follow_ups=[
            FollowUp(
                name=TITLES[CLEANUP],
                follows=TITLES[EVALUATION],
                is_active=enabled and sensor is not None and sensor.on,
                last_run=_last_run(state, CLEANUP),
                last_error=await _last_error(server, state, CLEANUP, sensor.error if sensor else None),
            )
        ],
        as_of=at,
    )
    return Success[StatusData](data=data).model_dump_json().encode()


async def _job(server: DagsterServer, state: DagsterState, job: str, enabled: bool) -> JobOut:
    schedule = state.schedule_of(job)
    return JobOut(
        name=TITLES[job],
        schedule=schedule.cron if schedule else "",
        is_active=enabled and schedule is not None and schedule.on,
        timezone=schedule.timezone if schedule else "UTC",
        next_run=schedule.next_at if schedule and enabled else None,
        last_run=_last_run(state, job),
        last_error=await _last_error(server, state, job, schedule.error if schedule else None),
    )


def _last_run(state: DagsterState, job: str) -> RunOut | None:
    newest = state.jobs[job].newest
    return RunOut.of(newest) if newest else None


async def _last_error(
    server: DagsterServer, state: DagsterState, job: str, not_started: str | None
) -> LastError | None:
    if not_started:
        return LastError(message=not_started, run_id=None, at=None)
    failed = state.jobs[job].failure
    if failed is None:
        return None
    return LastError(message=await server.failure(failed.id), run_id=failed.id, at=failed.ended_at)
