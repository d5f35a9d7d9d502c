"""Routes for people's words on translations: what waits for one, and saying it."""

import asyncio
from enum import StrEnum
from typing import Annotated, Self

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from langassets.api import audited
from langassets.api.access.tokens import ByToken, by_token
from langassets.api.context import Context, InContext
from langassets.api.models import ReviewedOut, ReviewedText, Success, Waiting, WaitingData
from langassets.api.problems import Detail, Problem
from langassets.database.translations.reviews import Verdict
from langassets.errors import InputError
from langassets.ingestion.review import speaking
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.speaking import ALL, MOST_CHARACTERS, Answered, in_the_way
from langassets.ingestion.review.units import ReviewUnit, listed
from langassets.ingestion.review.verdicts import Outcome

router = APIRouter(prefix="/api/review", tags=["review"])

# A code as `UsageEvent` has it, or all.
_CODE = "^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$"


class Say(StrEnum):
    """What may be said of a translation."""

    ACCEPT = "accept"
    REJECT = "reject"


_VERDICTS = {Say.ACCEPT: Verdict.ACCEPTED, Say.REJECT: Verdict.REJECTED}


class Word(BaseModel):
    """A person's word on a translation of a segment, or of a source text wherever it stands."""

    model_config = ConfigDict(extra="forbid")

    verdict: Say
    language: str = Field(
        min_length=2,
        max_length=35,
        pattern=_CODE,
        description="The application's code, like he, or `all`: every frequent language, and every other "
        "that the text was translated into.",
    )
    segment: str | None = Field(
        None, min_length=1, max_length=700, description="Lesson, content type and place, like 17/text/4."
    )
    text: str | None = Field(None, min_length=1, description="The whole source text, instead of `segment`.")
    translation: str | None = Field(
        None,
        min_length=1,
        description="The translation that is meant: what the reviewer saw, or a better one. Without it the "
        "one in use, and where one is accepted in all languages, the text as it is.",
    )
    by: str = Field(min_length=1, max_length=MOST_CHARACTERS, pattern="\\S", description="Who says so.")
    reason: str = Field("", max_length=1000, description="Why. Of what is rejected, the model is told so.")
    instead: bool = Field(False, description="Also where somebody else said otherwise.")
    everywhere: bool = Field(
        False, description="Of `segment`: its text wherever it stands in the language, not this place alone."
    )

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        if (self.segment is None) == (self.text is None):
            raise ValueError("give either `segment` or `text`")
        return self


@router.get("/waiting", **by_token("Translations that wait for a person", 422))
async def waiting(
    context: InContext,
    _token: ByToken,
    language: Annotated[str, Query(min_length=2, max_length=35, pattern=_CODE)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> Success[WaitingData]:
    """The translations into a language that a model made and nobody has spoken for, the least sure first."""
    units = await asyncio.to_thread(_units, context, language)
    found = [Waiting.model_validate(listed(unit)) for unit in units[:limit]]
    return Success(data=WaitingData(waiting=found, total=len(units)))


@router.post("", **by_token("Accept or reject a translation", 404, 409, 413, 422))
async def review(word: Word, request: Request, context: InContext, token: ByToken) -> Success[ReviewedText]:
    """Accept a translation until its source changes, or reject it for ever. From the next preload on it holds
    for a `segment` at its place alone, for a `text`, or `everywhere`, wherever it stands.

    Where somebody else said otherwise the answer is 409 with who and when, and nothing changes; `instead`
    says it all the same. An error in a translation, such as a lost tag, cannot be accepted (422).
    """
    answered = await audited.speak(context, _said(word), request, token)
    _refuse(answered)
    answers = [ReviewedOut(**one._asdict()) for one in answered.answers]
    data = ReviewedText(text=answered.text, answers=answers, glossary_line=answered.glossary or None)
    return Success(data=data)


def _units(context: Context, language: str) -> list[ReviewUnit]:
    services = context.services
    try:
        return to_review(services.data, services.recipes, language)
    except InputError as error:
        raise Problem(422, "invalid", str(error)) from None


def _said(word: Word) -> speaking.Request:
    language = ALL if word.language.lower() == ALL else word.language
    more = word.model_dump(exclude={"verdict", "language", "by"})
    return speaking.Request(_VERDICTS[word.verdict], language, word.by, **more)


def _refuse(answered: Answered) -> None:
    """End a request of which nothing was taken in."""
    details = [Detail(where=one.target_language, problem=one.message) for one in in_the_way(answered.answers)]
    outcomes = {one.outcome for one in answered.answers}
    if Outcome.CONFLICT in outcomes:
        text = "Somebody else said otherwise: `details` says who, when and what. Nothing was changed."
        raise Problem(409, "said_otherwise", text, details=details)
    if Outcome.REFUSED in outcomes:
        text = "The translation has an error that nobody can overrule: `details` says which."
        raise Problem(422, "refused", text, details=details)
    if outcomes <= {Outcome.NOTHING}:
        text = "There is no translation of this text yet: name one as `translation`."
        raise Problem(404, "not_found", text)
