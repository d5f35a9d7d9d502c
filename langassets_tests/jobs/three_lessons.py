"""Three lessons in two languages, with a text that they share: which objects a preload makes again."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.translations.memory import APPROVED
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.jobs.status import language_status
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered
from langassets_tests.jobs.lessons import NOW, add_lesson

LANGUAGES = ("he", "ar")

SHARED = "All three of them say this."


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> Services:
    return reopened(engine, tmp_path)


def reopened(engine: sa.Engine, home: Path, **environ: str) -> Services:
    settings = {"LANGASSETS_HOME": str(home), "PREDEFINED_LANGUAGES": ",".join(LANGUAGES)}
    made = Services(load_settings(settings | environ), lambda: NOW)
    made.__dict__["data"] = engine  # the cached property, filled in
    return made


@pytest.fixture
async def lessons(services: Services) -> list[str]:
    """Three lessons with a text of their own each and one that they share, preloaded."""
    texts = [f"# The {name}\n\n{SHARED}\n\nIt is about a {name}." for name in ("bridge", "river", "storm")]
    made = [add_lesson(services.data, text[:8], {"text": {"text": text}}) for text in texts]
    assert (await preload(services, LANGUAGES, run_id="first")).complete
    return made


def say(services: Services, text: str, translation: str, origin: str = APPROVED) -> None:
    key = MemoryKey(text, "en", "he", ANY_RECIPE)
    services.memory.remember([Remembered(key, translation, "review", "", origin)])


async def bodies(services: Services) -> dict[str, tuple[bytes, object]]:
    async with services.store() as store:
        return {one.key: (await store.read(one.key), one.updated_at) async for one in store.list("")}


async def stale(services: Services) -> dict[str, int]:
    """By language, as `plan preload` and `status` both have to say."""
    planned = {one.language: one.to_make for one in (await plan_preload(services)).languages}
    status = {one.language: one.stale for one in await language_status(services)}
    assert planned == status
    return planned


async def changed(services: Services) -> set[str]:
    """What a preload stores, which must be what it had planned and what storage shows; it asks no model."""
    before, planned = await bodies(services), await stale(services)
    report = await preload(services, LANGUAGES, run_id="next")
    assert report.complete
    assert {one.language: len(one.plan.to_make) for one in report.languages} == planned
    assert sum(one.segments_from_model for one in report.languages) == 0
    stored = {item.key for one in report.languages for item in one.stored}
    after = await bodies(services)
    assert {key for key in after if after[key] != before[key]} == stored
    assert not any((await stale(services)).values())
    return stored


def keys(lessons: list[str], *languages: str) -> set[str]:
    return {f"{language}/lessons/{lesson}/text.json" for language in languages for lesson in lessons}
