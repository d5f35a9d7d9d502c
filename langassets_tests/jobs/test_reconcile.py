"""Reconciliation names what differs, and brings the manifest back to what stands."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from langassets.database import former_objects, manifest
from langassets.database.application import topics
from langassets.database.connection import reading, writing
from langassets.database.manifest import Origin
from langassets.jobs.preload.job import preload
from langassets.jobs.reconcile.compare import differences
from langassets.jobs.reconcile.job import reconcile
from langassets.jobs.reconcile.newer import is_newer
from langassets.services import Services, utc_now
from langassets.settings import load_settings
from langassets.storage.local.store import LocalStore
from langassets.translation.documents.document import body_of
from langassets.translation.documents.stored import SegmentOrigin, State, StoredSegment
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.jobs.restored import Rows, put_rows, rows_of
from langassets_tests.translation.scripted import ScriptedProvider


async def test_each_kind_is_named_and_the_manifest_repaired(engine: sa.Engine, tmp_path: Path) -> None:
    environ = {"LANGASSETS_HOME": str(tmp_path), "PREDEFINED_LANGUAGES": "he"}
    services = Services(load_settings(environ), lambda: NOW)
    services.__dict__["data"] = engine
    ids = [add_lesson(engine, f"Lesson {n}", {"text": {"text": f"It is lesson {n}."}}) for n in range(5)]
    await preload(services, ["he"], run_id="run")
    key = [f"he/lessons/{lesson}/text.json" for lesson in ids]
    new = add_lesson(engine, "New", {"text": {"text": "New."}})
    foreign = f"he/lessons/{new}/text.json"
    async with services.store() as store:
        await store.delete([key[0]])
        await store.write(key[1], body_of({"text": "by hand"}))
        await store.write(foreign, body_of({"text": "by someone"}))
        await store.write("he/lessons/notes.txt", b"not a lesson")
    with writing(engine) as connection:
        connection.execute(topics.update().where(topics.c.topic_id == int(ids[2])).values(status="deleted"))

    [found] = await differences(services)
    assert (found.missing, found.edited, found.foreign, found.orphaned, found.agree) == (
        [key[0]],
        [key[1]],
        [foreign],
        [key[2]],
        2,
    )
    await reconcile(services)
    [left] = await differences(services)
    assert (left.missing, left.edited, left.foreign, left.orphaned, left.agree) == (
        [],
        [key[1]],
        [],
        [key[2]],
        3,
    )


async def test_what_a_killed_preload_wrote_is_its_own_work(engine: sa.Engine, tmp_path: Path) -> None:
    """It noted what it was about to write, wrote it, and was killed before it could say so."""
    environ = {"LANGASSETS_HOME": str(tmp_path), "PREDEFINED_LANGUAGES": "he"}
    services = Services(load_settings(environ), lambda: NOW)
    services.__dict__["data"] = engine
    lesson = add_lesson(engine, "Cells", {"text": {"text": "All life is made of cells."}})
    await preload(services, ["he"], run_id="run")
    key = f"he/lessons/{lesson}/text.json"
    with writing(engine) as connection:
        before = manifest.entries(connection, "he")[key]
        manifest.forget(connection, [key])
        manifest.add_pending(connection, [before])
    [found] = await differences(services)
    assert (found.foreign, found.agree) == ([], 1)
    await reconcile(services)
    with writing(engine) as connection:
        assert manifest.entries(connection, "he") == {key: before}
        assert manifest.pending(connection, "he") == {}


SAYS = {"text": {"text": "The bridge is 40 m long.\n\nThe river is wide."}}


def two_moments(engine: sa.Engine, home: Path) -> tuple[ModelServices, str, Rows]:
    """A lesson that was translated, and what langassets knew before that."""
    lesson = add_lesson(engine, "Bridges", SAYS)
    before = rows_of(engine)
    services = ModelServices(engine, home, ScriptedProvider(), PREDEFINED_LANGUAGES="he")
    asyncio.run(preload(services, ["he"], run_id="first"))
    services.model.batches.clear()
    return services, lesson, before


def test_what_only_storage_has_is_adopted_and_serves_other_lessons(engine: sa.Engine, tmp_path: Path) -> None:
    services, lesson, before = two_moments(engine, tmp_path)
    put_rows(engine, before)
    [found] = asyncio.run(reconcile(services, restored=True))
    assert found.newer == [f"he/lessons/{lesson}/text.json"]
    add_lesson(engine, "Rivers", SAYS)
    report = asyncio.run(preload(services, ["he"], run_id="second"))
    assert report.complete
    assert services.model.sent == []
    with reading(engine) as connection:
        entries = manifest.entries(connection, "he")
    assert entries[found.newer[0]].origin is Origin.ADOPTED


def test_what_memory_would_make_just_so_is_its_own(engine: sa.Engine, tmp_path: Path) -> None:
    services, lesson, before = two_moments(engine, tmp_path)
    now = rows_of(engine)
    key = f"he/lessons/{lesson}/text.json"
    with reading(engine) as connection:
        stood = manifest.entries(connection, "he")[key]
    put_rows(engine, before | {"langassets.translation_memory": now["langassets.translation_memory"]})
    asyncio.run(reconcile(services, restored=True))
    with reading(engine) as connection:
        again = manifest.entries(connection, "he")[key]
    assert replace(again, stored_at=stood.stored_at, structure=stood.structure) == stood


def test_an_earlier_version_is_its_own_only_after_a_restore(engine: sa.Engine, tmp_path: Path) -> None:
    """A person may have put it back by hand."""
    services, lesson, _ = two_moments(engine, tmp_path)
    key = f"he/lessons/{lesson}/text.json"
    store = LocalStore(tmp_path / "storage")

    async def body() -> bytes:
        async with store:
            return await store.read(key)

    async def put(found: bytes) -> None:
        async with LocalStore(tmp_path / "storage") as again:
            await again.write(key, found)

    first = asyncio.run(body())
    change_lesson(engine, lesson, {"text": "The bridge is 50 m long.\n\nThe river is wide."})
    asyncio.run(preload(services, ["he"], run_id="second"))
    asyncio.run(put(first))
    for restored, left in ((False, [key]), (True, [])):
        [found] = asyncio.run(reconcile(services, restored=restored))
        assert found.earlier == [key]
        [after] = asyncio.run(differences(services))
        assert after.earlier == left
    services.model.batches.clear()
    asyncio.run(preload(services, ["he"], run_id="third"))
    assert services.model.sent == []
    assert asyncio.run(differences(services))[0].agree == 1
    with writing(engine) as connection:
        former_objects.forget(connection, utc_now() + timedelta(days=1))
    asyncio.run(put(first))
    assert asyncio.run(differences(services))[0].edited == [key]


hashes = st.lists(st.integers(0, 99).map(str), min_size=2, max_size=8, unique=True)


def stored(sources: list[str]) -> list[StoredSegment]:
    return [StoredSegment(one, f"T{one}", State.TRANSLATED, SegmentOrigin.MODEL) for one in sources]


@given(hashes, hashes)
def test_what_is_made_of_another_lesson_is_newer(before: list[str], today: list[str]) -> None:
    targets = [f"T{one}" for one in today]
    assert is_newer(today, targets, stored(before), other_recipe=False) is (before != today)


@given(hashes, st.data())
def test_an_edit_is_not_newer(before: list[str], data: st.DataObject) -> None:
    """Of one place; also where the lesson has changed since, at another one."""
    targets = [f"T{one}" for one in before]
    edited = data.draw(st.integers(0, len(before) - 1))
    changed = data.draw(st.integers(0, len(before) - 1).filter(lambda place: place != edited))
    targets[edited] = "mine"
    assert not is_newer(before, targets, stored(before), other_recipe=len(before) > 2)
    today = [*before[:changed], "new", *before[changed + 1 :]]
    assert not is_newer(today, targets, stored(before), other_recipe=False)
