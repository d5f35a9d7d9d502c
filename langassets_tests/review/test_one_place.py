"""A person's word on one segment alone, by each of the four ways in."""

import asyncio
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.schema import place_reviews
from langassets.database.translations.reviews import Verdict
from langassets.ingestion.review.exporting import to_review
from langassets.ingestion.review.formats.spreadsheet import read_csv, write_csv
from langassets.ingestion.review.formats.xliff import write_xliff
from langassets.ingestion.review.formats.xliff_reading import read_xliff
from langassets.ingestion.review.importing import ReviewReport, import_reviewed
from langassets.ingestion.review.speaking import ALL, Request, speak
from langassets.ingestion.review.units import Reviewed
from langassets.ingestion.review.verdicts import Outcome
from langassets.jobs.preload.job import preload
from langassets_tests.api.running import BY_TOKEN, served, settings_of
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.translation.scripted import ScriptedProvider

TWICE = "It stands in two lessons."
OTHER = "It is said in one lesson alone."
HERE = "הוא עומד בשני שיעורים."


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> ModelServices:
    made = ModelServices(engine, tmp_path, ScriptedProvider(), PREDEFINED_LANGUAGES="he")
    for title in ("One", "Two"):
        add_lesson(engine, title, {"text": {"text": f"{TWICE}\n\n{OTHER} {title}."}})
    run(made)
    return made


def run(services: ModelServices) -> None:
    assert asyncio.run(preload(services, ["he"], run_id="run")).complete


def paragraphs(services: ModelServices, lesson: int) -> list[str]:
    file = services.settings.langassets_home / "storage" / f"he/lessons/{lesson}/text.json"
    found: list[str] = json.loads(file.read_bytes())["text"].split("\n\n")
    return found


def says(services: ModelServices, verdict: Verdict, segment: str, by: str = "Ada", **more: object) -> Outcome:
    request = Request(verdict, "he", by, segment, **more)  # type: ignore[arg-type]
    [found] = speak(services.data, services.recipes, request, NOW).answers
    return found.outcome


def by_file(services: ModelServices, change: Callable[[dict[str, str]], None], **_: object) -> ReviewReport:
    """A row of the spreadsheet, as a person leaves it."""
    saved = io.StringIO(newline="")
    write_csv(to_review(services.data, services.recipes, "he"), saved)
    rows = list(csv.DictReader(io.StringIO(saved.getvalue().lstrip("\ufeff"), newline="")))
    [row] = [row for row in rows if row["source"] == TWICE]
    assert row["segments"] == "1/text/0; 2/text/0"
    change(row)
    again = io.StringIO(newline="")
    writer = csv.DictWriter(again, [*rows[0]])
    writer.writeheader()
    writer.writerows(rows)
    return taken(services, read_csv(again.getvalue().encode()))


def taken(services: ModelServices, reviewed: list[Reviewed]) -> ReviewReport:
    return import_reviewed(services.data, services.recipes, reviewed, "Ada", NOW)


def by_command(services: ModelServices) -> None:
    assert says(services, Verdict.ACCEPTED, "2/text/0", translation=HERE, reason="here") is Outcome.TAKEN


def by_spreadsheet(services: ModelServices) -> None:
    cells = {"correction": HERE, "scope": "2/text/0", "comment": "here"}
    report = by_file(services, lambda row: row.update(cells))
    assert (report.approved, report.corrected, report.problems) == (1, 1, ())


def by_xliff(services: ModelServices) -> None:
    saved = io.StringIO()
    write_xliff(to_review(services.data, services.recipes, "he"), saved)
    before, unit, after = saved.getvalue().partition(TWICE)
    head, notes, rest = before.rpartition("</notes>")
    _, target, tail = after.partition("</target>")
    note = "<note>scope: 2/text/0</note><note>here</note>"
    target = f'</source>\n<target xml:space="preserve">{HERE}{target}'
    written = f"{head}{note}{notes}{rest}{unit}{target}{tail}"
    assert '<note category="segment">2/text/0</note>' in written
    report = taken(services, read_xliff(written.encode()))
    assert (report.approved, report.corrected, report.problems) == (1, 1, ())


def by_api(services: ModelServices) -> None:
    url = services.data.url
    own = {} if url.get_backend_name() == "sqlite" else {"database_url": url.render_as_string(False)}
    word = {"verdict": "accept", "language": "he", "segment": "2/text/0", "translation": HERE}
    with served(settings_of(services.settings.langassets_home, **own)) as client:
        body = {**word, "by": "Ada", "reason": "here"}
        answer = client.post("/api/review", headers=BY_TOKEN, json=body)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("way", [by_command, by_spreadsheet, by_xliff, by_api])
