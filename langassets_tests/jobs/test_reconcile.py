"""Reconciliation names what differs, and brings the manifest back to what stands."""

from pathlib import Path

import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.application import topics
from langassets.database.connection import writing
from langassets.jobs.preload.job import preload
from langassets.jobs.reconcile.compare import differences
from langassets.jobs.reconcile.job import reconcile
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.documents.document import body_of
from langassets_tests.jobs.lessons import NOW, add_lesson


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
    assert not left.clean


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
