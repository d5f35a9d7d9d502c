"""Edits live on: what people change in stored objects is learnt for its place, and nothing of it is lost."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.connection import reading
from langassets.database.manifest import Origin
from langassets.database.translations.edits import every_edit
from langassets.database.translations.memory import APPROVED
from langassets.database.translations.segments import segments_of
from langassets.ingestion.review.exporting import to_review
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.translation.documents.document import body_of
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered
from langassets_tests.jobs.lessons import add_lesson, change_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.translation.scripted import ScriptedProvider

PARAGRAPHS = (
    "# The bridge",
    "It was built over the river long ago.",
    "Open `main.py` and read [the notes](https://example.com/notes).",
    "Yes",
    "Every storm has been weathered so far.",
    "Yes",
)
TEXT = "\n\n".join(PARAGRAPHS)
KEY = "he/lessons/1/text.json"
MINE = "הגשר נבנה לפני שנים רבות, כך אומרים."


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> ModelServices:
    made = ModelServices(engine, tmp_path, ScriptedProvider(), PREDEFINED_LANGUAGES="en,he")
    add_lesson(engine, "The bridge", {"text": {"text": TEXT, "audioUrl": "https://x.y/1.mp3"}})
    return made


def run(services: ModelServices, *languages: str) -> PreloadReport:
    report = asyncio.run(preload(services, languages or ("en", "he"), run_id="run"))
    assert report.complete
    return report


def read(services: ModelServices, key: str = KEY) -> Any:
    async def found() -> bytes:
        async with services.store() as store:
            return await store.read(key)

    return json.loads(asyncio.run(found()))


def write(services: ModelServices, data: Any, key: str = KEY) -> None:
    async def put() -> None:
        async with services.store() as store:
            await store.write(key, body_of(data))

    asyncio.run(put())


def archive(services: ModelServices) -> list[Any]:
    async def found() -> list[Any]:
        async with services.store() as store:
            return [json.loads(await store.read(one.key)) async for one in store.list(ARCHIVE_PREFIX)]

    return asyncio.run(found())


def paragraphs(services: ModelServices, key: str = KEY) -> list[str]:
    found: list[str] = read(services, key)["text"].split("\n\n")
    return found


def edit(services: ModelServices, place: int, text: str, key: str = KEY) -> Any:
    """A person words one paragraph otherwise."""
    data = read(services, key)
    every = data["text"].split("\n\n")
    every[place] = text
    data["text"] = "\n\n".join(every)
    write(services, data, key)
    return data


def changed(**by_place: str) -> dict[str, Any]:
    """The lesson with some paragraphs otherwise."""
    every = [by_place.get(f"p{number}", text) for number, text in enumerate(PARAGRAPHS)]
    return {"text": "\n\n".join(text for text in every if text), "audioUrl": "https://x.y/1.mp3"}


def origin(services: ModelServices, key: str = KEY) -> Origin:
    with reading(services.data) as connection:
        return manifest.entries(connection, "he")[key].origin


def test_an_edited_object_that_is_made_again_word_for_word_is_still_a_persons(
    services: ModelServices,
) -> None:
    """It goes to the archive before it is first replaced, whatever came in between."""
    run(services)
    data = edit(services, 1, MINE)
    run(services)
    key = MemoryKey(PARAGRAPHS[1], "en", "he", ANY_RECIPE)
    services.memory.remember([Remembered(key, "הוא נבנה מעל הנהר לפני זמן רב.", "review", "", APPROVED)])
    assert run(services).languages[1].plan.fresh == []
    assert (read(services), origin(services)) == (data, Origin.EDITED)
    change_lesson(services.data, "1", changed(p4="Every storm has been weathered since."))
    run(services)
    assert archive(services) == [data]


def test_an_edited_object_stays_as_it_is_and_is_known(services: ModelServices) -> None:
    run(services)
    data = edit(services, 1, MINE)
    hebrew = run(services).languages[1]
    assert (hebrew.plan.learnt, hebrew.plan.edited, len(hebrew.plan.fresh)) == ([KEY], [], 1)
    assert read(services) == data
    assert origin(services) is Origin.EDITED
    with reading(services.data) as connection:
        states = [one.state for one in segments_of(connection, [KEY])[KEY]]
    assert states == ["translated", "reviewed", *["translated"] * 4]
    asked = len(services.model.sent)
    assert not run(services).languages[1].stored
    assert len(services.model.sent) == asked
    assert archive(services) == []


def test_a_changed_lesson_has_only_what_changed_translated_and_edits_stand(services: ModelServices) -> None:
    run(services)
    data = edit(services, 1, MINE)
    run(services)
    asked = len(services.model.sent)
    change_lesson(services.data, "1", changed(p4="No storm has been weathered so far."))
    run(services)
    assert services.model.sent[asked:] == ["No storm has been weathered so far."]
    now = paragraphs(services)
    assert now[1] == MINE
    assert now[4] != data["text"].split("\n\n")[4]
    assert archive(services) == [data], "archived before it was first rewritten"
    assert origin(services) is Origin.TRANSLATED
    change_lesson(services.data, "1", changed(p4="Storms come and go."))
    run(services)
    assert paragraphs(services)[1] == MINE
    assert len(archive(services)) == 1, "what langassets wrote needs no archive"


def test_an_edit_and_a_change_of_the_lesson_between_two_preloads(services: ModelServices) -> None:
    run(services)
    data = edit(services, 1, MINE)
    change_lesson(services.data, "1", changed(p4="No storm has been weathered so far.", p0=""))
    asked = len(services.model.sent)
    run(services)
    assert services.model.sent[asked:] == ["No storm has been weathered so far."]
    assert paragraphs(services)[0] == MINE
    assert archive(services) == [data]


def test_an_edit_of_a_segment_that_changed_is_kept_beside_it_and_stands_again(
    services: ModelServices,
) -> None:
    run(services)
    edit(services, 1, MINE)
    change_lesson(services.data, "1", changed(p1="It was built over the lake long ago."))
    run(services)
    assert MINE not in paragraphs(services)
    with reading(services.data) as connection:
        [[kept]] = every_edit(connection, "he").values()
    assert (kept.source_text, kept.wording.text) == (PARAGRAPHS[1], MINE)
    change_lesson(services.data, "1", changed())
    run(services)
    assert paragraphs(services)[1] == MINE


def test_an_edit_is_for_its_place_alone(services: ModelServices) -> None:
    run(services)
    edit(services, 5, "בוודאי")
    add_lesson(services.data, "Another", {"text": {"text": "Yes\n\nIt says more."}})
    change_lesson(services.data, "1", changed(p0="# The old bridge"))
    run(services)
    assert paragraphs(services)[5] == "בוודאי"
    assert paragraphs(services)[3] != "בוודאי"
    assert paragraphs(services, "he/lessons/2/text.json")[0] != "בוודאי"


def test_edits_teach_memory_where_that_is_wanted(services: ModelServices) -> None:
    services.settings = services.settings.model_copy(update={"edits_teach_memory": True})
    run(services)
    edit(services, 1, MINE)
    edit(services, 2, "קראו.")  # it lost what is protected: good for this place alone
    run(services)
    add_lesson(services.data, "Another", {"text": {"text": "\n\n".join(PARAGRAPHS[1:3])}})
    asked = len(services.model.sent)
    run(services)
    assert paragraphs(services, "he/lessons/2/text.json")[0] == MINE
    assert paragraphs(services, "he/lessons/2/text.json")[1] != "קראו."
    assert services.model.sent[asked:] == []
    assert paragraphs(services)[2] == "קראו."


@pytest.mark.parametrize(
    "text",
    [
        "קראו את [ההערות](https://example.com/notes) ופתחו את `main.py`.",
        "פתחו את `main.py` וקראו [את זה](https://he.example.com/x).",
        "פתחו `אחר.py` בלבד.",
        "**קראו** בלבד.",
    ],
    ids=["in another order", "another link", "fewer parts", "none"],
)
def test_an_edit_may_change_what_is_protected(services: ModelServices, text: str) -> None:
    run(services)
    edit(services, 2, text)
    assert run(services).languages[1].plan.learnt == [KEY]
    change_lesson(services.data, "1", changed(p4="No storm has been weathered so far."))
    run(services)
    assert paragraphs(services)[2] == text


def test_protected_parts_that_the_lesson_changed_reach_an_edit(services: ModelServices) -> None:
    run(services)
    edit(services, 2, "כאן: `main.py`, ושם: [הערות](https://example.com/notes).")
    run(services)
    change_lesson(
        services.data, "1", changed(p2="Open `app.py` and read [the notes](https://example.com/notes).")
    )
    run(services)
    assert paragraphs(services)[2] == "כאן: `app.py`, ושם: [הערות](https://example.com/notes)."


def _more(data: Any) -> None:
    data["text"] += "\n\nועוד משהו."


def _fewer(data: Any) -> None:
    data["text"] = data["text"].rpartition("\n\n")[0]


def _address(data: Any) -> None:
    data["audioUrl"] = "https://he.x.y/1.mp3"


def _moved(data: Any) -> None:
    every = data["text"].split("\n\n")
    data["text"] = "\n\n".join([every[0], every[2], every[1], *every[3:]])


@pytest.mark.parametrize("change", [_fewer, _address, _moved])
def test_what_cannot_be_aligned_is_kept_whole_and_reported(
    services: ModelServices, change: Callable[[Any], None]
) -> None:
    """The lesson that it was made from is gone, and with it what the change can be told by."""
    run(services)
    data = read(services)
    change(data)
    write(services, data)
    change_lesson(services.data, "1", changed(p4="No storm has been weathered so far."))
    for _ in range(2):
        hebrew = run(services).languages[1]
        assert (hebrew.plan.edited, hebrew.plan.learnt) == ([KEY], [])
        assert hebrew.plan.edited_stale == [KEY]
        assert list(hebrew.plan.unaligned) == [KEY]
        assert read(services) == data


def test_edits_of_a_copy_live_on_too(services: ModelServices) -> None:
    key = "en/lessons/1/text.json"
    run(services)
    edit(services, 1, "It is said to have been built long ago.", key)
    change_lesson(services.data, "1", changed(p4="No storm has been weathered so far."))
    run(services)
    assert paragraphs(services, key) == [
        PARAGRAPHS[0],
        "It is said to have been built long ago.",
        *PARAGRAPHS[2:4],
        "No storm has been weathered so far.",
        PARAGRAPHS[5],
    ]


def test_white_space_is_no_edit(services: ModelServices) -> None:
    run(services)
    data = read(services)
    data["text"] = data["text"].replace("\n\n", "\n\n\n") + "\n"
    write(services, data)
    assert run(services).languages[1].plan.learnt == [KEY]
    with reading(services.data) as connection:
        assert every_edit(connection, "he") == {}
    change_lesson(services.data, "1", changed(p4="No storm has been weathered so far."))
    assert [len(one.stored) for one in run(services).languages] == [1, 1]


def test_an_edit_that_arrives_while_a_preload_runs(services: ModelServices) -> None:
    run(services)
    change_lesson(services.data, "1", changed(p4="No storm has been weathered so far."))
    edited: list[Any] = []

    def meanwhile(number: int, batch: Any, reply: Any) -> Any:
        del number, batch
        data = read_now(services)
        every = data["text"].split("\n\n")
        every[1] = MINE
        data["text"] = "\n\n".join(every)
        write_now(services, data)
        edited.append(data)
        return reply

    services.model.behaviour = meanwhile
    run(services)
    assert paragraphs(services)[1] == MINE
    assert paragraphs(services)[4] != edited[0]["text"].split("\n\n")[4]
    assert archive(services) == edited


def read_now(services: ModelServices) -> Any:
    return json.loads((services.settings.langassets_home / "storage" / KEY).read_bytes())


def write_now(services: ModelServices, data: Any) -> None:
    (services.settings.langassets_home / "storage" / KEY).write_bytes(body_of(data))


def test_review_offers_an_edit_beside_what_took_its_place(services: ModelServices) -> None:
    run(services)
    edit(services, 1, MINE)
    edit(services, 4, "כל סערה עברה.")
    run(services)
    texts = [unit.segment.text for unit in to_review(services.data, services.recipes, "he")]
    assert PARAGRAPHS[1] not in texts, "a person spoke for it, wherever it stands"
    change_lesson(services.data, "1", changed(p1="It was built over the lake long ago."))
    run(services)
    first, *rest = to_review(services.data, services.recipes, "he")
    assert first.segment.text == "It was built over the lake long ago."
    assert first.reasons[0] == f"a person's words for the earlier text {PARAGRAPHS[1]!r}: {MINE}"
    assert not any("a person's words" in reason for unit in rest for reason in unit.reasons)


def test_edits_of_several_days_all_stand(services: ModelServices) -> None:
    run(services)
    for place, text in ((1, MINE), (4, "כל סערה עברה."), (1, "הגשר ישן.")):
        edit(services, place, text)
        run(services)
    change_lesson(services.data, "1", changed(p0="# The old bridge"))
    run(services)
    assert [paragraphs(services)[place] for place in (1, 4)] == ["הגשר ישן.", "כל סערה עברה."]
    edit(services, 3, "בוודאי")
    change_lesson(services.data, "1", changed(p0="# The bridge of old"))
    run(services)
    assert [paragraphs(services)[place] for place in (1, 3, 4)] == ["הגשר ישן.", "בוודאי", "כל סערה עברה."]


def test_a_lesson_may_wait_until_the_new_translation_beside_an_edit_is_approved(
    services: ModelServices,
) -> None:
    services.settings = services.settings.model_copy(update={"edits_wait_for_review": True})
    run(services)
    data = edit(services, 1, MINE)
    change_lesson(services.data, "1", changed(p1="It was built over the lake long ago."))
    asked = len(services.model.sent)
    for _ in range(2):
        assert run(services).languages[1].plan.edited_stale == [KEY]
        assert read(services) == data
    assert services.model.sent[asked:] == ["It was built over the lake long ago."]
    first = to_review(services.data, services.recipes, "he")[0]
    assert MINE in first.reasons[0]
    key = MemoryKey(first.segment.text, "en", "he", ANY_RECIPE)
    services.memory.remember([Remembered(key, "הוא נבנה מעל האגם.", "review", "", APPROVED)])
    run(services)
    assert paragraphs(services)[1] == "הוא נבנה מעל האגם."
    assert archive(services) == [data]
