"""The overview: how each language stands, what it cost this month, and what happens next."""

from datetime import UTC, timedelta

from fastapi import APIRouter, Request, Response

from langassets.api.context import Context, InContext
from langassets.api.models import TITLES
from langassets.api.pages.rendering import MaySee, PageRoute, moment, render
from langassets.database.decisions import shares
from langassets.database.records.bill_totals import By, Totals, named_totals
from langassets.errors import DagsterUnavailableError
from langassets.jobs.dagster.queries import CLEANUP, EVALUATION, PRELOAD
from langassets.jobs.dagster.state import DagsterState

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[MaySee])
_LOOKED_BACK = timedelta(days=90)


@router.get("/")
async def overview(request: Request, context: InContext) -> Response:
    """The page at the root."""
    languages = await context.languages.get()
    now = context.services.clock().astimezone(UTC)
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    trends, bill = await context.query(
        lambda connection: (
            shares(connection, now - _LOOKED_BACK),
            named_totals(connection, By.LANGUAGE, since=month),
        )
    )
    return render(
        request,
        "overview.html",
        languages=languages.value,
        as_of=languages.at,
        trends=trends,
        bill=bill,
        cost=sum((one.dollars for one in bill.values()), Totals().dollars),
        jobs=await _jobs(context),
        ui=context.settings.links_url,
    )


async def _jobs(context: Context) -> list[tuple[str, str, str]] | None:
    """What happens next: each job, when or after what it starts, and how it last ended; None where Dagster
    cannot be asked."""
    try:
        state = (await context.state.get()).value
    except DagsterUnavailableError:
        return None
    enabled = context.settings.enable_background_jobs and state.daemon_alive
    return [
        (TITLES[job], _next(state, job, enabled), _last(state, job)) for job in (EVALUATION, CLEANUP, PRELOAD)
    ]


def _next(state: DagsterState, job: str, enabled: bool) -> str:
    if not enabled:
        return "not by itself: the daemon is down or background jobs are off"
    if job == CLEANUP:
        return f"after the next {TITLES[EVALUATION]}"
    schedule = state.schedule_of(job)
    if schedule is None or not schedule.on or schedule.next_at is None:
        return "not by itself: its schedule is off"
    return moment(schedule.next_at)


def _last(state: DagsterState, job: str) -> str:
    newest = state.jobs[job].newest
    if newest is None:
        return "never"
    at = newest.ended_at or newest.started_at or newest.created_at
    return f"{newest.status.replace('_', ' ')}, {moment(at)}"
