"""What is kept for good, asked for on every database."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.connection import reading, writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.records import history, job_runs, journal
from langassets.database.records.job_runs import JobRun, Outcome
from langassets.database.records.journal import Status
from langassets.database.usage import statistics
from langassets.retention.plan import Action, Step
from langassets.tiering.policy import Change, TierDecision

NOW = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def decided(language: str, share: float, change: Change) -> TierDecision:
    return TierDecision(language, language, share, 100 * share, share > 0.05, change, "because")


def test_decisions_are_the_newest_first_and_can_be_narrowed(engine: sa.Engine) -> None:
    first = (decided("es", 0.02, "kept"), decided("fr", 0.2, "promoted"))
    second = (decided("es", 0.1, "promoted"), decided("fr", 0.3, "kept"))
    with writing(engine) as connection:
        for number, made in enumerate((first, second)):
            at = NOW + timedelta(days=14 * number)
            record_tier(connection, Tier(at, at, made), f"run-{number}")
    with reading(engine) as connection:
        every = history.decisions(connection, 10)
        assert [(row["language"], row["run_id"]) for row in every] == [
            ("fr", "run-1"),
            ("es", "run-1"),
            ("fr", "run-0"),
            ("es", "run-0"),
        ]
        assert every[0]["evaluated_at"] == NOW + timedelta(days=14)
        assert [row["language"] for row in history.decisions(connection, 10, changes_only=True)] == [
            "es",
            "fr",
        ]
        assert [row["share"] for row in history.decisions(connection, 1, language="es")] == [0.1]


def test_steps_that_are_alike_are_counted_together(engine: sa.Engine) -> None:
    steps = [
        Step(f"fr/lessons/{number}/text.json", "fr", f"{number}", Action.DELETE, "outdated", 2**33, "etag")
        for number in range(3)
    ]
    with writing(engine) as connection:
        journal.write_plan(connection, "plan", "run", steps, NOW)
        journal.mark(connection, "plan", [step.key for step in steps[:2]], Status.DONE, NOW)
    with reading(engine) as connection:
        found = {
            row["status"]: (row["objects"], row["size"], row["planned_at"])
            for row in history.plans(connection, 10)
        }
        assert found == {"done": (2, 2 * 2**33, NOW), "planned": (1, 2**33, NOW)}
        assert [step.key for step in journal.unfinished(connection)] == [steps[2].key]


def test_work_that_was_cut_off_is_told_when_the_next_begins(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        job_runs.begin(connection, "first", "preloaded_translations", NOW)
    later = NOW + timedelta(hours=1)
    with writing(engine) as connection:
        job_runs.begin(connection, "second", "preloaded_translations", later)
        done = JobRun(
            "second", "preloaded_translations", later, later, Outcome.DONE, {"שמור": 7}, None, 1.5, 2**31
        )
        job_runs.record(connection, done)
    with reading(engine) as connection:
        newest, cut = job_runs.newest(connection, 10)
    assert newest == done
    assert (cut.run_id, cut.outcome) == ("first", Outcome.CUT)


def test_the_application_is_told_of_the_languages_that_it_knows(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        connection.execute(
            language_stats.insert().values(language_code="es", total_requests=1, total_lessons=0)
        )
        statistics.record_lesson_counts(connection, {"es": 12, "xx": 3}, NOW)
    with reading(engine) as connection:
        rows = connection.execute(sa.select(language_stats.c.language_code, language_stats.c.total_lessons))
        assert dict(row._tuple() for row in rows) == {"es": 12}
