"""The restore drill: what memory would not make again is not deleted, and nothing else is kept for it."""

import asyncio
import json
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.manifest import entries_of
from langassets.database.records.journal import Status
from langassets.database.schema import cleanup_journal, edits, metadata
from langassets.database.translations.edits import Content
from langassets.database.translations.edits import replace as keep_edits
from langassets.database.translations.memory import APPROVED
from langassets.database.translations.reviews import Verdict
from langassets.ingestion.review.speaking import Request, speak
from langassets.jobs.cleanup.drill.drill import DrillReport
from langassets.jobs.cleanup.drill.verdicts import Outcome, failed
from langassets.jobs.cleanup.job import plan_cleanup
from langassets.jobs.preload.job import preload
from langassets.retention.plan import Action
from langassets.services import Services
from langassets.translation.documents import mendings
from langassets.translation.documents.places import source_hash
from langassets.translation.edits.placing import Edit
from langassets.translation.recipes import ANY_RECIPE, text_hash
from langassets.translation.types import MemoryKey, Remembered, Wording
from langassets_tests.jobs.drilled import (
    ALL,
    bodies,
    clean,
    outcomes,
    say,
    services,
    services_at,
    spoil,
    store,
    table,
    tried,
)
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.translation.scripted import ScriptedProvider

__all__ = ["services"]


