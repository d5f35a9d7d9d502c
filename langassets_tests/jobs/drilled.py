"""Objects in a folder, a memory that may be spoiled, and what a cleanup and a drill make of them."""

import asyncio
import random
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.connection import writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.schema import translation_memory
from langassets.jobs.cleanup.carry_out import CleanupReport
from langassets.jobs.cleanup.drill.anytime import StorageDrill, drill_storage
from langassets.jobs.cleanup.job import clean_up, plan_cleanup
from langassets.jobs.preload.job import preload
from langassets.retention.sampling import DrillPolicy
from langassets.services import Services
from langassets.settings import load_settings
from langassets.tiering.policy import TierDecision

table = translation_memory

ALL = DrillPolicy()


def services_at(data: sa.Engine, home: Path, **environ: str) -> Services:
    """On a folder of their own; whatever stands there in a language that is not frequent is outdated."""
    given = {"KEEP_RECENT_DAYS": "0", "KEEP_MOST_USED": "0", "MAX_DELETE_FRACTION": "1"}
    made = Services(
        load_settings({"LANGASSETS_HOME": str(home), "PREDEFINED_LANGUAGES": "en"} | given | environ)
    )
    made.__dict__["data"] = data
    return made


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> Services:
    return services_at(engine, tmp_path)


def store(services: Services, *languages: str) -> None:
    """Have everything made in these languages, and decide against them."""
    report = asyncio.run(preload(services, languages, run_id="made"))
    assert report.complete
    now = datetime.now(UTC)
    against = tuple(TierDecision(code, code, 0.0, 0.0, False, "kept", "") for code in languages)
    with writing(services.data) as connection:
        record_tier(connection, Tier(now, now, against), "run")


def bodies(services: Services) -> dict[str, bytes]:
    """All that stands or is archived, by key."""
    folder = services.settings.langassets_home / "storage"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.json")}


def clean(services: Services) -> CleanupReport:
    return asyncio.run(clean_up(services, run_id="cleanup"))


def tried(services: Services, policy: DrillPolicy = ALL) -> StorageDrill:
    return asyncio.run(drill_storage(services, (), policy))


def outcomes(services: Services) -> dict[str, str]:
    """What a cleanup does with each object, by key."""
    plan = asyncio.run(plan_cleanup(services)).plan
    return {step.key: step.action for step in plan.steps} | {step.key: "refused" for step in plan.refused}


def say(services: Services, text: str, translation: str, language: str = "fr") -> None:
    """Change a row of memory as nothing of langassets would."""
    with writing(services.data) as connection:
        change = table.update().where(table.c.text == text, table.c.target_language == language)
        assert connection.execute(change.values(translation=translation)).rowcount == 1


def spoil(data: sa.Engine, count: int, chance: random.Random) -> set[tuple[str, str]]:
    """Spoil so many rows of memory, each in one of the ways that rows go bad; which, by language and hash."""
    identity = list(table.primary_key)
    with writing(data) as connection:
        every = sorted(connection.execute(sa.select(*identity, table.c.translation)).all())
        for number, row in enumerate(chosen := chance.sample(every, count)):
            said = row.translation
            ways: list[Mapping[str, Any]] = [
                {"translation": said[: len(said) // 2]},
                {"translation": ""},
                {"translation": said.replace(" ", "  ", 1)},
                {"translation": said[::-1]},
                {"translation": chance.choice(every).translation},
                {"translation": said + "\n\nMore."},
                {"recipe": "another"},
            ]
            here = [column == value for column, value in zip(identity, row, strict=False)]
            if number % 8 == 7:
                connection.execute(table.delete().where(*here))
            else:
                connection.execute(table.update().where(*here).values(**ways[number % 8]))
    return {(row.target_language, row.text_hash) for row in chosen}
