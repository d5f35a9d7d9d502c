"""Edits live on: what people change in stored objects is learnt for its place, and nothing of it is lost."""

import json
from typing import Any

from langassets.database.connection import reading
from langassets.database.manifest import Origin
from langassets.database.translations.edits import every_edit
from langassets.database.translations.memory import APPROVED
from langassets.database.translations.segments import segments_of
from langassets.translation.documents.document import body_of
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered
from langassets_tests.jobs.edited_lesson import (
    KEY,
    MINE,
    PARAGRAPHS,
    archive,
    changed,
    edit,
    origin,
    paragraphs,
    read,
    run,
    services,
    write,
)
from langassets_tests.jobs.lessons import add_lesson, change_lesson
from langassets_tests.jobs.models import ModelServices

__all__ = ["services"]


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
