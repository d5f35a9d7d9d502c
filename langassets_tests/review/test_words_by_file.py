"""What a reviewer rejects, overrules and says in a file; and two reviewers with the same file."""

import io
from dataclasses import replace

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.schema import reviews
from langassets.database.translations.memory import DatabaseMemory
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.formats.spreadsheet import read_csv, write_csv
from langassets.ingestion.review.formats.xliff import write_xliff
from langassets.ingestion.review.formats.xliff_reading import read_xliff
from langassets.ingestion.review.importing import import_reviewed
from langassets.ingestion.review.units import Reviewed, ReviewUnit
from langassets.translation.recipes import Recipes
from langassets_tests.jobs.lessons import NOW, add_lesson
from langassets_tests.review.test_review import LESSON, RECIPES, back, remember, translated

LONG = "There are 12 rivers here, and each of them is known to the people of the valley."
CORRECTION = "יש כאן 12 נהרות, וכל אחד מהם מוכר לאנשי העמק."


def said(engine: sa.Engine) -> list[tuple[str, ...]]:
    columns = (reviews.c.verdict, reviews.c.translation, reviews.c.reviewer, reviews.c.reason)
    with reading(engine) as connection:
        return sorted(map(tuple, connection.execute(sa.select(*columns))))


def the_long(engine: sa.Engine, recipes: Recipes = RECIPES) -> ReviewUnit:
    [unit] = [unit for unit in to_review(engine, recipes, "he") if unit.segment.text == LONG]
    return unit


def in_csv(unit: ReviewUnit, **cells: str) -> list[Reviewed]:
    """A unit as it comes back from a spreadsheet."""
    written = io.StringIO(newline="")
    write_csv([unit], written)
    header, row = written.getvalue().lstrip("\ufeff").strip("\r\n").split("\r\n")
    for name, cell in cells.items():
        at = header.split(",").index(name)
        # The texts before have commas, so it is counted from the end.
        values = row.rsplit(",", len(header.split(",")) - at)
        row = ",".join([values[0], cell, *values[2:]])
    return read_csv(f"{header}\r\n{row}\r\n".encode())


def in_xliff(unit: ReviewUnit, state: str = "initial", note: str = "") -> list[Reviewed]:
    """A unit as it comes back from a translation tool."""
    written = io.StringIO()
    write_xliff([unit], written)
    text = written.getvalue().replace('state="translated"', state and f'state="{state}"')
    return read_xliff(text.replace("</notes>", f"<note>{note}</note></notes>").encode())


@pytest.mark.parametrize("by", ["spreadsheet", "xliff"])
def test_what_is_rejected_in_a_file_is_not_used_again(engine: sa.Engine, by: str) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    made = translated(engine)
    unit = the_long(engine)
    if by == "spreadsheet":
        found = in_csv(unit, approved="rejected", comment="wrong rivers")
    else:
        found = in_xliff(unit, note="wrong rivers")
    report = import_reviewed(engine, RECIPES, found, "Ada", NOW)
    assert (report.problems, report.rejected, report.approved, report.untouched) == ((), 1, 0, 0)
    assert said(engine) == [("rejected", made[LONG], "Ada", "wrong rivers")]
    assert DatabaseMemory(engine).recall(RECIPES.keys(LONG, "en", "he")) == {}
    again = import_reviewed(engine, RECIPES, found, "Ada", NOW)
    assert [problem.reason for problem in again.problems] == [
        "what is rejected is not in use any more: export again"
    ]


def test_a_tool_that_drops_states_rejects_nothing(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    translated(engine)
    report = import_reviewed(engine, RECIPES, in_xliff(the_long(engine), state=""), "Ada", NOW)
    assert (report.rejected, report.untouched, report.problems) == (0, 1, ())


def test_what_is_rejected_may_be_corrected_at_once(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    made = translated(engine)
    one = replace(back(the_long(engine), CORRECTION), rejected=True, reason="too long")
    report = import_reviewed(engine, RECIPES, [one], "Ada", NOW)
    assert (report.problems, report.rejected, report.approved, report.corrected) == ((), 1, 1, 1)
    assert said(engine) == [
        ("accepted", CORRECTION, "Ada", "too long"),
        ("rejected", made[LONG], "Ada", "too long"),
    ]


def test_who_approves_overrules_doubts_but_no_error(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    made = translated(engine)
    remember(engine, {LONG: made[LONG]})
    unit = the_long(engine)
    doubted = CORRECTION.replace("12", "13")
    report = import_reviewed(engine, RECIPES, [back(unit, doubted)], "Ada", NOW)
    [problem] = report.problems
    assert problem.reason.startswith("numbers: ")
    assert problem.reason.endswith("approve it as well")
    report = import_reviewed(engine, RECIPES, [back(unit, doubted, approved=True)], "Ada", NOW)
    assert (report.problems, report.approved) == ((), 1)
    lost = [unit for unit in to_review(engine, RECIPES, "he") if unit.segment.protected]
    report = import_reviewed(engine, RECIPES, [back(lost[0], "נהרות", approved=True)], "Ada", NOW)
    [problem] = report.problems
    assert problem.reason.startswith("protected: ")
    assert "approve" not in problem.reason


def test_the_second_of_two_with_the_same_file_is_told(engine: sa.Engine) -> None:
    add_lesson(engine, "Rivers", {"text": LESSON})
    translated(engine)
    unit = the_long(engine)
    assert import_reviewed(engine, RECIPES, [back(unit, CORRECTION)], "Ada", NOW).approved == 1
    for one in (back(unit, approved=True), back(unit, f"{CORRECTION[:-1]} כולו.")):
        report = import_reviewed(engine, RECIPES, [one], "Ben", NOW)
        assert report.approved == 0
        [problem] = report.problems
        assert problem.reason.startswith(f"Ada accepted {CORRECTION!r} on ")
    assert import_reviewed(engine, RECIPES, [back(unit, CORRECTION)], "Ben", NOW).problems == ()
    assert import_reviewed(engine, RECIPES, [back(unit, approved=True)], "Ada", NOW).approved == 1