def test_of_a_thousand_spoiled_rows_every_deletion_that_would_lose_something_is_refused_and_no_other(
    engine: sa.Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    services = services_at(engine, tmp_path / "bucket")
    languages = ("fr", "de", "es")
    for n in range(300):
        said = f"It is lesson {n}, of `code {n}`.\n\n- Point {n}\n- Shared by {n // 4}\n"
        add_lesson(engine, f"Lesson {n}", {"text": {"text": said, "language": "en"}})
    store(services, *languages)
    before = bodies(services)
    spoiled = spoil(engine, 1000, random.Random(20))

    report = clean(services)

    # What a preload makes of it in an empty bucket, asking for nothing, is what could be had again.
    empty = services_at(engine, tmp_path / "empty", MAX_REQUESTS_PER_RUN="0")
    asyncio.run(preload(empty, languages, run_id="again"))
    again = bodies(empty)
    recoverable = {key for key, body in before.items() if again.get(key) == body}
    done = {action: {step.key for step in report.done if step.action is action} for action in Action}
    refused = {step.key for step in report.survey.plan.refused}
    assert done[Action.DELETE] == recoverable
    assert refused | done[Action.ARCHIVE] == before.keys() - recoverable
    assert min(len(recoverable), len(refused), len(done[Action.ARCHIVE])) > 50
    standing = bodies(services)
    assert {key: before[key] for key in refused} == {key: standing[key] for key in refused}

    drill = report.survey.drill
    assert drill.tried == drill.population == len(recoverable) + len(refused)
    assert {one.key for one in drill.failures} == refused
    assert all(fault.row for one in drill.failures for fault in one.faults)
    assert {(row.target_language, row.text_hash) for row in drill.rows} <= spoiled
    told = f"{caplog.text} {drill.summary} {json.dumps(drill.as_json(), ensure_ascii=False)}"
    assert not any(text in told for text in ("It is lesson", "Shared by", "⟦"))
    with reading(engine) as connection:
        journal = sa.select(cleanup_journal.c.key).where(cleanup_journal.c.status == Status.REFUSED)
        assert set(connection.scalars(journal)) == refused


@pytest.mark.parametrize("accepted", [0.5, 0.0])
def test_one_failure_in_a_sample_has_all_tried(services: Services, accepted: float) -> None:
    for n in range(40):
        add_lesson(services.data, f"Lesson {n}", {"text": {"text": f"It is lesson {n}."}})
    store(services, "fr")
    policy = {"drill_all_up_to": 10, "drill_accepted_share": accepted}
    services.settings = services.settings.model_copy(update=policy)
    drill = asyncio.run(plan_cleanup(services)).drill
    assert drill.found == {Outcome.SAME: 4 if accepted else 40}  # C(19, 4) / C(40, 4) is 4 %
    for n in range(35):
        say(services, f"It is lesson {n}.", "Faux.")
    report = clean(services)
    assert len(report.survey.plan.refused) == 35
    assert {step.action for step in report.done} == {Action.DELETE}
    assert report.survey.drill.found == {Outcome.SAME: 5, Outcome.FAILED: 35}


def test_of_very_many_failures_a_thousand_are_explained() -> None:
    report = DrillReport()
    report.add(failed(f"fr/lessons/{n}/text.json", "it is gone") for n in range(1200))
    assert len(report.failures) == report.tried == 1200
    assert sum(len(one.faults) for one in report.failures) == 1000


def test_what_people_or_models_said_since_is_no_fault(services: Services) -> None:
    for n in range(3):
        add_lesson(services.data, f"Lesson {n}", {"text": {"text": f"It is lesson {n}.\n\nAnd no other."}})
    store(services, "fr")
    key = MemoryKey("It is lesson 1.", "en", "fr", ANY_RECIPE)
    services.memory.remember([Remembered(key, "C'est la leçon 1.", "review", "", APPROVED)])
    reject = Request(Verdict.REJECTED, "fr", "Anna", text="It is lesson 2.")
    speak(services.data, services.recipes, reject, services.clock())
    assert outcomes(services) == {
        "fr/lessons/1/text.json": Action.DELETE,
        "fr/lessons/2/text.json": Action.DELETE,
        "fr/lessons/3/text.json": Action.ARCHIVE,  # nothing may be said for what was rejected
    }
    # Said once more, as an import of the same file does, it is as old as before.
    with writing(services.data) as connection:
        own = table.c.text_hash == text_hash("It is lesson 0.")
        before = connection.execute(sa.select(table).where(own)).one()._asdict()
        keys = [before[name] for name in ("text", "source_language", "target_language", "recipe")]
    said = [before[name] for name in ("translation", "provider", "model", "origin")]
    services.memory.remember([Remembered(MemoryKey(*keys), *said)])
    with reading(services.data) as connection:
        assert connection.execute(sa.select(table).where(own)).one()._asdict() == before
    # A person's word that is older than the object, and is not what stands there.
    say_approved = table.update().where(table.c.recipe == ANY_RECIPE)
    with writing(services.data) as connection:
        connection.execute(say_approved.values(created_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert outcomes(services)["fr/lessons/2/text.json"] == "refused"


def test_what_people_worded_for_a_place_and_copies_are_made_again(services: Services) -> None:
    lesson = add_lesson(services.data, "One", {"text": {"text": "It is one.\n\nIt is two."}})
    of = source_hash("It is two.")
    edit = Edit(1, of, source_hash("It is one."), "", "It is two.", Wording("Deux, à la main."))
    with writing(services.data) as connection:
        keep_edits(connection, {Content("fr", lesson, "text"): [edit]})
    store(services, "fr", "en-GB")
    assert b"Deux" in bodies(services)["fr/lessons/1/text.json"]
    assert set(outcomes(services).values()) == {Action.ARCHIVE, Action.DELETE}  # memory has no second text
    found = tried(services)
    assert found.standing.found == {Outcome.SAME: 2}
    with writing(services.data) as connection:
        connection.execute(edits.update().values(text="Trois, par erreur."))
    [failure] = tried(services).standing.failures
    assert [str(fault) for fault in failure.faults] == ["1/text/1 a person's edit says otherwise"]


def test_an_object_that_is_not_as_its_etag_says_is_not_deleted(services: Services) -> None:
    add_lesson(services.data, "One", {"text": {"text": "It is one."}})
    store(services, "fr")
    say(services, "It is one.", "Un.")
    reports = clean(services).survey.drill, clean(services).survey.drill
    assert [one.found for one in reports] == [{Outcome.FAILED: 1}] * 2
    say(services, "It is one.", json.loads(bodies(services)["fr/lessons/1/text.json"])["text"])
    assert [step.action for step in clean(services).done] == [Action.DELETE]


def everything(services: Services) -> list[Any]:
    """All rows of all tables, and all files."""
    with reading(services.data) as connection:
        rows = [sorted(map(repr, connection.execute(sa.select(one)))) for one in metadata.sorted_tables]
    return [rows, bodies(services)]


def test_a_drill_at_any_time_changes_nothing_and_needs_no_key_of_a_model(
    engine: sa.Engine, tmp_path: Path
) -> None:
    made = ModelServices(engine, tmp_path, ScriptedProvider(), PREDEFINED_LANGUAGES="en,he,fr")
    made.clock = lambda: datetime.now(UTC)
    for n in range(3):
        add_lesson(engine, f"Lesson {n}", {"text": {"text": f"It is lesson {n} of `the course`."}})
    asyncio.run(preload(made, ("en", "he", "fr"), run_id="run"))
    keyless = services_at(engine, tmp_path)
    assert keyless.recipes.models == (("pseudo", "pseudo"),)
    before = everything(keyless)
    assert tried(keyless).standing.found == {Outcome.SAME: 9}
    assert everything(keyless) == before
    say(keyless, "It is lesson 1 of <x1/>.", "Sans code.")
    found = tried(keyless)
    assert [str(fault) for one in found.standing.failures for fault in one.faults] == [
        f"2/text/0 memory has nothing that fits or was not rejected ({row.id})" for row in found.standing.rows
    ]
    assert len(found.standing.rows) == 1
    say(keyless, "It is lesson 1 of <x1/>.", "Autre chose: <x1/>.")
    assert [one.key for one in tried(keyless).standing.failures] == ["fr/lessons/2/text.json"]
    with writing(engine) as connection:
        connection.execute(table.delete())
    found = tried(keyless)
    assert found.failures == 0
    assert found.standing.found == {Outcome.SAME: 3, Outcome.NOT_HELD: 6}


def test_the_archive_is_what_the_journal_says(services: Services) -> None:
    for n in range(3):
        add_lesson(services.data, f"Lesson {n}", {"text": {"text": f"It is lesson {n}."}})
    store(services, "fr")
    with writing(services.data) as connection:
        connection.execute(table.delete())
    assert {step.action for step in clean(services).done} == {Action.ARCHIVE}
    folder = services.settings.langassets_home / "storage"
    first, second, third = sorted(folder.glob("archive/**/*.json"))
    assert tried(services).archive.found == {Outcome.SAME: 3}
    first.write_bytes(first.read_bytes() + b" ")
    second.rename(second.with_name("text.20200101T000000000000Z.json"))
    found = tried(services).archive
    assert found.found == {Outcome.SAME: 1, Outcome.FAILED: 1, Outcome.NOT_HELD: 1}
    assert [one.key for one in found.failures] == [first.relative_to(folder).as_posix()]
    third.unlink()
    assert tried(services, replace(ALL, all_up_to=0, accepted_share=1)).archive.tried == 0


def test_an_object_is_tried_by_the_recipe_that_it_was_made_by(engine: sa.Engine, tmp_path: Path) -> None:
    """There and back: the rows of today's model are older than the object, and say otherwise."""
    add_lesson(engine, "One", {"text": {"text": "It is one."}})
    today = services_at(engine, tmp_path)
    store(today, "fr")
    other = ModelServices(engine, tmp_path, ScriptedProvider())
    other.clock = lambda: datetime.now(UTC)
    asyncio.run(preload(other, ["fr"], run_id="other"))
    with reading(engine) as connection:
        [entry] = entries_of(connection, ["fr/lessons/1/text.json"])
    assert entry.recipe.split(".")[1] == today.recipes.made_by("openai", "gpt-6-luna")
    assert outcomes(today) == {"fr/lessons/1/text.json": Action.DELETE}


def test_what_was_mended_since_is_no_fault(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("river", "storm"):
        add_lesson(services.data, word, {"text": {"text": f"It is about a {word}."}})
    store(services, "fr")
    for word in ("river", "storm"):  # as if they were put together otherwise by now
        say(services, f"It is about a {word}.", f"Made otherwise: {word}")
    monkeypatch.setattr(mendings, "MENDINGS", (*mendings.MENDINGS, lambda one: "river" in one.text))
    report = tried(services).standing
    assert report.found == {Outcome.SUPERSEDED: 1, Outcome.FAILED: 1}
    assert [one.key for one in report.failures] == ["fr/lessons/2/text.json"]
