"""Objects of lessons that are not active any more, and usage that names no lesson, over a real database."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.application import content, topics
from langassets.database.connection import reading, writing
from langassets.database.content.known_lessons import known_lessons
from langassets.database.schema import cleanup_journal, missed_lessons
from langassets.errors import RefusedError
from langassets.jobs.cleanup.carry_out import CleanupReport, carry_out
from langassets.jobs.cleanup.memory_check import MemoryCheck
from langassets.jobs.cleanup.plan import CleanupSurvey, survey, survey_restores
from langassets.jobs.evaluation.frequent_languages import FrequentLanguages
from langassets.retention.lessons import Ending
from langassets.retention.plan import Action, RetentionPolicy
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.storage.local.store import LocalStore
from langassets.tiering.language_keys import LanguageKeys
from langassets_tests.jobs.lessons import NOW, add_lesson, put, request
from langassets_tests.jobs.test_cleanup import POLICY, RECIPES, age, keys, remember

TIER = FrequentLanguages(("en", "es"), ("fr",))
LONG_AGO = NOW - timedelta(days=40)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[LocalStore]:
    async with LocalStore(tmp_path / "bucket") as opened:
        yield opened


def added(data: sa.Engine, count: int) -> list[str]:
    """So many lessons."""
    return [add_lesson(data, f"{n}", {"text": {"text": f"Number {n} was here."}}) for n in range(count)]


def end(data: sa.Engine, lesson: str, status: str, at: datetime | None = LONG_AGO) -> None:
    """A lesson is archived or deleted, or active again."""
    row = topics.update().where(topics.c.topic_id == int(lesson))
    with writing(data) as connection:
        connection.execute(row.values(status=status, updated_at=at))


def take_away(data: sa.Engine, lesson: str) -> None:
    """A lesson's row is removed, and its contents with it."""
    with writing(data) as connection:
        connection.execute(content.delete().where(content.c.topic_id == int(lesson)))
        connection.execute(topics.delete().where(topics.c.topic_id == int(lesson)))


async def look(
    data: sa.Engine, store: LocalStore, now: datetime = NOW, policy: RetentionPolicy = POLICY
) -> CleanupSurvey:
    return await survey(data, store, TIER, policy, MemoryCheck(data, RECIPES), now)


async def clean(
    data: sa.Engine,
    store: LocalStore,
    now: datetime = NOW,
    policy: RetentionPolicy = POLICY,
    *,
    confirmed: bool = False,
) -> CleanupReport:
    seen = await look(data, store, now, policy)
    believed = None if confirmed else policy
    return await carry_out(data, store, seen, believed, run_id="run", clock=lambda: now)


