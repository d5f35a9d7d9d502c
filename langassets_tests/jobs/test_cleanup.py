"""Cleanup over a real folder and a real database: what goes, what is put aside, what comes back."""

import json
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.application import language_stats
from langassets.database.connection import reading, writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.records import journal
from langassets.database.schema import cleanup_journal
from langassets.database.translations.memory import DatabaseMemory
from langassets.errors import RefusedError
from langassets.jobs.cleanup.carry_out import CleanupReport, carry_out
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.cleanup.memory_check import MemoryCheck
from langassets.jobs.cleanup.open_steps import close_open_steps
from langassets.jobs.cleanup.plan import survey
from langassets.jobs.evaluation.frequent_languages import FrequentLanguages
from langassets.retention.plan import Action, RetentionPolicy
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.storage.local.store import LocalStore
from langassets.tiering.policy import TierDecision
from langassets.translation.recipes import Recipes
from langassets.translation.types import Remembered
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson, put, request

RECIPES = Recipes((("pseudo", "pseudo"),))
POLICY = RetentionPolicy(max_delete_fraction=1)
TIER = FrequentLanguages(("en", "es"), ("fr",))
AGAINST_FRENCH = TierDecision("fr", "fr", 0.0, 0.0, False, "kept", "")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    async with LocalStore(tmp_path / "bucket") as opened:
        yield opened


def age(folder: Path, days: float) -> None:
    """Date every file so many days before NOW."""
    moment = (NOW - timedelta(days=days)).timestamp()
    for file in folder.rglob("*.json"):
        os.utime(file, (moment, moment))


def remember(data: sa.Engine, text: str, language: str = "fr") -> None:
    key = RECIPES.keys(text, "en", language)[0]
    DatabaseMemory(data).remember([Remembered(key, f"[{text}]", "pseudo", "pseudo")])


async def clean(
    data: sa.Engine,
    store: LocalStore,
    tier: FrequentLanguages = TIER,
    policy: RetentionPolicy = POLICY,
    *,
    confirmed: bool = False,
) -> CleanupReport:
    seen = await survey(data, store, tier, policy, MemoryCheck(data, RECIPES), NOW)
    believed = None if confirmed else policy
    return await carry_out(data, store, seen, believed, run_id="run", clock=lambda: NOW)


async def keys(store: LocalStore, prefix: str = "") -> list[str]:
    return [found.key async for found in store.list(prefix)]


async def test_what_a_restore_dates_by_its_day_is_as_old_as_it_was(
    engine: sa.Engine, store: LocalStore
) -> None:
    """The manifest knows when langassets stored it; of what is somebody else's only storage can tell."""
    lessons = [add_lesson(engine, name, {"text": {"text": name}}) for name in ("Ours", "Theirs")]
    own = [await put(engine, store, "fr", one, {"text": one}, ours=one == lessons[0]) for one in lessons]
    assert [step.key for step in (await clean(engine, store)).done] == own[:1]


