"""A process that dies between a move in storage and its record leaves a step of the journal, and one more run
knows the object again."""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.records import journal
from langassets.database.records.bill import spent_by
from langassets.database.records.journal import Status
from langassets.database.schema import cleanup_journal
from langassets.jobs.cleanup import open_steps
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.limits import record_spending
from langassets.retention.plan import Action, Step
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage.keys import ARCHIVE_PREFIX, LessonKey, archived
from langassets.storage.local.store import LocalStore
from langassets.storage.store import StoredObject
from langassets.translation.documents.document import body_of
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson

BEFORE, AFTER = {"text": "As it was written first."}, {"text": "As it is written now."}


class Killed(BaseException):
    """Stands for the end of the process."""


class DiesAfterMoving(LocalStore):
    async def move(self, source: str, target: str) -> None:
        await super().move(source, target)
        raise Killed


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> Services:
    made = Services(
        load_settings({"LANGASSETS_HOME": str(tmp_path), "PREDEFINED_LANGUAGES": "he"}), lambda: NOW
    )
    made.__dict__["data"] = engine
    return made


async def run(services: Services, *, dies: bool = False, cleanup: bool = False) -> None:
    store = DiesAfterMoving if dies else LocalStore
    services.store = lambda: store(services.settings.langassets_home / "storage")  # type: ignore[method-assign]
    with suppress(Killed):
        if cleanup:
            await clean_up(services, run_id="cleanup", confirmed=True)
        else:
            await preload(services, ["he"], run_id="preload")


async def stored(services: Services, prefix: str = "") -> dict[str, str]:
    async with services.store() as store:
        return {
            found.key: json.loads(await store.read(found.key))["text"] async for found in store.list(prefix)
        }


async def write(services: Services, key: str, text: str) -> None:
    async with services.store() as store:
        await store.write(key, body_of({"text": text}))


def entries(services: Services) -> dict[str, manifest.ManifestEntry]:
    with reading(services.data) as connection:
        return manifest.entries(connection, "he")


def planned_steps(services: Services) -> int:
    with reading(services.data) as connection:
        query = sa.select(sa.func.count()).where(cleanup_journal.c.status == Status.PLANNED)
        return connection.scalar(query) or 0


@pytest.mark.parametrize("cleanup", [True, False])
async def test_what_was_put_back_without_a_record_is_not_taken_for_todays(
    services: Services, cleanup: bool
) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": BEFORE})
    await run(services)
    key = f"he/lessons/{lesson}/text.json"
    aside = archived(LessonKey("he", lesson, "text"), NOW - timedelta(days=5))
    async with services.store() as store:
        await store.move(key, aside)
    with writing(services.data) as connection:
        manifest.rename(connection, [manifest.Move(key, aside, "he")])
    change_lesson(services.data, lesson, AFTER)

    await run(services, dies=True, cleanup=cleanup)
    assert [*await stored(services)] == [key]
    assert [*entries(services)] == [aside]
    assert planned_steps(services) == 1

    await run(services)
    assert [*entries(services)] == [key]
    assert planned_steps(services) == 0
    assert (await stored(services))[key] == "⟦Áš íť íš ŵříťťéń ńöŵ.⟧"


async def test_what_was_set_aside_without_a_record_is_replaced_all_the_same(services: Services) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": BEFORE})
    key = f"he/lessons/{lesson}/text.json"
    await run(services)
    async with services.store() as store:
        await store.delete([key])
    with writing(services.data) as connection:
        manifest.forget(connection, [key])
    await write(services, key, "by someone else")
    await run(services)
    change_lesson(services.data, lesson, AFTER)

    await run(services, dies=True)
    [aside] = await stored(services)
    assert aside.startswith(ARCHIVE_PREFIX)

    await run(services)
    texts = await stored(services)
    assert texts[key].startswith("⟦")
    assert [text for aside, text in texts.items() if aside != key] == ["by someone else"]
    assert entries(services)[key].origin is manifest.Origin.TRANSLATED
    assert planned_steps(services) == 0


async def test_what_a_person_edited_is_in_the_archive_when_it_was_overwritten(services: Services) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": BEFORE})
    await run(services)
    key = f"he/lessons/{lesson}/text.json"
    await write(services, key, "by hand")
    services.settings = services.settings.model_copy(update={"overwrite_edited": True})
    await run(services)
    assert (await stored(services))[key].startswith("⟦")
    assert [*(await stored(services, ARCHIVE_PREFIX)).values()] == ["by hand"]


async def test_a_move_that_was_cut_in_half_is_completed(services: Services) -> None:
    """A folder moves by a second link: for a moment the object has both names."""
    lesson = add_lesson(services.data, "Cells", {"text": BEFORE})
    await run(services)
    key = LessonKey("he", lesson, "text")
    aside = archived(key, NOW - timedelta(days=5))
    etag = entries(services)[key.key].etag
    [text] = (await stored(services)).values()
    await write(services, aside, text)
    with writing(services.data) as connection:
        step = Step(key.key, "he", lesson, Action.ARCHIVE, "", 1, etag, aside)
        journal.write_plan(connection, "killed", "run", [step], NOW)
    async with services.store() as store:
        await open_steps.close_open_steps(services.data, store, services.clock, ["fr"])  # another run's
        assert planned_steps(services) == 1
        await open_steps.close_open_steps(services.data, store, services.clock, ["he"])
    assert [*await stored(services)] == [aside]
    assert [*entries(services)] == [aside]
    assert planned_steps(services) == 0


async def test_what_a_killed_preload_spent_counts_in_its_retry(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    class DiesAtTheSecond(LocalStore):
        async def write(self, key: str, body: bytes) -> StoredObject:
            if [one async for one in self.list("")]:
                raise Killed
            return await super().write(key, body)

    for number in range(3):
        add_lesson(services.data, f"L{number}", {"text": {"text": f"Text {number} it is."}})
    monkeypatch.setattr("langassets.jobs.preload.storing._STORED_AT_ONCE", 1)
    services.store = lambda: DiesAtTheSecond(services.settings.langassets_home / "storage")  # type: ignore[method-assign]
    recorded = _only_before_the_end(record_spending)
    monkeypatch.setattr("langassets.jobs.preload.translating.record_spending", recorded)
    with suppress(Killed):
        await preload(services, ["he"], run_id="killed")
    assert spent_by(services.data, "killed").requests > 0


def _only_before_the_end(record: Callable[..., None]) -> Callable[..., None]:
    """A killed process does not come to its `finally`."""

    def called(*given: object) -> None:
        if not isinstance(sys.exc_info()[1], Killed):
            record(*given)

    return called
