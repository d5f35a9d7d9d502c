"""Every answer that is not a success, in one shape."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from langassets.errors import DagsterUnavailableError, DatabaseBusyError, LangassetsError

_log = logging.getLogger(__name__)


class Detail(BaseModel):
    """One thing that is wrong with a request, and where."""

    where: str
    problem: str


class ProblemBody(BaseModel):
    """What went wrong. `code` is for programs, `message` for people."""

    code: str
    message: str
    details: list[Detail] | None = None
    runId: str | None = None  # noqa: N815 (as the application's other answers are written)


class ProblemOut(BaseModel):
    """An answer that is not a success."""

    success: Literal[False] = False
    error: ProblemBody


class Problem(Exception):  # noqa: N818 (it becomes an answer; the failure is the caller's)
    """Ends a request with this answer."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Sequence[Detail] = (),
        run_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.body = ProblemBody(code=code, message=message, details=list(details) or None, runId=run_id)

    def response(self) -> JSONResponse:
        """The answer."""
        body = ProblemOut(error=self.body).model_dump(exclude_none=True)
        return JSONResponse(body, self.status, self.headers)


_NAMES = {
    400: "the request is not understood",
    401: "the token is missing or wrong",
    404: "there is no such thing",
    405: "the method is not allowed here",
    409: "the same job is queued or running already, the Idempotency-Key was used for something else, or "
    "somebody else said otherwise",
    413: "the body is too large",
    415: "the body is not JSON",
    422: "the request makes no sense; `details` says where",
    429: "too many failed logins from this address",
    503: "what is needed does not answer, or is switched off; the message says which",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that are no success, for its description."""
    return {
        status: {"model": ProblemOut, "description": _NAMES[status].capitalize()}
        for status in sorted({400, *statuses})
    }


def details_of(errors: Sequence[Any]) -> list[Detail]:
    """pydantic's complaints, without what was sent."""
    return [
        Detail(where=".".join(str(part) for part in error["loc"]) or "body", problem=error["msg"])
        for error in errors[:20]
    ]


def install(app: FastAPI) -> None:
    """Have every failure answered in this shape, without a trace of the code."""
    for kind in (Problem, RequestValidationError, HTTPException, LangassetsError, Exception):
        app.add_exception_handler(kind, lambda _request, error: problem_of(error).response())


def problem_of(error: Exception) -> Problem:
    """What an error comes to as an answer."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        text = "The request makes no sense; `details` says where."
        return Problem(422, "invalid", text, details=details_of(error.errors()))
    if isinstance(error, HTTPException):
        code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
        cure = {404: ": /docs lists what there is", 405: ": /docs lists what is allowed here"}
        text = f"{error.detail}{cure.get(error.status_code, '')}."
        return Problem(error.status_code, code, text, headers=error.headers)
    if isinstance(error, LangassetsError):
        return _unavailable(error)
    return Problem(500, "internal", "Something went wrong here; the server's log says what.")


def _unavailable(error: LangassetsError) -> Problem:
    """Something that is needed cannot be had."""
    # The whole text, with its addresses, is for the operator's log; the caller may be anyone.
    _log.warning("answered 503: %s", error)
    if isinstance(error, DagsterUnavailableError):
        code, message = "dagster_unavailable", "Dagster cannot be reached, or langassets is not loaded in it"
    elif isinstance(error, DatabaseBusyError):
        code, message = "database_busy", "The database does not answer"
    else:
        code, message = "unavailable", "The database or storage cannot be used"
    text = f"{message}; `langassets doctor` says what to do."
    return Problem(503, code, text, headers={"Retry-After": "5"})
