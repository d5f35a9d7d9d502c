"""Preload over a real database and a real folder, by pseudo-localization."""

import json
from typing import Any

import pytest

from langassets.database import manifest
from langassets.database.application import language_stats, topics
from langassets.database.connection import reading, writing
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.forecast import NOTHING
from langassets.jobs.lessons import load_desired
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.plan import plan_languages
from langassets.services import Services
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.storage.local.store import LocalStore
from langassets.translation.documents.document import body_of
from langassets_tests.jobs.lessons import add_lesson, change_lesson, put, request
from langassets_tests.jobs.preloaded import TEXT, read, run, services, store

__all__ = ["services", "store"]


async def test_every_lesson_is_stored_and_the_second_run_does_nothing(
    services: Services, store: LocalStore
) -> None:
    lessons = [add_lesson(services.data, f"Lesson {n}", {"text": TEXT}) for n in range(3)]
    first = await run(services)
    assert first.complete
    assert [len(one.stored) for one in first.languages] == [3, 3]
    assert await read(store, "en", lessons[0]) == TEXT
    hebrew = await read(store, "he", lessons[0])
    assert hebrew["text"].startswith("# ⟦")
    assert "`cells`" in hebrew["text"]
    assert hebrew["audioUrl"] == TEXT["audioUrl"]
    # Three lessons say the same: each segment is translated once.
    assert [one.segments_from_model for one in first.languages] == [0, 2]
    assert [one.segments_from_memory for one in first.languages] == [0, 4]

    times = {found.key: found.updated_at async for found in store.list("")}
    second = await run(services)
    assert second.complete
    assert [(len(one.plan.fresh), len(one.stored)) for one in second.languages] == [(3, 0), (3, 0)]
    assert {found.key: found.updated_at async for found in store.list("")} == times


