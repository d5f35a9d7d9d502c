"""What a first preload asks of the database: counts, never times."""

from pathlib import Path

import sqlalchemy as sa

from langassets.jobs.preload.job import preload
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.translation.scripted import ScriptedProvider

LANGUAGES = ("en", "he", "es", "fr")
LESSONS = 10


async def test_a_first_preload_asks_once_for_all_languages(engine: sa.Engine, tmp_path: Path) -> None:
    services = ModelServices(engine, tmp_path, ScriptedProvider())
    for number in range(LESSONS):
        text = "\n\n".join(f"Lesson {number}, paragraph {place} of its text." for place in range(3))
        add_lesson(engine, f"Lesson {number}", {"text": {"text": text}})
    said: list[str] = []
    begun: list[sa.Connection] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    sa.event.listen(engine, "begin", begun.append)
    report = await preload(services, LANGUAGES, run_id="run")
    assert [len(one.stored) for one in report.languages] == [LESSONS] * len(LANGUAGES)
    # PostgreSQL is asked for standbys, too, before each of two portions is written.
    most = 97 if engine.dialect.name == "sqlite" else 99
    statements = [one for one in said if not one.startswith("BEGIN")]
    assert len(statements) <= most, statements
    assert len(begun) <= 51