async def test_objects_of_ended_lessons_leave_frequent_languages_and_no_others_do(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    names = ("Active", "Archived", "Deleted", "Unknown", "Edited", "Foreign", "Lately", "Asked")
    lesson = {name: add_lesson(engine, name, {"text": {"text": f"{name} was here."}}) for name in names}
    for name in names:
        if name != "Unknown":
            remember(engine, f"{name} was here.", "es")
    key = {
        name: await put(engine, store, "es", lesson[name], {"text": name}, ours=name != "Foreign")
        for name in names
    }
    never_known = await put(engine, store, "es", "999", {"text": "?"}, ours=False)
    await store.write(key["Edited"], b'{"text": "by hand"}')
    age(tmp_path / "bucket", 100)
    for name in names[1:]:
        end(engine, lesson[name], "deleted" if name == "Deleted" else "archived")
    end(engine, lesson["Lately"], "archived", NOW - timedelta(days=3))
    request(engine, "es", lesson["Asked"], 1)

    seen = await look(engine, store)
    assert {reason for _, reason in seen.plan.kept} == {
        "its lesson is archived since 2026-02-26: kept for 30 days",
        "its lesson is archived since 2026-01-20, and requested within 30 days",
    }
    report = await clean(engine, store)

    assert {step.key: step.action for step in report.done} == {
        key["Archived"]: Action.DELETE,
        key["Deleted"]: Action.DELETE,
        key["Unknown"]: Action.ARCHIVE,
        key["Edited"]: Action.ARCHIVE,
        key["Foreign"]: Action.ARCHIVE,
    }
    assert await keys(store, "es/") == sorted([key["Active"], key["Lately"], key["Asked"], never_known])
    with reading(engine) as connection:
        reasons = dict(
            connection.execute(sa.select(cleanup_journal.c.key, cleanup_journal.c.reason)).tuples().all()
        )
    since = "since 2026-01-20"
    assert reasons[key["Deleted"]] == f"its lesson is deleted {since}; can be made again from memory"
    assert reasons[key["Edited"]] == f"its lesson is archived {since}; edited by hand"
    assert (await look(engine, store)).plan.steps == []


async def test_a_lesson_that_comes_back_gets_its_archived_objects_back_and_no_other_does(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    stays, back, away = added(engine, 3)
    key = {one: await put(engine, store, "es", one, {"text": one}, ours=True) for one in (stays, back, away)}
    age(tmp_path / "bucket", 100)
    for one in (back, away):
        end(engine, one, "archived")
    await clean(engine, store)
    assert len(await keys(store, ARCHIVE_PREFIX)) == 2
    assert (await look(engine, store)).plan.steps == []

    end(engine, back, "active", NOW)
    with reading(engine) as connection:
        known = known_lessons(connection, NOW)
    by_preload = await survey_restores(store, ["es"], LanguageKeys(), NOW, known)
    by_hand = await survey_restores(store, ["es"], LanguageKeys(), NOW)
    report = await clean(engine, store)

    for steps in (by_preload.plan.steps, report.done):
        assert [(step.action, step.target) for step in steps] == [(Action.RESTORE, key[back])]
    assert {step.target for step in by_hand.plan.steps} == {key[back], key[away]}
    assert await keys(store, "es/") == sorted([key[stays], key[back]])


@pytest.mark.parametrize("how", ["its row is gone", "its row has no time"])
async def test_an_end_that_nothing_dates_counts_from_when_it_was_first_seen(
    engine: sa.Engine, store: LocalStore, tmp_path: Path, how: str
) -> None:
    stays, ended = added(engine, 2)
    for one in (stays, ended):
        await put(engine, store, "es", one, {"text": one}, ours=True)
    age(tmp_path / "bucket", 100)
    if how == "its row is gone":
        take_away(engine, ended)
    else:
        end(engine, ended, "archived", None)

    assert (await clean(engine, store)).done == []
    assert (await clean(engine, store, NOW + timedelta(days=29))).done == []
    [step] = (await clean(engine, store, NOW + timedelta(days=31))).done
    assert (step.action, step.lesson) == (Action.ARCHIVE, ended)
    words = Ending.GONE if how == "its row is gone" else Ending.ARCHIVED
    assert step.reason == f"its lesson is {words} since 2026-03-01; memory cannot make it again"
    assert (await look(engine, store, NOW + timedelta(days=32))).plan.steps == []


async def test_a_lesson_that_was_only_away_for_a_while_counts_from_its_next_end(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    stays, ended = added(engine, 2)
    for one in (stays, ended):
        await put(engine, store, "es", one, {"text": one}, ours=True)
    age(tmp_path / "bucket", 100)
    end(engine, ended, "archived", None)
    await clean(engine, store)
    end(engine, ended, "active", None)
    await clean(engine, store, NOW + timedelta(days=15))
    end(engine, ended, "archived", None)
    assert (await clean(engine, store, NOW + timedelta(days=31))).done == []
    with reading(engine) as connection:
        assert connection.scalars(sa.select(missed_lessons.c.since)).all() == [NOW + timedelta(days=31)]


async def test_a_table_that_is_suddenly_empty_removes_nothing_and_is_named(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lessons = added(engine, 3)
    for language in ("es", "fr"):
        for one in lessons:
            await put(engine, store, language, one, {"text": one}, ours=True)
    age(tmp_path / "bucket", 100)
    for one in lessons:
        take_away(engine, one)
    before = await keys(store)
    for days in (0, 31, 200):
        with pytest.raises(RefusedError, match="topics holds no lesson at all.*search_path"):
            await clean(engine, store, NOW + timedelta(days=days))
    assert await keys(store) == before
    with reading(engine) as connection:
        assert connection.execute(sa.select(missed_lessons)).all() == []


async def test_lessons_that_are_all_archived_at_once_keep_their_objects_until_confirmed(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lessons = added(engine, 2)
    for one in lessons:
        await put(engine, store, "es", one, {"text": one}, ours=True)
        end(engine, one, "archived")
    age(tmp_path / "bucket", 100)
    with pytest.raises(RefusedError, match="None of the 2 lessons.*active"):
        await clean(engine, store)
    assert len(await keys(store, "es/")) == 2
    assert len((await clean(engine, store, confirmed=True)).done) == 2


async def test_ended_lessons_count_against_the_limit_of_what_may_go(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    stays, *ended = added(engine, 3)
    for one in (stays, *ended):
        await put(engine, store, "es", one, {"text": one}, ours=True)
    for one in ended:
        end(engine, one, "archived")
    age(tmp_path / "bucket", 100)
    limited = RetentionPolicy(max_delete_fraction=0.5)
    with pytest.raises(RefusedError, match="2 of 3 lesson objects"):
        await clean(engine, store, policy=limited)


async def test_only_active_lessons_are_counted_as_standing(engine: sa.Engine, store: LocalStore) -> None:
    lessons = added(engine, 3)
    for one in lessons:
        for language in ("es", "fr"):
            await put(engine, store, language, one, {"text": one}, ours=True)
            request(engine, language, one, 1)
    end(engine, lessons[0], "archived")
    take_away(engine, lessons[1])
    with reading(engine) as connection:
        assert manifest.lesson_counts(connection, ["es", "de"]) == {"es": 1, "de": 0}
    assert (await look(engine, store)).lessons == {"fr": 1}


async def test_usage_by_names_that_are_no_lessons_removes_nothing_until_confirmed(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lessons = added(engine, 3)
    with writing(engine) as connection:
        counted = topics.update().where(topics.c.topic_id == int(lessons[0]))
        connection.execute(counted.values(usage_count=900))
    for one in lessons:
        await put(engine, store, "fr", one, {"text": one}, ours=True)
    age(tmp_path / "bucket", 100)
    for name, requests in (("01-photosynthesis", 900), ("nosuchlesson", 20), ("999", 5), (lessons[1], 100)):
        request(engine, "fr", name, requests, (NOW - timedelta(days=60)).date())
    one_kept = RetentionPolicy(keep_most_used=1, max_delete_fraction=1)

    with pytest.raises(RefusedError, match=r"only 100 of 1,025 requests.*'01-photosynthesis', 'nosuch"):
        await clean(engine, store, policy=one_kept)
    assert len(await keys(store, "fr/")) == 3
    report = await clean(engine, store, policy=one_kept, confirmed=True)
    assert {step.lesson for step in report.done} == {lessons[0], lessons[2]}


async def test_usage_that_names_no_lesson_at_all_leaves_it_to_the_application_s_counts(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    lessons = added(engine, 2)
    with writing(engine) as connection:
        counted = topics.update().where(topics.c.topic_id == int(lessons[0]))
        connection.execute(counted.values(usage_count=900))
    for one in lessons:
        await put(engine, store, "fr", one, {"text": one}, ours=True)
    age(tmp_path / "bucket", 100)
    request(engine, "fr", "01-photosynthesis", 900)
    one_kept = RetentionPolicy(keep_most_used=1, max_delete_fraction=1)
    report = await clean(engine, store, policy=one_kept, confirmed=True)
    assert [step.lesson for step in report.done] == [lessons[1]]


async def test_an_empty_table_removes_nothing_where_no_lesson_was_ever_known_either(
    engine: sa.Engine, store: LocalStore, tmp_path: Path
) -> None:
    """As at a first cleanup that looks into another database than the application's."""
    key = await put(engine, store, "fr", "1", {"text": "Un."}, ours=False)
    age(tmp_path / "bucket", 100)
    with pytest.raises(RefusedError, match="topics holds no lesson at all"):
        await clean(engine, store)
    assert await keys(store) == [key]
