"""What a person words otherwise, and a glossary, make only those objects again that they concern."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading, writing
from langassets.database.schema import content_texts, stored_objects, translation_memory
from langassets.database.translations.memory import APPROVED, IMPORTED
from langassets.jobs.preload.job import preload
from langassets.services import Services
from langassets.translation.object_recipe import ObjectRecipe
from langassets_tests.jobs.three_lessons import (
    LANGUAGES,
    SHARED,
    bodies,
    changed,
    keys,
    lessons,
    reopened,
    say,
    services,
    stale,
)

__all__ = ["lessons", "services"]


def by_model(services: Services, text: str) -> str:
    [key] = services.recipes.keys(text, "en", "he")
    return services.memory.recall([key])[key]


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
