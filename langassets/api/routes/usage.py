"""The route that takes usage in."""

import hashlib
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from langassets.api.access.tokens import ByToken, by_token
from langassets.api.context import InContext
from langassets.api.models import Counted, Success
from langassets.api.problems import Detail, Problem, details_of
from langassets.api.routes.jobs import IdempotencyKey
from langassets.database.usage.lesson_usage import UsageRow
from langassets.ingestion.usage.rows import check_day, check_language, check_lesson

MOST_EVENTS = 10_000
_MOST_REQUESTS = 1_000_000_000

router = APIRouter(prefix="/api", tags=["usage"])


class UsageEvent(BaseModel):
    """Requests for one lesson in one language."""

    model_config = ConfigDict(strict=True, extra="forbid")

    language: str = Field(
        min_length=2,
        max_length=35,
        pattern="^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$",
        description="The application's code, like he or pt-BR.",
    )
    lesson: Annotated[str, Field(min_length=1, max_length=100)] | Annotated[int, Field(ge=0)] = Field(
        description="The lesson: its number, or the path or name of the file that it was imported from."
    )
    at: AwareDatetime | None = Field(None, description="When it was requested, with its zone.")
    day: date | None = Field(None, description="The day in UTC, instead of `at`; without either: today.")
    count: int = Field(1, ge=1, le=_MOST_REQUESTS, description="How many requests.")


_events: TypeAdapter[list[UsageEvent]] = TypeAdapter(
    Annotated[list[UsageEvent], Field(min_length=1, max_length=MOST_EVENTS)]
)
_event = TypeAdapter(UsageEvent)


def _described() -> dict[str, Any]:
    """The body, for the description: the route reads it by itself, since pydantic is quicker with bytes."""
    one = UsageEvent.model_json_schema() | {"not": {"required": ["at", "day"]}}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_EVENTS}
    example = [{"language": "he", "lesson": "17", "day": "2026-11-23", "count": 3}]
    content = {"schema": {"anyOf": [one, many]}, "example": example}
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


@router.post(
    "/usage", **by_token("Record requests for lessons", 409, 413, 415, 422), openapi_extra=_described()
)
async def record(
    request: Request, context: InContext, _token: ByToken, idempotency_key: IdempotencyKey = None
) -> Success[Counted]:
    """Record one event, or a list of up to 10,000. The answer comes when they are in the database.

    Send an `Idempotency-Key` with each batch, and send it again with the same key where no answer came: it
    is counted once.
    """
    body = await _body(request)
    events = _parse(body)
    rows = _rows(events, context.services.clock())
    digest = hashlib.sha256(body).hexdigest()
    counted = await context.usage.add(rows, idempotency_key, digest)
    requests = sum(row.requests for row in rows)
    if counted:
        context.instruments.usage_events.inc(len(rows))
    return Success(data=Counted(events=len(rows), requests=requests, replayed=not counted))


async def _body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "not_json", "Send JSON, with Content-Type: application/json.")
    return await request.body()


def _parse(body: bytes) -> list[UsageEvent]:
    try:
        if body.lstrip()[:1] == b"[":
            return _events.validate_json(body)
        return [_event.validate_json(body)]
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise _senseless(details_of(found)) from None


def _rows(events: list[UsageEvent], now: datetime) -> list[UsageRow]:
    """The events as rows; each language, lesson and day is looked at once."""
    today = now.astimezone(UTC).date()
    rows, problems, known = [], list[Detail](), set[object]()
    for number, event in enumerate(events):
        try:
            row = UsageRow(event.language, str(event.lesson), _day(event, today), event.count)
            if row.language not in known:
                check_language(row.language)
            if ("lesson", row.lesson) not in known:
                check_lesson(row.lesson)
            if row.day not in known:
                check_day(row.day, today)
        except ValueError as error:
            problems.append(Detail(where=str(number), problem=str(error)))
            continue
        known.update((row.language, ("lesson", row.lesson), row.day))
        rows.append(row)
    if problems:
        raise _senseless(problems[:20])
    return rows


def _day(event: UsageEvent, today: date) -> date:
    if event.at is not None and event.day is not None:
        raise ValueError("both `at` and `day` are given")
    if event.at is None:
        return event.day or today
    try:
        return event.at.astimezone(UTC).date()
    except OverflowError:
        raise ValueError("`at` lies outside of all calendars") from None


def _senseless(details: list[Detail]) -> Problem:
    return Problem(
        422,
        "invalid",
        "Nothing was recorded: the usage makes no sense; `details` says where.",
        details=details,
    )
