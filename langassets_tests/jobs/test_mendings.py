"""What was mended in the making of objects makes those again that hold it, once, and keeps edits."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.schema import stored_objects
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.translation.documents import mendings
from langassets.translation.documents.content import TranslatableString
from langassets.translation.documents.document import body_of
from langassets.translation.object_recipe import ObjectRecipe
from langassets_tests.jobs.lessons import add_lesson, change_lesson
from langassets_tests.jobs.three_lessons import (
    LANGUAGES,
    changed,
    keys,
    lessons,
    reopened,
    say,
    services,
    stale,
)

__all__ = ["lessons", "services"]


def mend(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    """As if something had been mended that contents with a word in them hold."""

    def holds(string: TranslatableString) -> bool:
        return word in string.text

    monkeypatch.setattr(mendings, "MENDINGS", (*mendings.MENDINGS, holds))


async def test_what_was_mended_makes_those_objects_again_once_that_hold_it(
    services: Services, lessons: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend(monkeypatch, "river")
    assert await stale(services) == {"he": 1, "ar": 1}
    report = await preload(services, LANGUAGES, run_id="mended")
    made = {item.key for one in report.languages for item in one.plan.to_make}
    assert made == keys([lessons[1]], *LANGUAGES)
    assert sum(one.segments_from_model for one in report.languages) == 0
    assert not any((await stale(services)).values())
    mend(monkeypatch, "storm")
    say(services, "It is about a river.", "מדובר בנהר.")
    # In one language the rest is decided by the texts of each, in the other by nothing else.
    assert await stale(services) == {"he": 2, "ar": 1}
    report = await preload(services, LANGUAGES, run_id="again")
    made = {item.key for one in report.languages for item in one.plan.to_make}
    assert made == keys([lessons[2]], *LANGUAGES) | keys([lessons[1]], "he")
    monkeypatch.setattr("langassets.jobs.object_recipes.content_data", None)  # nothing is read once more
    assert not any((await stale(reopened(services.data, tmp_path))).values())


async def test_a_mending_finds_objects_of_an_earlier_version(
    services: Services, lessons: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with writing(services.data) as connection:
        for row in connection.execute(sa.select(stored_objects.c.key, stored_objects.c.recipe)).all():
            manifest.change_recipe(connection, ObjectRecipe.read(row.recipe).language, [row.key])
    mend(monkeypatch, "river")
    assert await stale(services) == {"he": 1, "ar": 1}
    await preload(services, LANGUAGES, run_id="mended")
    assert not any((await stale(services)).values())
    with reading(services.data) as connection:
        recipes = [ObjectRecipe.read(one.recipe) for one in manifest.entries(connection, "he").values()]
    assert {one.mended for one in recipes} == {str(len(mendings.MENDINGS))}


async def texts_of(services: Services, lesson: str) -> dict[str, str]:
    async with services.store() as store:
        return {
            language: json.loads(await store.read(f"{language}/lessons/{lesson}/text.json"))["text"]
            for language in LANGUAGES
        }


async def test_objects_with_dead_links_are_made_again_once_and_follow_the_setting(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:  # a version that knew of no mending
        earlier.setattr(mendings, "MENDINGS", ())
        before = reopened(engine, tmp_path, HEADING_SLUGS="off")
        lesson, other = (
            add_lesson(engine, name, {"text": {"text": text}})
            for name, text in (("a", "[a](#two-words)\n\n## Two words\n"), ("b", "# Two words\n"))
        )
        assert (await preload(before, LANGUAGES, run_id="first")).complete
        recipes = [ObjectRecipe.read(one).mended for one in recipes_in(before)]
        assert recipes == [""] * 4
    services = reopened(engine, tmp_path)
    assert await changed(services) == keys([lesson], *LANGUAGES)
    assert all(
        '<a id="two-words"></a>\n\n## ⟦' in text for text in (await texts_of(services, lesson)).values()
    )
    off = reopened(engine, tmp_path, HEADING_SLUGS="off")
    assert await changed(off) == keys([lesson], *LANGUAGES)
    assert not any("<a id" in text for text in (await texts_of(off, lesson)).values())
    assert "<a id" not in (await texts_of(off, other))["he"]


def recipes_in(services: Services) -> list[str]:
    with reading(services.data) as connection:
        return list(connection.scalars(sa.select(stored_objects.c.recipe)))


async def test_an_object_that_a_person_edited_before_gets_its_anchors_and_keeps_the_edit(
    engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = add_lesson(engine, "a", {"text": {"text": "[a](#two)\n\nSome prose here.\n\n## Two\n\nText.\n"}})
    with monkeypatch.context() as earlier:
        earlier.setattr(mendings, "MENDINGS", ())
        await preload(reopened(engine, tmp_path, HEADING_SLUGS="off"), LANGUAGES, run_id="first")
    services, key = reopened(engine, tmp_path), keys([lesson], "he").pop()
    async with services.store() as store:
        data = json.loads(await store.read(key))
        data["text"] = data["text"].replace("## ⟦", "## כותרת ⟦").rstrip() + "\n\nשלי.\n"
        await store.write(key, body_of(data))
    report = await preload(services, LANGUAGES, run_id="next")
    assert report.complete
    text = (await texts_of(services, lesson))["he"]
    assert '\n\n<a id="two"></a>\n\n## כותרת ⟦' in text
    assert text.endswith("שלי.")
    assert not any((await stale(services)).values())


async def test_an_id_that_a_person_wrote_in_an_object_stays(services: Services) -> None:
    text = "[a](#two)\n\nSome prose here.\n\n## Two\n\nText.\n"
    lesson = add_lesson(services.data, "a", {"text": {"text": text}})
    await preload(services, LANGUAGES, run_id="first")
    key = keys([lesson], "he").pop()
    async with services.store() as store:
        data = json.loads(await store.read(key))
        data["text"] = data["text"].replace("(#two)", "(#שתיים)").replace('id="two"', 'id="שתיים"')
        await store.write(key, body_of(data))
    assert (await preload(services, LANGUAGES, run_id="next")).complete
    change_lesson(services.data, lesson, {"text": text + "\nMore text.\n"})
    assert (await preload(services, LANGUAGES, run_id="changed")).complete
    made = await texts_of(services, lesson)
    assert ("(#שתיים)" in made["he"], made["he"].count("<a id="), " ťéxť.⟧" in made["he"]) == (True, 1, True)
    assert '<a id="שתיים"></a>\n\n## ⟦' in made["he"]
    assert '<a id="two"></a>\n\n## ⟦' in made["ar"]