def test_what_is_accepted_at_one_place_stands_there_alone_until_its_source_changes(
    services: ModelServices, way: Callable[[ModelServices], None]
) -> None:
    first, second = paragraphs(services, 1), paragraphs(services, 2)
    asked = len(services.model.sent)
    way(services)
    run(services)
    assert paragraphs(services, 1) == first
    assert paragraphs(services, 2) == [HERE, second[1]]
    assert len(services.model.sent) == asked, "no model is asked"
    with reading(services.data) as connection:
        [row] = connection.execute(sa.select(place_reviews))
    assert (row.lesson, row.place, row.reviewer, row.reason) == ("2", 0, "Ada", "here")
    change_lesson(services.data, "2", {"text": f"{TWICE}\n\nIt changes here."})
    run(services)
    assert paragraphs(services, 2)[0] == HERE
    change_lesson(services.data, "2", {"text": "It stands in one of them.\n\nIt changes here."})
    run(services)
    assert HERE not in paragraphs(services, 2)


def test_a_row_without_a_scope_is_of_the_text_wherever_it_stands(services: ModelServices) -> None:
    """As in files of earlier versions, which have no such column."""

    def change(row: dict[str, str]) -> None:
        row["correction"] = HERE

    assert by_file(services, change).corrected == 1
    run(services)
    assert [paragraphs(services, lesson)[0] for lesson in (1, 2)] == [HERE, HERE]


def test_everywhere_is_wherever_the_text_stands(services: ModelServices) -> None:
    assert says(services, Verdict.ACCEPTED, "2/text/0", translation=HERE, everywhere=True) is Outcome.TAKEN
    run(services)
    assert [paragraphs(services, lesson)[0] for lesson in (1, 2)] == [HERE, HERE]


def test_the_scope_all_says_that_a_text_stays_as_it_is(services: ModelServices) -> None:
    report = by_file(services, lambda row: row.update(approved="yes", scope=ALL))
    assert (report.approved, report.problems) == (1, ())
    run(services)
    assert [paragraphs(services, lesson)[0] for lesson in (1, 2)] == [TWICE, TWICE]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"correction": HERE, "scope": "9/text/0"}, "no segment 9/text/0"),
        ({"correction": HERE, "scope": "1/text/1"}, "whose lesson says something else there"),
        ({"correction": HERE, "scope": "here"}, "no segment's name"),
        ({"correction": HERE, "scope": "all"}, "leave it uncorrected"),
        ({"correction": "English words stay here", "scope": "2/text/0"}, "script"),
    ],
)
def test_a_scope_that_cannot_be_is_said_and_left_out(
    services: ModelServices, cells: dict[str, str], said: str
) -> None:
    report = by_file(services, lambda row: row.update(cells))
    assert (report.approved, len(report.problems)) == (0, 1)
    assert said in report.problems[0].reason


def test_what_is_rejected_at_one_place_waits_there_for_a_person(services: ModelServices) -> None:
    asked, before = len(services.model.sent), paragraphs(services, 2)
    assert says(services, Verdict.REJECTED, "2/text/0", reason="too formal") is Outcome.TAKEN
    run(services)
    assert (paragraphs(services, 2), len(services.model.sent)) == (before, asked)
    unit = to_review(services.data, services.recipes, "he")[0]
    assert unit.segments[0] == "2/text/0"
    assert unit.reasons[0] == "Ada rejected it at 2/text/0 alone (too formal)"
    assert says(services, Verdict.ACCEPTED, "2/text/0", "Ben") is Outcome.CONFLICT
    assert says(services, Verdict.ACCEPTED, "2/text/0", "Ben", translation=HERE) is Outcome.TAKEN
    run(services)
    assert paragraphs(services, 2)[0] == HERE
    assert says(services, Verdict.REJECTED, "2/text/0", "Ben") is Outcome.TAKEN
    run(services)
    assert paragraphs(services, 2) == before


def test_where_the_text_stands_nowhere_else_a_model_is_asked_for_another(services: ModelServices) -> None:
    asked = len(services.model.sent)
    assert says(services, Verdict.REJECTED, "2/text/1") is Outcome.TAKEN
    asyncio.run(preload(services, ["he"], run_id="again"))
    assert set(services.model.sent[asked:]) == {f"{OTHER} Two."}


def test_a_word_while_a_preload_runs_reaches_the_object_next_time(services: ModelServices) -> None:
    change_lesson(services.data, "2", {"text": f"{TWICE}\n\nIt changes here."})

    def meanwhile(number: int, batch: object, reply: object) -> object:
        del number, batch
        says(services, Verdict.ACCEPTED, "2/text/0", translation=HERE)
        return reply

    services.model.behaviour = meanwhile  # type: ignore[assignment]
    run(services)
    assert paragraphs(services, 2)[0] != HERE
    run(services)
    assert paragraphs(services, 2)[0] == HERE
