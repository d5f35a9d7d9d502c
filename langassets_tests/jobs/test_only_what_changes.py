"""What a person words otherwise, and a glossary, make only those objects again that they concern."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.schema import content_texts, stored_objects, translation_memory
from langassets.database.translations.memory import APPROVED, IMPORTED
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.jobs.status import language_status
from langassets.services import Services
from langassets.settings import load_settings
from langassets.translation.documents import mendings
from langassets.translation.documents.content import TranslatableString
from langassets.translation.documents.document import body_of
from langassets.translation.object_recipe import ObjectRecipe
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson

LANGUAGES = ("he", "ar")
SHARED = "All three of them say this."


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> Services:
    return reopened(engine, tmp_path)


def reopened(engine: sa.Engine, home: Path, **environ: str) -> Services:
    settings = {"LANGASSETS_HOME": str(home), "PREDEFINED_LANGUAGES": ",".join(LANGUAGES)}
    made = Services(load_settings(settings | environ), lambda: NOW)
    made.__dict__["data"] = engine  # the cached property, filled in
    return made


@pytest.fixture
async def lessons(services: Services) -> list[str]:
    """Three lessons with a text of their own each and one that they share, preloaded."""
    texts = [f"# The {name}\n\n{SHARED}\n\nIt is about a {name}." for name in ("bridge", "river", "storm")]
    made = [add_lesson(services.data, text[:8], {"text": {"text": text}}) for text in texts]
    assert (await preload(services, LANGUAGES, run_id="first")).complete
    return made


def say(services: Services, text: str, translation: str, origin: str = APPROVED) -> None:
    key = MemoryKey(text, "en", "he", ANY_RECIPE)
    services.memory.remember([Remembered(key, translation, "review", "", origin)])


def by_model(services: Services, text: str) -> str:
    [key] = services.recipes.keys(text, "en", "he")
    return services.memory.recall([key])[key]


async def bodies(services: Services) -> dict[str, tuple[bytes, object]]:
    async with services.store() as store:
        return {one.key: (await store.read(one.key), one.updated_at) async for one in store.list("")}


async def stale(services: Services) -> dict[str, int]:
    """By language, as `plan preload` and `status` both have to say."""
    planned = {one.language: one.to_make for one in (await plan_preload(services)).languages}
    status = {one.language: one.stale for one in await language_status(services)}
    assert planned == status
    return planned


async def changed(services: Services) -> set[str]:
    """What a preload stores, which must be what it had planned and what storage shows; it asks no model."""
    before, planned = await bodies(services), await stale(services)
    report = await preload(services, LANGUAGES, run_id="next")
    assert report.complete
    assert {one.language: len(one.plan.to_make) for one in report.languages} == planned
    assert sum(one.segments_from_model for one in report.languages) == 0
    stored = {item.key for one in report.languages for item in one.stored}
    after = await bodies(services)
    assert {key for key in after if after[key] != before[key]} == stored
    assert not any((await stale(services)).values())
    return stored


def keys(lessons: list[str], *languages: str) -> set[str]:
    return {f"{language}/lessons/{lesson}/text.json" for language in languages for lesson in lessons}


@pytest.mark.parametrize("origin", [APPROVED, IMPORTED])
async def test_a_correction_changes_the_lesson_that_has_the_text(
    services: Services, lessons: list[str], origin: str
) -> None:
    say(services, "It is about a river.", "מדובר בנהר.", origin=origin)
    assert await changed(services) == keys([lessons[1]], "he")
    say(services, "It is about a river.", "זה על נהר.", origin=origin)
    assert await changed(services) == keys([lessons[1]], "he")


async def test_a_correction_of_a_text_in_several_lessons_changes_all_of_them(
    services: Services, lessons: list[str]
) -> None:
    say(services, SHARED, "שלושתם אומרים זאת.")
    assert await changed(services) == keys(lessons, "he")


async def test_what_changes_no_object_makes_none_stale(services: Services, lessons: list[str]) -> None:
    say(services, SHARED, by_model(services, SHARED))  # approved as it is
    say(services, "This is in no lesson.", "זה בשום שיעור.", origin=IMPORTED)
    assert not any((await stale(services)).values())
    assert await changed(services) == set()
    say(services, "It is about a river.", "מדובר בנהר.", origin=IMPORTED)
    await changed(services)
    say(services, "It is about a river.", "מדובר בנהר.", origin=IMPORTED)  # the same file once more
    assert await changed(services) == set()


async def test_a_correction_that_is_taken_back_gives_the_model_its_word_again(
    services: Services, lessons: list[str]
) -> None:
    before = await bodies(services)
    say(services, "It is about a river.", "מדובר בנהר.")
    await changed(services)
    with writing(services.data) as connection:
        connection.execute(translation_memory.delete().where(translation_memory.c.origin == APPROVED))
    assert await changed(services) == keys([lessons[1]], "he")
    assert {key: body for key, (body, _) in (await bodies(services)).items()} == {
        key: body for key, (body, _) in before.items()
    }


async def test_a_term_changes_only_lessons_that_have_it(
    services: Services, lessons: list[str], tmp_path: Path
) -> None:
    glossary = tmp_path / "glossary.csv"
    glossary.write_text("term,language,translation\nbridge,he,\nvolcano,*,\n")
    with_terms = reopened(services.data, tmp_path, GLOSSARY_FILE=str(glossary))
    assert await stale(with_terms) == {"he": 1, "ar": 0}
    report = await preload(with_terms, LANGUAGES, run_id="terms")
    # The heading and the sentence with the term; the second code has them from the first.
    assert sum(one.segments_from_model for one in report.languages) == 2
    assert {item.key for one in report.languages for item in one.plan.to_make} == keys([lessons[0]], "he")
    assert not any((await stale(with_terms)).values())
    say(with_terms, "It is about a river.", "מדובר בנהר.")
    assert await changed(with_terms) == keys([lessons[1]], "he")
    assert await stale(services) == {"he": 1, "ar": 0}  # without the glossary again


async def test_objects_of_an_earlier_version_stay_and_learn_what_they_are_made_of(
    services: Services, lessons: list[str]
) -> None:
    with writing(services.data) as connection:  # as such a version left it
        for row in connection.execute(sa.select(stored_objects.c.key, stored_objects.c.recipe)).all():
            manifest.change_recipe(connection, ObjectRecipe.read(row.recipe).language, [row.key])
        connection.execute(content_texts.delete())
    assert await changed(services) == set()
    with reading(services.data) as connection:
        assert all(
            ObjectRecipe.read(entry.recipe).is_whole for entry in manifest.entries(connection, "he").values()
        )
    say(services, "It is about a river.", "מדובר בנהר.")
    assert await changed(services) == keys([lessons[1]], "he")


@pytest.mark.usefixtures("lessons")
async def test_another_model_makes_all_of_it_anew(services: Services, tmp_path: Path) -> None:
    other = reopened(services.data, tmp_path, OPENAI_API_KEY="k", OPENAI_MODEL="gpt-6-luna")
    say(services, "It is about a river.", "מדובר בנהר.")
    assert await stale(other) == dict.fromkeys(LANGUAGES, 3)


async def test_lessons_are_not_read_for_a_correction(services: Services, lessons: list[str]) -> None:
    read: list[str] = []
    sa.event.listen(services.data, "before_cursor_execute", lambda _c, _k, said, *_: read.append(said))
    say(services, "It is about a river.", "מדובר בנהר.")
    read.clear()
    async with services.store():
        report = await preload(services, ["he"], run_id="counted")
    assert [len(one.stored) for one in report.languages] == [1]
    # One lesson's data, of three: `content_data` selects it as text, without a hash of it.
    assert len([said for said in read if "CAST(content.content_data" in said and "md5(" not in said]) == 1


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
    monkeypatch.setattr(
        "langassets.jobs.preload.freshness.mended.content_data", None
    )  # nothing is read once more
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
