"""What people add, take out and move in stored objects lives on, as their words do."""

from collections.abc import Callable
from typing import Any

import pytest

from langassets.database.connection import reading
from langassets.database.manifest import Origin
from langassets.database.translations.segments import segments_of
from langassets.jobs.preload.report import PreloadReport
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

OWN = "ועוד משהו, שרק כאן נאמר."
OTHER = "No storm has been weathered so far."


def _more(every: list[str]) -> list[str]:
    return [*every[:2], OWN, *every[2:]]


def _fewer(every: list[str]) -> list[str]:
    return [*every[:2], *every[3:]]


def _moved(every: list[str]) -> list[str]:
    return [every[0], every[2], every[1], *every[3:]]


def _split(every: list[str]) -> list[str]:
    first, second = every[1][:12], every[1][12:]
    return [every[0], first, second, *every[2:]]


def _joined(every: list[str]) -> list[str]:
    return [every[0], f"{every[1]} {every[2]}", *every[3:]]


def _heading(every: list[str]) -> list[str]:
    return [*every[:2], f"## {OWN}", *every[2:]]


def _code(every: list[str]) -> list[str]:
    return [*every[:2], "```py\nx = 1\n```", *every[2:]]


def _more_and_other_words(every: list[str]) -> list[str]:
    return [every[0], MINE, OWN, *every[2:]]


Arrange = Callable[[list[str]], list[str]]
EVERY = (_more, _fewer, _moved, _split, _joined, _heading, _code, _more_and_other_words)


def arrange(services: ModelServices, change: Arrange, key: str = KEY) -> Any:
    """A person changes the order of paragraphs, or which there are."""
    data = read(services, key)
    data["text"] = "\n\n".join(change(data["text"].split("\n\n")))
    write(services, data, key)
    return data


@pytest.mark.parametrize("change", EVERY)
def test_it_stays_as_it_is_and_is_carried_over_to_a_lesson_that_changes_elsewhere(
    services: ModelServices, change: Arrange
) -> None:
    run(services)
    data = arrange(services, change)
    asked = len(services.model.sent)
    hebrew = run(services).languages[1]
    assert (hebrew.plan.learnt, hebrew.plan.edited, hebrew.plan.unaligned) == ([KEY], [], {})
    assert not run(services).languages[1].stored
    assert (read(services), origin(services)) == (data, Origin.EDITED)
    assert len(services.model.sent) == asked
    for text in (OTHER, "Storms come and go.", PARAGRAPHS[4]):
        before = paragraphs(services)
        change_lesson(services.data, "1", changed(p4=text))
        run(services)
        now = paragraphs(services)
        assert [one for one, was in zip(now, before, strict=True) if one != was] == [now[-2]]
        assert now[-2] != before[-2]
    assert services.model.sent[asked:] == [OTHER, "Storms come and go."]
    assert archive(services) == [data], "archived before it was first rewritten"
    assert read(services) == data


@pytest.mark.parametrize("change", [_fewer, _split, _joined])
def test_where_the_lesson_changes_what_a_person_took_apart_the_object_is_kept_whole(
    services: ModelServices, change: Arrange
) -> None:
    run(services)
    data = arrange(services, change)
    run(services)
    asked = len(services.model.sent)
    place = "p2" if change is _fewer else "p1"
    change_lesson(services.data, "1", changed(**{place: "It stands there still, as everybody knows."}))
    for _ in range(2):
        hebrew = run(services).languages[1]
        assert (hebrew.plan.edited, hebrew.plan.edited_stale) == ([KEY], [KEY])
        assert "stood where its lesson has changed" in hebrew.plan.unaligned[KEY]
        assert read(services) == data
    assert services.model.sent[asked:] == []
    assert archive(services) == []
    change_lesson(services.data, "1", changed())
    assert run(services).languages[1].plan.edited == []
    assert read(services) == data


def test_what_was_added_stays_between_its_neighbours_where_one_of_them_changes(
    services: ModelServices,
) -> None:
    run(services)
    arrange(services, _more)
    run(services)
    change_lesson(services.data, "1", changed(p1="It was built over the lake long ago.", p4=""))
    run(services)
    now = paragraphs(services)
    assert now[2] == OWN
    assert len(now) == len(PARAGRAPHS)


def test_a_paragraph_that_was_added_while_its_lesson_changed_is_carried_over(services: ModelServices) -> None:
    run(services)
    data = arrange(services, _more)
    change_lesson(services.data, "1", changed(p4=OTHER))
    hebrew = run(services).languages[1]
    assert (hebrew.plan.learnt, hebrew.plan.unaligned) == ([KEY], {})
    assert paragraphs(services)[2] == OWN
    assert paragraphs(services)[5] != data["text"].split("\n\n")[5]
    assert archive(services) == [data]


