"""The route for the languages."""

from fastapi import APIRouter

from langassets.api.access.tokens import MayRead
from langassets.api.context import InContext
from langassets.api.models import LanguageOut, LanguagesData, Success
from langassets.api.problems import documented
from langassets.jobs.status import LanguageStatus

router = APIRouter(prefix="/api", tags=["languages"])


@router.get(
    "/languages",
    responses=documented(401, 429, 503),
    dependencies=[MayRead],
    summary="Each language: tier, share and coverage",
)
async def languages(context: InContext) -> Success[LanguagesData]:
    """Tier, share, coverage, freshness, and what storage holds, of every language that was decided on."""
    reading = await context.languages.get()
    rows = [language_out(row) for row in reading.value]
    return Success(data=LanguagesData(languages=rows, as_of=reading.at))


def language_out(row: LanguageStatus) -> LanguageOut:
    """One language as it is answered."""
    return LanguageOut(
        language=row.language,
        tag=row.tag,
        name=row.name,
        own_name=row.own_name,
        tier="frequent" if row.frequent else "other",
        reason=row.reason,
        share=row.share,
        coverage=row.coverage,
        freshness=row.freshness,
        lessons=row.lessons,
        objects=row.objects,
        bytes=row.size,
    )