async def test_each_object_gets_what_it_deserves(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    texts = {
        name: f"{name} was here." for name in ("Deleted", "Unknown", "Edited", "Foreign", "Asked", "Changed")
    }
    lesson = {name: add_lesson(engine, name, {"text": {"text": text}}) for name, text in texts.items()}
    for name in ("Deleted", "Edited", "Asked", "Changed"):
        remember(engine, texts[name])
    key = {
        name: await put(engine, store, "fr", lesson[name], {"text": name}, ours=name != "Foreign")
        for name in texts
    }
    await store.write(key["Edited"], b'{"text": "by hand"}')
    await store.write("fr/audio/1.mp3", b"not a lesson")
    age(tmp_path / "bucket", 100)
    request(engine, "fr", lesson["Asked"], 1)
    change_lesson(engine, lesson["Changed"], {"text": "Something else."})

    report = await clean(engine, store)

    assert report.failed == []
    actions = {step.key: step.action for step in report.done}
    assert actions == {
        key["Deleted"]: Action.DELETE,
        key["Unknown"]: Action.ARCHIVE,
        key["Edited"]: Action.ARCHIVE,
        key["Foreign"]: Action.ARCHIVE,
        key["Changed"]: Action.ARCHIVE,
    }
    assert await keys(store, "fr/") == ["fr/audio/1.mp3", key["Asked"]]
    assert len(await keys(store, ARCHIVE_PREFIX)) == 4
    with reading(engine) as connection:
        known = manifest.entries(connection, "fr")
        rows = connection.execute(sa.select(cleanup_journal.c.status).distinct()).all()
    assert key["Deleted"] not in known
    assert sum(entry.startswith(ARCHIVE_PREFIX) for entry in known) == 3  # all archived ones but the foreign
    assert [row.status for row in rows] == [journal.Status.DONE]


async def test_a_promoted_language_gets_back_what_was_put_aside(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lesson = add_lesson(engine, "One", {"text": {"text": "One."}})
    key = await put(engine, store, "fr", lesson, {"text": "par la main"}, ours=False)
    age(tmp_path / "bucket", 100)
    await clean(engine, store)
    assert await keys(store, "fr/") == []

    report = await clean(engine, store, FrequentLanguages(("en", "fr"), ()))

    assert [(step.action, step.target) for step in report.done] == [(Action.RESTORE, key)]
    assert json.loads(await store.read(key)) == {"text": "par la main"}


async def test_a_plan_beyond_the_limit_removes_nothing_until_confirmed(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lesson = add_lesson(engine, "One", {"text": {"text": "One."}})
    french = await put(engine, store, "fr", lesson, {"text": "Un."}, ours=False)
    age(tmp_path / "bucket", 100)
    limited = RetentionPolicy(max_delete_fraction=0.5)

    with pytest.raises(RefusedError, match="1 of 1 lesson object .*confirm-large-cleanup"):
        await clean(engine, store, policy=limited)
    assert await keys(store) == [french]
    with reading(engine) as connection:
        assert connection.scalar(sa.select(cleanup_journal.c.status)) == journal.Status.REFUSED

    await clean(engine, store, policy=limited, confirmed=True)
    assert await keys(store, "fr/") == []


async def test_objects_of_frequent_languages_count_against_the_limit(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lesson = add_lesson(engine, "One", {"text": {"text": "One."}})
    await put(engine, store, "fr", lesson, {"text": "Un."}, ours=False)
    await put(engine, store, "es", lesson, {"text": "Uno."}, ours=False)
    age(tmp_path / "bucket", 100)
    report = await clean(engine, store, policy=RetentionPolicy(max_delete_fraction=0.5))
    assert len(report.done) == 1
    assert len(await keys(store, "es/")) == 1


async def test_the_application_is_told_how_many_lessons_stand(engine: sa.Engine, tmp_path: Path) -> None:
    settings = load_settings({"LANGASSETS_HOME": str(tmp_path), "MAX_DELETE_FRACTION": "1"})
    services = Services(settings, lambda: NOW)
    services.__dict__["data"] = engine  # the cached property, filled in
    lessons = [add_lesson(engine, name, {"text": {"text": name}}) for name in ("Asked", "Old", "Older")]
    with writing(engine) as connection:
        connection.execute(
            language_stats.insert(),
            [{"language_code": code, "total_requests": 1, "total_lessons": 99} for code in ("fr", "en")],
        )
        record_tier(connection, Tier(NOW, NOW, (AGAINST_FRENCH,)), "run")
    async with services.store() as store:
        assert isinstance(store, LocalStore)
        for lesson in lessons:
            await put(engine, store, "fr", lesson, {"text": "Un."}, ours=False)
    age(tmp_path / "storage", 100)
    request(engine, "fr", lessons[0], 1)
    report = await clean_up(services, run_id="run")
    assert len(report.done) == 2
    with reading(engine) as connection:
        rows = connection.execute(sa.select(language_stats.c.language_code, language_stats.c.total_lessons))
        assert dict(row._tuple() for row in rows) == {"fr": 1, "en": 99}


async def test_an_archive_is_purged_when_its_time_is_over(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lesson = add_lesson(engine, "One", {"text": {"text": "One."}})
    await put(engine, store, "fr", lesson, {"text": "Un."}, ours=False)
    age(tmp_path / "bucket", 100)
    await clean(engine, store)
    assert len(await keys(store, ARCHIVE_PREFIX)) == 1
    report = await clean(engine, store, policy=RetentionPolicy(archive_days=-1, max_delete_fraction=1))
    assert [step.action for step in report.done] == [Action.PURGE]
    assert await keys(store) == []


async def test_a_killed_cleanup_is_settled_by_what_stands(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lessons = [add_lesson(engine, name, {"text": {"text": name}}) for name in ("One", "Two")]
    first, second = [
        await put(engine, store, "fr", lesson, {"text": lesson}, ours=True) for lesson in lessons
    ]
    for text in ("One", "Two"):
        remember(engine, text)
    age(tmp_path / "bucket", 100)
    seen = await survey(engine, store, TIER, POLICY, MemoryCheck(engine, RECIPES), NOW)
    with engine.begin() as connection:
        journal.write_plan(connection, "killed", "run", seen.plan.steps, NOW)
    await store.delete([first])  # it came so far

    await close_open_steps(engine, store, lambda: NOW)
    report = await clean(engine, store)

    assert [step.key for step in report.done] == [second]
    with reading(engine) as connection:
        table = cleanup_journal.c
        rows = connection.execute(sa.select(table.key, table.status).where(table.plan_id == "killed")).all()
        known = manifest.entries(connection, "fr")
    assert dict(row._tuple() for row in rows) == {first: "done", second: "abandoned"}
    assert known == {}


async def test_what_a_killed_preload_wrote_and_did_not_record_is_known_as_its_own(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    written, not_written = [
        await put(engine, store, "fr", add_lesson(engine, name, {"text": {"text": name}}), {}, ours=True)
        for name in ("One", "Two")
    ]
    remember(engine, "One")
    with writing(engine) as connection:
        entries = manifest.entries(connection, "fr")
        manifest.add_pending(connection, entries.values())
        manifest.forget(connection, entries)
    await store.delete([not_written])
    age(tmp_path / "bucket", 100)

    report = await clean(engine, store)

    assert [(step.key, step.action) for step in report.done] == [(written, Action.DELETE)]
    with reading(engine) as connection:
        assert manifest.pending(connection, "fr") == {}