@pytest.mark.parametrize("change", [_fewer, _moved, _split, _joined, lambda every: [OWN, *every[1:]]])
def test_what_was_taken_apart_while_its_lesson_changed_is_kept_whole(
    services: ModelServices, change: Arrange
) -> None:
    run(services)
    data = arrange(services, change)
    change_lesson(services.data, "1", changed(p4=OTHER))
    hebrew = run(services).languages[1]
    assert hebrew.plan.unaligned.keys() == {KEY}
    assert read(services) == data


def test_edits_go_on_in_an_object_that_was_arranged_and_carried_over(services: ModelServices) -> None:
    run(services)
    arrange(services, _moved)
    run(services)
    change_lesson(services.data, "1", changed(p4=OTHER))
    run(services)
    edit(services, 2, MINE)
    arrange(services, lambda every: [*every[:3], OWN, *every[3:]])
    run(services)
    change_lesson(services.data, "1", changed(p4=OTHER, p5="No"))
    run(services)
    now = paragraphs(services)
    assert now[2:4] == [MINE, OWN]
    assert len(now) == len(PARAGRAPHS) + 1
    arrange(services, lambda every: [every[0], every[2], every[1], *every[4:]])
    change_lesson(services.data, "1", changed(p4="Storms come and go.", p5="No"))
    run(services)
    assert paragraphs(services)[1] == MINE


def test_what_was_arranged_is_arranged_again_where_the_object_is_gone(services: ModelServices) -> None:
    run(services)
    data = arrange(services, _more_and_other_words)
    run(services)
    (services.settings.langassets_home / "storage" / KEY).unlink()
    run(services)
    assert read(services) == data
    (services.settings.langassets_home / "storage" / KEY).unlink()
    change_lesson(services.data, "1", changed(p1="", p2=""))
    run(services)
    assert len(paragraphs(services)) == len(PARAGRAPHS) - 2, "there is nothing to be kept whole"
    change_lesson(services.data, "1", changed(p1="", p2="", p4=OTHER))
    assert run(services).languages[1].plan.unaligned == {}


def test_a_segment_that_a_person_took_out_is_reviewed_and_has_no_text(services: ModelServices) -> None:
    run(services)
    arrange(services, _fewer)
    run(services)
    with reading(services.data) as connection:
        rows = segments_of(connection, [KEY])[KEY]
    assert [(one.state, bool(one.target)) for one in rows][1:4] == [
        ("translated", True),
        ("reviewed", False),
        ("translated", True),
    ]


def test_a_lesson_in_its_own_language_is_arranged_too(services: ModelServices) -> None:
    key = "en/lessons/1/text.json"
    run(services)
    arrange(services, lambda every: [every[0], "Mine alone.", *every[2:]], key)
    arrange(services, _more, key)
    run(services)
    change_lesson(services.data, "1", changed(p4=OTHER))
    run(services)
    assert paragraphs(services, key)[1:3] == ["Mine alone.", OWN]
    assert paragraphs(services, key)[5] == OTHER


QUIZ: dict[str, Any] = {
    "questions": [
        {"question": "What was built over the river?", "options": ["A bridge", "A road", "A house"]},
        {"question": "How many storms has it weathered?", "options": ["Every one", "None at all"]},
    ],
    "slides": [
        {"title": "The bridge", "imageUrl": "https://x.y/1.png", "bullets": "- It is old\n- It stands"}
    ],
}


def _question(data: Any) -> None:
    data["questions"].insert(1, {"question": OWN, "options": ["כן", "לא"]})


def _option(data: Any) -> None:
    data["questions"][0]["options"].append(OWN)


def _order(data: Any) -> None:
    data["questions"].reverse()


def _slide(data: Any) -> None:
    data["slides"][0]["imageUrl"] = "https://he.x.y/1.png"


def _bullet(data: Any) -> None:
    data["slides"][0]["bullets"] += f"\n- {OWN}"


@pytest.mark.parametrize("change", [_question, _option, _order, _slide, _bullet])
def test_elements_of_other_contents_are_carried_over_too(
    services: ModelServices, change: Callable[[Any], None]
) -> None:
    add_lesson(services.data, "A quiz", {"quiz": QUIZ})
    key = "he/lessons/2/quiz.json"
    run(services)
    data = read(services, key)
    change(data)
    write(services, data, key)
    assert run(services).languages[1].plan.learnt == [key]
    title = {**QUIZ["slides"][0], "title": "The old bridge"}
    change_lesson(services.data, "2", {**QUIZ, "slides": [title]})
    report: PreloadReport = run(services)
    assert report.languages[1].plan.unaligned == {}
    now = read(services, key)
    assert now["slides"][0].pop("title") != data["slides"][0].pop("title")
    assert now == data
