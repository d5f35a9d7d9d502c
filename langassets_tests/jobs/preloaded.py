"""A preload in Hebrew by pseudo-localization, into a folder."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage.local.store import LocalStore
from langassets_tests.jobs.lessons import NOW

TEXT = {"text": "# Cells\n\nAll life is made of `cells`.\n", "audioUrl": "https://x.y/1.mp3"}


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> Services:
    made = Services(load_settings({"LANGASSETS_HOME": str(tmp_path)}), lambda: NOW)
    made.__dict__["data"] = engine  # the cached property, filled in
    return made


@pytest.fixture
async def store(services: Services) -> AsyncIterator[LocalStore]:
    async with services.store() as opened:
        assert isinstance(opened, LocalStore)
        yield opened


async def run(services: Services, *languages: str) -> PreloadReport:
    return await preload(services, languages or ("en", "he"), run_id="run")


async def read(store: LocalStore, language: str, lesson: str, content_type: str = "text") -> Any:
    return json.loads(await store.read(f"{language}/lessons/{lesson}/{content_type}.json"))
