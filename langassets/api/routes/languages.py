"""The route for the languages."""

from dataclasses import asdict

from fastapi import APIRouter

from langassets.api.access.tokens import readable
from langassets.api.context import InContext
from langassets.api.models import LanguageOut, LanguagesData, Success
from langassets.jobs.status import LanguageStatus

router = APIRouter(prefix="/api", tags=["languages"])


@router.get("/languages", **readable("Each language: tier, share and coverage"))
async def languages(context: InContext) -> Success[LanguagesData]:
    """Tier, share, coverage, freshness, and what storage holds, of every language that was decided on."""
    reading = await context.languages.get()
    rows = [_out(row) for row in reading.value]
    return Success(data=LanguagesData(languages=rows, as_of=reading.at))


def _out(row: LanguageStatus) -> LanguageOut:
    return LanguageOut(
        **asdict(row),
        tier="frequent" if row.frequent else "other",
        freshness=row.freshness,
        bytes=row.size,
        inactive_bytes=row.inactive_size,
    )
