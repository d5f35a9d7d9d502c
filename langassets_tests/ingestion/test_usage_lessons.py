"""Usage names a lesson by its number or by its file."""

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.connection import reading
from langassets.database.usage.lesson_usage import (
    lesson_requests,
    unmatched_requests,
)
from langassets.ingestion.lessons.folder import import_lessons
from langassets.ingestion.usage.importing import import_usage
from langassets_tests.ingestion.usage_file import csv_file


def test_a_lesson_may_be_named_by_its_file(engine: sa.Engine, tmp_path: Path) -> None:
    """And what names no lesson is kept, told, and counts once there is a lesson of that name."""
    lessons = tmp_path / "lessons"
    lessons.mkdir()
    (lessons / "01-photosynthesis.md").write_text("# Photosynthesis\n\nLight becomes sugar.\n")
    import_lessons(engine, lessons)
    usage = tmp_path / "usage.csv"
    usage.write_text(
        "language,lesson,day,count\n"
        "es,01-photosynthesis,2026-03-01,5\n"
        "es,01-photosynthesis.md,2026-03-02,3\n"
        "es,02-cells,2026-03-01,7\n"
        "es,999,2026-03-01,2\n"
    )
    report = import_usage(engine, usage)
    assert [(one.name, one.requests) for one in report.unmatched] == [("02-cells", 7), ("999", 2)]
    with reading(engine) as connection:
        number = connection.scalar(sa.select(topics.c.topic_id))
        assert lesson_requests(connection, "es")[str(number)] == (8, date(2026, 3, 2))
        assert unmatched_requests(connection) == {"02-cells": 7, "999": 2}
    (lessons / "02-cells.md").write_text("# Cells\n\nThe smallest part.\n")
    import_lessons(engine, lessons)
    with reading(engine) as connection:
        assert unmatched_requests(connection) == {"999": 2}
        assert sorted(found.requests for found in lesson_requests(connection).values()) == [2, 7, 8]


def test_a_lesson_may_be_named_by_a_path_as_long_as_paths_may_be(engine: sa.Engine, tmp_path: Path) -> None:
    folder = tmp_path / "lessons"
    path = f"{'/'.join(['a-long-name-of-a-folder'] * 19)}/lesson.md"
    (folder / path).parent.mkdir(parents=True)
    (folder / path).write_text("# A lesson\n\nWith some text.\n", encoding="utf-8")
    import_lessons(engine, folder)
    report = import_usage(engine, csv_file(tmp_path, f"language,lesson,day\nes,{path},2026-03-01\n"))
    assert (len(path) > 400, report.unmatched) == (True, ())
    with reading(engine) as connection:
        assert lesson_requests(connection) == {"1": (1, date(2026, 3, 1))}