async def test_what_stands_is_planned_by_its_key_alone(
    services: Services, store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        add_lesson(services.data, f"Lesson {number}", {"text": TEXT})
    await run(services, "he", "es")
    parsed: list[str] = []
    monkeypatch.setattr("langassets.storage.keys.parse", parsed.append)
    monkeypatch.delattr("langassets.jobs.preload.plan.PlannedObject")  # what is to be made has one each
    desired, _ = load_desired(services.data)
    plans = await plan_languages(services, store, ("he", "es"), desired)
    assert [len(plan.fresh) for plan in plans.values()] == [3, 3]
    assert parsed == []


async def test_a_changed_lesson_is_made_again_and_only_what_changed_is_translated(
    services: Services, store: LocalStore
) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    await run(services)
    change_lesson(services.data, lesson, {"text": "# Cells\n\nAll life is made of cells and water.\n"})
    report = await run(services)
    assert [one.segments_from_model for one in report.languages] == [0, 1]
    assert "ŵáťéř" in (await read(store, "he", lesson))["text"]


async def test_what_a_person_edited_is_kept_until_they_say_otherwise(
    services: Services, store: LocalStore
) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    await run(services)
    key = f"he/lessons/{lesson}/text.json"
    await store.write(key, body_of({"text": "by hand"}))
    change_lesson(services.data, lesson, {"text": "Something else."})

    report = await run(services)
    assert report.complete
    hebrew = report.languages[1]
    assert (hebrew.plan.edited, hebrew.plan.edited_stale) == ([key], [key])
    assert await read(store, "he", lesson) == {"text": "by hand"}

    services.settings = services.settings.model_copy(update={"overwrite_edited": True})
    await run(services)
    assert (await read(store, "he", lesson))["text"].startswith("⟦")


async def test_what_someone_else_put_there_is_adopted_and_archived_before_it_is_replaced(
    services: Services, store: LocalStore
) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    key = f"he/lessons/{lesson}/text.json"
    await store.write(key, body_of({"text": "by the old system"}))
    assert [len(one.plan.adopted) for one in (await run(services)).languages] == [0, 1]
    assert [len(one.plan.fresh) for one in (await run(services)).languages] == [1, 1]
    assert await read(store, "he", lesson) == {"text": "by the old system"}

    change_lesson(services.data, lesson, {"text": "Something else."})
    await run(services)
    assert (await read(store, "he", lesson))["text"].startswith("⟦")
    [archived] = [found.key async for found in store.list(ARCHIVE_PREFIX)]
    assert json.loads(await store.read(archived)) == {"text": "by the old system"}


async def test_an_object_that_went_is_made_again_from_memory(services: Services, store: LocalStore) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    await run(services)
    before = await read(store, "he", lesson)
    await store.delete([f"he/lessons/{lesson}/text.json"])
    report = await run(services)
    assert report.languages[1].segments_from_model == 0
    assert await read(store, "he", lesson) == before


async def test_a_process_killed_between_upload_and_record_is_recognized(
    services: Services, store: LocalStore
) -> None:
    add_lesson(services.data, "Cells", {"text": TEXT})
    await run(services)
    with writing(services.data) as connection:  # as it was before the record
        entries = list(manifest.entries(connection, "he").values())
        manifest.forget(connection, [entry.key for entry in entries])
        manifest.add_pending(connection, entries)
    report = await run(services)
    assert len(report.languages[1].plan.fresh) == 1
    assert report.languages[1].plan.adopted == []
    with reading(services.data) as connection:
        assert list(manifest.entries(connection, "he").values()) == entries
        assert manifest.pending(connection, "he") == {}


async def test_a_process_killed_before_the_upload_leaves_nothing_behind(services: Services) -> None:
    add_lesson(services.data, "Cells", {"text": TEXT})
    await run(services)
    with writing(services.data) as connection:
        [entry] = manifest.entries(connection, "he").values()
        manifest.add_pending(connection, [type(entry)(**{**_fields(entry), "etag": "never written"})])
    report = await run(services)
    assert len(report.languages[1].plan.fresh) == 1
    with reading(services.data) as connection:
        assert manifest.pending(connection, "he") == {}


def _fields(entry: manifest.ManifestEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__slots__}


@pytest.mark.parametrize("content", [["a", "list"], "a text", 7, None, "not { json"])
async def test_content_that_is_no_object_is_reported_and_the_rest_goes_on(
    services: Services, content: Any
) -> None:
    bad = add_lesson(services.data, "Bad", {"text": content})
    add_lesson(services.data, "Good", {"text": TEXT})
    report = await run(services)
    assert not report.complete
    assert [(p.language, p.lesson) for one in report.languages for p in one.failed] == [
        ("en", bad),
        ("he", bad),
    ]
    assert "JSON object" in report.languages[0].failed[0].reason
    assert [len(one.stored) for one in report.languages] == [1, 1]


async def test_a_content_type_that_cannot_stand_in_a_key_is_reported(services: Services) -> None:
    add_lesson(services.data, "Bad", {"../../etc": TEXT, "text": TEXT})
    report = await run(services)
    assert [problem.content_type for problem in report.problems] == ["../../etc"]
    assert all(len(one.stored) == 1 for one in report.languages)


async def test_the_most_requested_lessons_come_first_and_a_limit_stops_in_good_order(
    services: Services, store: LocalStore
) -> None:
    lessons = [add_lesson(services.data, f"L{n}", {"text": {"text": f"Text {n} it is."}}) for n in range(4)]
    for rank, lesson in enumerate(lessons):
        request(services.data, "he", lesson, rank + 1)
    plan = (await run(services, "he")).languages[0].plan
    assert [item.desired.lesson for item in plan.to_make] == lessons[::-1]


async def test_an_archived_lesson_is_no_longer_wanted_and_its_objects_stay(
    services: Services, store: LocalStore
) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    await run(services)
    with writing(services.data) as connection:
        connection.execute(topics.update().values(status="archived"))
    report = await run(services)
    assert [one.desired for one in report.languages] == [0, 0]
    assert (await read(store, "he", lesson))["text"]


async def test_a_lesson_in_another_language_is_translated_from_it(
    services: Services, store: LocalStore
) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": {"text": "Tout est cellule."}}, language="fr")
    await run(services, "fr", "en", "iw")  # Hebrew, which nobody keeps under iw
    assert await read(store, "fr", lesson) == {"text": "Tout est cellule."}
    assert (await read(store, "en", lesson))["text"].startswith("⟦")
    assert (await read(store, "he", lesson))["text"].startswith("⟦")


async def test_a_plan_says_what_it_would_take_and_changes_nothing(
    services: Services, store: LocalStore
) -> None:
    for number in range(3):
        add_lesson(services.data, f"Lesson {number}", {"text": TEXT})
    services.settings = services.settings.model_copy(update={"predefined_languages": ("en", "he")})
    outlook = await plan_preload(services)
    english, hebrew = outlook.languages
    assert (english.to_make, english.expected.requests) == (3, 0)
    assert (hebrew.to_make, hebrew.segments, hebrew.remembered, hebrew.expected.requests) == (3, 2, 0, 1)
    assert outlook.cost == NOTHING
    assert [found async for found in store.list("")] == []
    await run(services)
    outlook = await plan_preload(services)
    assert [(one.to_make, one.fresh) for one in outlook.languages] == [(0, 3), (0, 3)]


async def test_a_limit_on_requests_stops_in_good_order_and_the_next_run_goes_on(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    add_lesson(services.data, "Cells", {"text": TEXT})
    services.settings = services.settings.model_copy(update={"max_requests_per_run": 1})
    report = await run(services, "he", "ar", "es")
    assert "MAX_REQUESTS_PER_RUN allows 1" in caplog.text
    assert "MAX_REQUESTS_PER_RUN" in (report.stopped or "")
    assert sum(len(one.stored) for one in report.languages) == 1
    assert sum(one.left for one in report.languages) == 2
    assert not report.complete
    for day in ("next day", "day after"):  # the limit holds for all tries of a run, so each day is a run
        report = await preload(services, ("he", "ar", "es"), run_id=day)
    assert report.complete


async def test_what_someone_else_made_word_for_word_the_same_stays_where_it_is(
    services: Services, store: LocalStore
) -> None:
    """The application stores a lesson's object first, and its row in the database after that."""
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    new = {"text": "# Cells\n\nAll life is made of cells and water.\n"}
    await store.write(f"en/lessons/{lesson}/text.json", body_of(new))
    [adopted] = (await run(services, "en")).languages
    assert len(adopted.plan.adopted) == 1
    change_lesson(services.data, lesson, new)
    for _ in range(2):
        assert (await run(services, "en")).complete
        assert [found.key async for found in store.list("")] == [f"en/lessons/{lesson}/text.json"]
        assert await read(store, "en", lesson) == new


async def test_two_codes_of_one_language_are_stored_once(services: Services, store: LocalStore) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    report = await run(services, "he", "iw", "HE")
    assert [one.segments_from_model + one.segments_from_memory for one in report.languages] == [2]
    assert [found.key async for found in store.list("")] == [f"he/lessons/{lesson}/text.json"]


async def test_two_codes_that_the_application_uses_and_stores_under_are_paid_for_once(
    services: Services, store: LocalStore
) -> None:
    lesson = add_lesson(services.data, "Cells", {"text": TEXT})
    with writing(services.data) as connection:
        for code in ("he", "iw"):
            connection.execute(language_stats.insert().values(language_code=code, total_requests=100))
    for code in ("he", "iw"):
        await put(services.data, store, code, lesson, {"text": "as it was"}, ours=True)
    change_lesson(services.data, lesson, TEXT)
    codes = frequent_languages(services.data, ("he",)).codes
    assert codes == ("he", "iw")
    report = await run(services, *codes)
    assert [one.segments_from_model + one.segments_from_memory for one in report.languages] == [2, 2]
    assert sum(row.spent.segments for one in report.languages for row in one.usage) == 2
    assert await read(store, "iw", lesson) == await read(store, "he", lesson)
