"""What a preload and a cleanup would do, and starting them."""

import secrets
from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from langassets.api import audited
from langassets.api.context import InContext
from langassets.api.models import TITLES
from langassets.api.pages.rendering import MaySee, PageRoute, SignedIn, form_of, render
from langassets.api.routes.jobs import JobName
from langassets.jobs.cleanup.job import retention_policy
from langassets.jobs.dagster.queries import ALIASES
from langassets.retention.refusals import refusal

router = APIRouter(prefix="/jobs", include_in_schema=False, route_class=PageRoute)


@router.get("", dependencies=[MaySee])
async def plans(
    request: Request, context: InContext, started: Annotated[str, Query(pattern="^[0-9a-f-]{0,40}$")] = ""
) -> Response:
    """What would happen, with what it costs."""
    preload, cleanup = await context.plan.get(), await context.cleanup.get()
    plan = cleanup.value.plan
    steps = Counter((step.language, str(step.action), step.reason) for step in plan.steps)
    return render(
        request,
        "jobs.html",
        preload=preload.value,
        rows=list(preload.value.rows()),
        remarks=list(preload.value.remarks()),
        planned_at=preload.at,
        steps=sorted(steps.items()),
        total=plan.total,
        removed=plan.removed,
        refused=refusal(plan, retention_policy(context.services)),
        looked_at=cleanup.at,
        started=started,
        key=secrets.token_urlsafe(16),
        ui=context.settings.links_url,
        titles={alias: TITLES[name] for alias, name in ALIASES.items()},
    )


@router.post("/{job}")
async def start(job: JobName, request: Request, context: InContext, visitor: SignedIn) -> Response:
    """Start a job that a person confirmed."""
    form = await form_of(request)
    by = f"{visitor.token}, {visitor.name}"
    begun = await audited.start(context, ALIASES[job], form.get("key") or None, request, by)
    return RedirectResponse(f"/jobs?started={begun.run_id}", 303)
