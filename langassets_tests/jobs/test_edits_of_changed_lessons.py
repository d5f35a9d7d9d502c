"""Edits of what the lesson's author changed too: brought together, kept beside it, or kept whole."""

from collections.abc import Callable
from typing import Any

import pytest

from langassets.database.connection import reading
from langassets.database.translations.edits import every_edit
from langassets.database.translations.memory import APPROVED
from langassets.ingestion.review.exporting import to_review
from langassets.translation.recipes import ANY_RECIPE
from langassets.translation.types import MemoryKey, Remembered
from langassets_tests.jobs.edited_lesson import (
    KEY,
    MINE,
    PARAGRAPHS,
    archive,
    changed,
    edit,
    paragraphs,
    read,
    run,
    services,
    write,
)
from langassets_tests.jobs.lessons import change_lesson
from langassets_tests.jobs.models import ModelServices

__all__ = ["services"]


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
