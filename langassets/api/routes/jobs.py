"""Routes for the jobs: how they stand, starting them, and their runs."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response

from langassets.api import audited
from langassets.api.access.tokens import ByToken, by_token, readable
from langassets.api.context import InContext
from langassets.api.models import TITLES, HistoryData, PlanData, RunOut, Started, StatusData, Success
from langassets.api.problems import Problem
from langassets.jobs.dagster.queries import ALIASES
from langassets.jobs.dagster.state import UNFINISHED

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        pattern="^[!-~]+$",
        description="Any text of your own; sent again with the same text, a request is carried out once.",
    ),
]


class JobName(StrEnum):
    """The jobs, by their short names."""

    EVALUATION = "evaluation"
    CLEANUP = "cleanup"
    PRELOAD = "preload"


class Outcome(StrEnum):
    """How a run ended, or that it has not."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELED = "canceled"
    UNFINISHED = "unfinished"


_STATUSES = {one: (one.upper(),) for one in Outcome} | {Outcome.UNFINISHED: UNFINISHED}


@router.get("/status", response_model=Success[StatusData], **readable("The state of all jobs"))
async def status(context: InContext) -> Response:
    """Whether jobs start by themselves, and of each its schedule, last run, next run and last error.

    The answer is never older than 5 seconds; `asOf` says when Dagster was asked.
    """
    return Response((await context.status.get()).value, media_type="application/json")


@router.get("/preload/plan", **readable("What a preload would do and cost"))
async def plan(context: InContext) -> Success[PlanData]:
    """What a preload would make in each language, and what it is expected to cost, with a range.

    Nothing is changed. The answer is never older than 15 minutes; `asOf` says when it was planned.
    """
    reading = await context.plan.get()
    return Success(data=PlanData(**reading.value.as_json(), as_of=reading.at))


@router.post("/trigger/{job}", status_code=202, **by_token("Start a job", 409, 413, 422))
async def trigger(
    job: JobName,
    request: Request,
    response: Response,
    context: InContext,
    token: ByToken,
    idempotency_key: IdempotencyKey = None,
) -> Success[Started]:
    """Start a job now. It is refused while a run of the same job is queued or under way.

    With an `Idempotency-Key` that was sent before, the answer is the first one's, and nothing is started.
    """
    name = ALIASES[job]
    started = await audited.start(context, name, idempotency_key, request, token)
    follow = f"/api/jobs/runs/{started.run_id}"
    response.headers["Location"] = follow
    data = Started(
        job=job.value,
        name=TITLES[name],
        run_id=started.run_id,
        run_ids=list(started.run_ids),
        follow=follow,
        ui=f"{context.settings.links_url}/runs/{started.run_id}",
    )
    return Success(data=data)


@router.get("/runs/{run_id}", **readable("The state of one run", 404, 422))
async def run(
    run_id: Annotated[UUID, Path(description="As a trigger or the history gave it.")], context: InContext
) -> Success[RunOut]:
    """How a run stands; with `error` where it failed."""
    found = await context.dagster.run(str(run_id))
    if found is None:
        raise Problem(
            404, "not_found", "There is no run of this id: /api/jobs/history lists those there are."
        )
    error = await context.dagster.failure(found.id) if found.status == "failure" else None
    return Success(data=RunOut.of(found, error))


@router.get("/history", **readable("Past runs, the newest first", 422))
async def history(
    context: InContext,
    job: JobName | None = None,
    outcome: Outcome | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    before: Annotated[UUID | None, Query(description="`next` of the page before.")] = None,
) -> Success[HistoryData]:
    """Runs of all jobs or of one, the newest first, whatever started them."""
    page = await context.dagster.runs(
        job=ALIASES[job] if job else None,
        statuses=_STATUSES[outcome] if outcome else (),
        cursor=str(before) if before else None,
        limit=limit,
    )
    return Success(data=HistoryData(runs=[RunOut.of(found) for found in page.runs], next=page.cursor))
