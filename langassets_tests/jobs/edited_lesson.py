"""A lesson in Hebrew that a person edits in storage."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.manifest import Origin
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.translation.documents.document import body_of
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.translation.scripted import ScriptedProvider

PARAGRAPHS = (
    "# The bridge",
    "It was built over the river long ago.",
    "Open `main.py` and read [the notes](https://example.com/notes).",
    "Yes",
    "Every storm has been weathered so far.",
    "Yes",
)

TEXT = "\n\n".join(PARAGRAPHS)

KEY = "he/lessons/1/text.json"

MINE = "הגשר נבנה לפני שנים רבות, כך אומרים."


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> ModelServices:
    made = ModelServices(engine, tmp_path, ScriptedProvider(), PREDEFINED_LANGUAGES="en,he")
    add_lesson(engine, "The bridge", {"text": {"text": TEXT, "audioUrl": "https://x.y/1.mp3"}})
    return made


def run(services: ModelServices, *languages: str) -> PreloadReport:
    report = asyncio.run(preload(services, languages or ("en", "he"), run_id="run"))
    assert report.complete
    return report


def read(services: ModelServices, key: str = KEY) -> Any:
    async def found() -> bytes:
        async with services.store() as store:
            return await store.read(key)

    return json.loads(asyncio.run(found()))


def write(services: ModelServices, data: Any, key: str = KEY) -> None:
    async def put() -> None:
        async with services.store() as store:
            await store.write(key, body_of(data))

    asyncio.run(put())


def archive(services: ModelServices) -> list[Any]:
    async def found() -> list[Any]:
        async with services.store() as store:
            return [json.loads(await store.read(one.key)) async for one in store.list(ARCHIVE_PREFIX)]

    return asyncio.run(found())


def paragraphs(services: ModelServices, key: str = KEY) -> list[str]:
    found: list[str] = read(services, key)["text"].split("\n\n")
    return found


def edit(services: ModelServices, place: int, text: str, key: str = KEY) -> Any:
    """A person words one paragraph otherwise."""
    data = read(services, key)
    every = data["text"].split("\n\n")
    every[place] = text
    data["text"] = "\n\n".join(every)
    write(services, data, key)
    return data


def changed(**by_place: str) -> dict[str, Any]:
    """The lesson with some paragraphs otherwise."""
    every = [by_place.get(f"p{number}", text) for number, text in enumerate(PARAGRAPHS)]
    return {"text": "\n\n".join(text for text in every if text), "audioUrl": "https://x.y/1.mp3"}


def origin(services: ModelServices, key: str = KEY) -> Origin:
    with reading(services.data) as connection:
        return manifest.entries(connection, "he")[key].origin
