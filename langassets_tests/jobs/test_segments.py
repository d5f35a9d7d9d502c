"""What stands at each place of each object: kept with it, moved with it, gone with it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.migrate import migrate
from langassets.database.schema import pending_writes, stored_objects
from langassets.database.schema import segments as table
from langassets.database.translations.memory import APPROVED
from langassets.database.translations.segments import counts, segments_of
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.preload.job import preload
from langassets.jobs.status import language_status
from langassets.services import Services
from langassets.translation.documents.places import source_hash
from langassets.translation.documents.stored import SegmentOrigin, StoredSegment
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered
from langassets_tests.database.earlier import take_back
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.translation.scripted import ScriptedProvider

TEXT = "# The bridge\n\nIt was built over `the river`.\n\nYes\n\nIt carries a road.\n\nYes\n"
TEXTS = ("The bridge", "It was built over <x1/>.", "Yes", "It carries a road.", "Yes")
KEY = "he/lessons/1/text.json"


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> ModelServices:
    made = ModelServices(engine, tmp_path, ScriptedProvider(), PREDEFINED_LANGUAGES="en,he")
    add_lesson(engine, "The bridge", {"text": {"text": TEXT}})
    return made


def run(services: Services, *languages: str) -> Any:
    return asyncio.run(preload(services, languages or ("en", "he"), run_id="run"))


def kept(services: Services, key: str = KEY) -> tuple[StoredSegment, ...] | None:
    with reading(services.data) as connection:
        return segments_of(connection, [key]).get(key)


def states(services: Services, key: str = KEY) -> list[str]:
    return [f"{one.state} {one.origin}" for one in kept(services, key) or ()]


def forget_segments(services: Services) -> None:
    """As an earlier version left it."""
    with writing(services.data) as connection:
        connection.execute(table.delete())
        connection.execute(stored_objects.update().values(segments_etag=None, structure=""))


def approve(services: Services, text: str, translation: str) -> None:
    key = MemoryKey(text, "en", "he", ANY_RECIPE)
    services.memory.remember([Remembered(key, translation, "review", "", APPROVED)])


def test_each_place_of_an_object_has_its_segment(services: ModelServices) -> None:
    run(services)
    found = kept(services)
    assert found is not None
    assert [one.source for one in found] == [source_hash(text) for text in TEXTS]
    assert found[2].target == found[4].target
    assert len({one.target for one in found}) == 4
    assert states(services) == ["translated model"] * 5
    assert states(services, "en/lessons/1/text.json") == ["final copied"] * 5
    assert run(services).languages[1].segments == {"translated": 5}
    assert {one.language: one.segments for one in asyncio.run(language_status(services))} == {
        "en": {"final": 5},
        "he": {"translated": 5},
    }


def test_what_another_lesson_has_comes_from_memory(services: ModelServices) -> None:
    run(services)
    add_lesson(services.data, "Another", {"text": {"text": "# The bridge\n\nSomething else."}})
    run(services)
    assert states(services, "he/lessons/2/text.json") == ["translated memory", "translated model"]


def test_pseudo_localization_is_no_translation(engine: sa.Engine, tmp_path: Path) -> None:
    add_lesson(engine, "The bridge", {"text": {"text": TEXT}})
    services = Services(ModelServices(engine, tmp_path, ScriptedProvider()).settings, lambda: NOW)
    services.__dict__["data"] = engine
    run(services)
    assert states(services) == ["initial model"] * 5


def test_what_a_person_approves_is_reviewed_where_it_stands_and_where_it_is_put(
    services: ModelServices,
) -> None:
    run(services)
    [key] = services.recipes.keys("Yes", "en", "he")
    approve(services, "Yes", services.memory.recall([key])[key])
    approve(services, "It carries a road.", "דרך עוברת עליו.")
    assert [len(one.stored) for one in run(services).languages] == [0, 1]
    assert states(services) == [
        "translated memory",
        "translated memory",
        "reviewed person",
        "reviewed person",
        "reviewed person",
    ]
    approve(services, "The bridge", _made(services, "The bridge"))
    assert [len(one.stored) for one in run(services).languages] == [0, 0]
    assert states(services)[0] == "reviewed memory"


def _made(services: Services, text: str) -> str:
    [key] = services.recipes.keys(text, "en", "he")
    return services.memory.recall([key])[key]


def test_they_are_replaced_with_their_object(services: ModelServices) -> None:
    run(services)
    change_lesson(services.data, "1", {"text": "# The bridge\n\nIt is closed.\n"})
    run(services)
    assert [one.source for one in kept(services) or ()] == [
        source_hash("The bridge"),
        source_hash("It is closed."),
    ]
    assert states(services) == ["translated memory", "translated model"]


def test_they_go_with_their_object_and_follow_it_into_the_archive(services: ModelServices) -> None:
    run(services, "en", "fr")
    before = kept(services, "fr/lessons/1/text.json")
    change_lesson(services.data, "1", {"text": "Memory does not hold this."})
    services.settings = services.settings.model_copy(
        update={"keep_recent_days": 0, "keep_most_used": 0, "max_delete_fraction": 1}
    )
    services.clock = lambda: NOW + timedelta(days=400)
    asyncio.run(clean_up(services, run_id="cleanup"))
    with reading(services.data) as connection:
        [archived] = list(manifest.keys_of(connection, "fr"))
        assert archived.startswith("archive/")
        assert segments_of(connection, [archived]) == {archived: before}
        assert counts(connection) == {"en": {"final": 5}}, "what lies in the archive stands in no lesson"
    with writing(services.data) as connection:
        manifest.forget(connection, [archived])
    with reading(services.data) as connection:
        assert set(connection.scalars(sa.select(table.c.key))) == {"en/lessons/1/text.json"}


def test_a_process_killed_between_upload_and_record_knows_them(services: ModelServices) -> None:
    run(services)
    before = kept(services)
    forget_segments(services)
    with writing(services.data) as connection:
        [entry] = manifest.entries(connection, "he").values()
        manifest.forget(connection, [KEY])
        manifest.add_pending(connection, [replace(entry, segments=before)])
    run(services)
    assert kept(services) == before
    with reading(services.data) as connection:
        assert not connection.scalar(sa.select(sa.func.count()).select_from(pending_writes))


def test_what_an_earlier_version_stored_is_read_off_the_objects(services: ModelServices) -> None:
    run(services)
    before, english = kept(services), kept(services, "en/lessons/1/text.json")
    approve(services, "Yes", _made(services, "Yes"))
    forget_segments(services)
    asked = len(services.model.batches)
    report = run(services)
    assert report.complete
    assert not any(one.stored for one in report.languages)
    assert len(services.model.batches) == asked
    assert before is not None
    assert [one[:2] for one in kept(services) or ()] == [one[:2] for one in before]
    assert states(services) == [
        "translated memory",
        "translated memory",
        "reviewed person",
        "translated memory",
        "reviewed person",
    ]
    assert kept(services, "en/lessons/1/text.json") == english


def test_an_object_that_an_earlier_version_wrote_since_is_not_taken_for_what_it_was(
    services: ModelServices,
) -> None:
    run(services)
    with writing(services.data) as connection:
        connection.execute(stored_objects.update().where(stored_objects.c.key == KEY).values(etag="other"))
    assert kept(services) is None


def test_the_migration_fills_in_what_memory_makes_again(services: ModelServices, tmp_path: Path) -> None:
    approve(services, "It carries a road.", "דרך עוברת עליו.")
    run(services)
    add_lesson(services.data, "Another", {"text": {"text": "Nobody knows what stands here."}})
    run(services)
    other = "he/lessons/2/text.json"
    before = {key: kept(services, key) for key in (KEY, "en/lessons/1/text.json")}
    with reading(services.data) as connection:
        structure = connection.scalars(sa.select(stored_objects.c.structure)).all()
    approve(services, "Nobody knows what stands here.", "משהו אחר.")  # memory has moved on since
    take_back(services.data, "0002", tmp_path / "earlier")
    migrate(services.data)
    expected = {
        key: tuple(
            one._replace(origin=SegmentOrigin.MEMORY) if one.origin == "model" else one for one in found or ()
        )
        for key, found in before.items()
    }
    assert {key: kept(services, key) for key in before} == expected
    assert kept(services, other) is None
    with reading(services.data) as connection:
        after = connection.scalars(sa.select(stored_objects.c.structure)).all()
    assert set(after) == {*structure, ""}
    run(services)
    assert states(services, other) == ["reviewed person"]


def test_a_content_without_texts_has_none_and_is_read_once(services: ModelServices) -> None:
    lesson = add_lesson(services.data, "Numbers", {"text": {"n": 1}})
    run(services)
    key = f"he/lessons/{lesson}/text.json"
    assert kept(services, key) == ()
