"""What people change over HTTP, by a program or on a page: done, with a line for the audit log."""

import asyncio
import logging
from collections.abc import Mapping

from fastapi import Request

from langassets.api.context import Context
from langassets.api.jobs.triggers import Trigger
from langassets.api.problems import Problem
from langassets.database.translations.reviews import Verdict
from langassets.errors import InputError
from langassets.ingestion.review import speaking
from langassets.ingestion.review.speaking import Answered
from langassets.jobs.dagster.queries import ALIASES

_audit = logging.getLogger("langassets.audit")
_SHORT = {name: alias for alias, name in ALIASES.items()}


async def start(context: Context, job: str, key: str | None, request: Request, token: str) -> Trigger:
    """Start a job, once for each idempotency key; raises as `Triggers.start` does."""
    line = {"job": _SHORT[job], "by": token, "from": _address(request)}
    try:
        started = await context.triggers.start(job, key)
    except Exception as error:
        _say("trigger", line | {"outcome": error.body.code if isinstance(error, Problem) else "failed"})
        raise
    _say("trigger", line | {"outcome": "replayed" if started.replayed else "started", "run": started.run_id})
    return started


async def speak(context: Context, said: speaking.Request, request: Request, token: str) -> Answered:
    """Take in a person's word; `Problem` 404 where nobody knows what it is about."""
    line = {"by": said.reviewer, "token": token, "from": _address(request)}
    services = context.services
    try:
        answered = await asyncio.to_thread(
            speaking.speak, services.data, services.recipes, said, services.clock()
        )
    except InputError as error:
        raise Problem(404, "not_found", str(error)) from None
    outcomes = {one.target_language: one.outcome.value for one in answered.answers}
    verb = "accept" if said.verdict is Verdict.ACCEPTED else "reject"
    _say(f"review {verb}", line | outcomes)
    return answered


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _say(what: str, line: Mapping[str, str]) -> None:
    _audit.info("%s %s", what, " ".join(f"{name}={value!r}" for name, value in line.items()))
