"""Lessons in a language, and one of them beside its translation, to be spoken for segment by segment."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from langassets.api import audited
from langassets.api.access.sessions import Visitor
from langassets.api.context import Context, InContext
from langassets.api.pages.rendering import PageRoute, SignedIn, form_of, render, without_isolates
from langassets.api.problems import Problem
from langassets.database.translations.reviews import Verdict
from langassets.database.translations.segments import doubted_lessons
from langassets.errors import InvalidKeyError, ObjectMissingError
from langassets.ingestion.review.side_by_side import Side, keys_of_lesson, side_by_side
from langassets.ingestion.review.speaking import Request as Said
from langassets.ingestion.review.speaking import in_the_way
from langassets.ingestion.review.verdicts import Outcome
from langassets.locales import both_names, tag_of

router = APIRouter(prefix="/lessons", include_in_schema=False, route_class=PageRoute)

Language = Annotated[str, Path(max_length=35, pattern="^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$")]
Lesson = Annotated[str, Path(pattern="^[0-9]{1,18}$")]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a person's word was not taken in: which segment it was of, what they wrote, and whether it can be
    said all the same."""

    segment: str
    message: str
    said: dict[str, str]
    conflict: bool


@router.get("/{language}")
async def lessons(language: Language, request: Request, context: InContext, _: SignedIn) -> Response:
    """Every lesson, those with doubts first."""
    reading_of = await context.lessons.get()
    doubts = await context.query(lambda connection: doubted_lessons(connection, language))
    listed = sorted(reading_of.value, key=lambda one: -doubts.get(one.number, 0))
    return render(
        request,
        "lessons.html",
        language=language,
        name=both_names(language),
        lessons=[one for one in listed if one.status == "active"],
        doubts=doubts,
        as_of=reading_of.at,
    )


@router.get("/{language}/{lesson}")
async def lesson(
    language: Language,
    lesson: Lesson,
    request: Request,
    context: InContext,
    _: SignedIn,
    said: Annotated[str, Query(max_length=700)] = "",
) -> Response:
    """A lesson and its translation, segment by segment."""
    return await _page(request, context, language, lesson, said)


@router.post("/{language}/{lesson}")
async def speak(
    language: Language, lesson: Lesson, request: Request, context: InContext, visitor: SignedIn
) -> Response:
    """Take in a person's word on one segment."""
    form = await form_of(request)
    word = _said(form, language, lesson, visitor)
    answered = await audited.speak(context, word, request, visitor.token)
    wrong = in_the_way(answered.answers) or [
        one for one in answered.answers if one.outcome is Outcome.NOTHING
    ]
    if wrong:
        conflict = wrong[0].outcome is Outcome.CONFLICT
        trouble = Trouble(word.segment or "", " ".join(one.message for one in wrong), form, conflict)
        return await _page(request, context, language, lesson, trouble=trouble)
    segment = word.segment or ""
    return RedirectResponse(f"/lessons/{language}/{lesson}?said={quote(segment)}#{anchor_of(segment)}", 303)


def anchor_of(segment: str) -> str:
    """Where a segment stands on the page: `text-4` for `17/text/4`."""
    return "-".join(segment.split("/")[1:])


def _said(form: dict[str, str], language: str, lesson: str, visitor: Visitor) -> Said:
    segment, kind = form.get("segment", ""), form.get("say", "")
    translation = {
        "accept": form.get("translation", ""),
        "reject": form.get("translation", ""),
        "correct": without_isolates(form.get("correction", "")),
        "as-it-is": form.get("source", ""),
    }.get(kind)
    if not segment.startswith(f"{lesson}/"):
        raise Problem(422, "invalid", "This is no form of this lesson: open the page again.")
    if not translation:
        raise Problem(422, "invalid", "Nothing was written: go back, and write a translation.")
    return Said(
        Verdict.REJECTED if kind == "reject" else Verdict.ACCEPTED,
        language,
        visitor.name,
        segment,
        translation=translation,
        reason=form.get("reason", "").strip()[:1000],
        instead="instead" in form,
        everywhere="everywhere" in form,
    )


async def _page(
    request: Request,
    context: Context,
    language: str,
    lesson: str,
    said: str = "",
    trouble: Trouble | None = None,
) -> Response:
    found = await _sides(context, language, lesson)
    if not found:
        raise Problem(404, "not_found", "There is no such lesson, or nothing in it is translated.")
    status: Literal[200, 409, 422] = 200 if trouble is None else 409 if trouble.conflict else 422
    waiting = [anchor_of(one.place.id) for one in found if one.is_open]
    return render(
        request,
        "lesson.html",
        status,
        language=language,
        tag=tag_of(language),
        name=both_names(language),
        title=found[0].place.name,
        sides=[(anchor_of(one.place.id), one) for one in found],
        open=waiting,
        said=said,
        trouble=trouble,
    )


async def _sides(context: Context, language: str, lesson: str) -> Sequence[Side]:
    data, recipes = context.services.data, context.services.recipes
    try:
        keys = await asyncio.to_thread(keys_of_lesson, data, lesson, language)
    except InvalidKeyError as error:
        raise Problem(404, "not_found", str(error)) from None
    bodies: dict[str, bytes] = {}
    async with context.services.store() as store:
        for key in keys.values():
            try:
                bodies[key] = await store.read(key)
            except ObjectMissingError:
                continue
    return await asyncio.to_thread(side_by_side, data, recipes, lesson, language, bodies)
