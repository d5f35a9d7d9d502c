"""Lessons whose file has another name now: what they are and how often they were requested stays theirs."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from langassets.database.content.lessons import texts_of
from langassets.database.schema import imported_lessons
from langassets.database.usage.lesson_usage import settle_names
from langassets.ingestion.lessons.files import FoundFile
from langassets.ingestion.lessons.markdown import read_lesson
from langassets.ingestion.lessons.renames import LessonFile, renamed


@dataclass(frozen=True, slots=True)
class Imported:
    """A lesson that an earlier import made from a file."""

    topic_id: int
    file_hash: str
    status: str | None


def rename_lessons(
    connection: sa.Connection,
    root: str,
    known: Mapping[str, Imported],
    found: Mapping[str, FoundFile],
) -> list[tuple[str, str]]:
    """Have lessons of files that are gone follow their text to where it lies now; the paths before and after.

    `known` are the lessons of the folder `root`, `found` its files, by path. Texts are read only where some
    are gone and some new.
    """
    gone, new = known.keys() - found.keys(), found.keys() - known.keys()
    if not gone or not new:
        return []
    texts = texts_of(connection, (known[path].topic_id for path in gone))
    before = [
        LessonFile(path, known[path].file_hash, texts.get(known[path].topic_id, "")) for path in sorted(gone)
    ]
    after = []
    for path in sorted(new):
        with suppress(ValueError, OSError):  # reported when it is its turn to be taken in
            lesson = read_lesson(found[path])
            after.append(LessonFile(path, lesson.file_hash, lesson.text))
    pairs = sorted((was, now) for now, was in renamed(before, after).items())
    settle_names(connection, {str(known[was].topic_id) for was, _ in pairs})
    table = imported_lessons
    for was, now in pairs:
        connection.execute(table.update().where(table.c.folder == root, table.c.path == was).values(path=now))
    return pairs
