"""A listing that is older than what stands: nothing of ours is taken for a person's edit by it."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.manifest import Origin
from langassets.storage.local.store import LocalStore
from langassets.storage.store import Page
from langassets_tests.jobs.edited_lesson import KEY, MINE, TEXT, edit, run
from langassets_tests.jobs.lessons import add_lesson, change_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.translation.scripted import ScriptedProvider


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> ModelServices:
    made = ModelServices(engine, tmp_path, ScriptedProvider(), PREDEFINED_LANGUAGES="en,he")
    add_lesson(engine, "The bridge", {"text": {"text": TEXT}})
    return made


def listing(services: ModelServices) -> Page:
    async def found() -> Page:
        async with services.store() as store:
            return [one async for one in store.list("he/lessons/")]

    return asyncio.run(found())


def says_once(monkeypatch: pytest.MonkeyPatch, before: Page) -> None:
    """The next listing of Hebrew is that of before."""
    pages, left = LocalStore.pages, [before]

    async def behind(store: LocalStore, prefix: str) -> AsyncGenerator[Page]:
        if prefix == "he/lessons/" and left:
            yield left.pop()
            return
        async for page in pages(store, prefix):
            yield page

    monkeypatch.setattr(LocalStore, "pages", behind)


@pytest.mark.parametrize("edited", [False, True])
def test_what_stands_as_it_was_written_is_no_edit(
    services: ModelServices, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    run(services)
    before = listing(services)
    change_lesson(services.data, "1", {"text": TEXT.replace("Every storm", "No storm")})
    run(services)
    if edited:
        edit(services, 1, MINE)
    says_once(monkeypatch, before)
    run(services)
    run(services)
    with reading(services.data) as connection:
        entry = manifest.entries(connection, "he")[KEY]
    assert entry.origin is (Origin.EDITED if edited else Origin.TRANSLATED)
    assert [one.etag for one in listing(services)] == [entry.etag]
