"""Lessons whose file has another name now: what they are and how often they were requested stays theirs."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.content.lessons import texts_of
from langassets.database.schema import imported_lessons
from langassets.database.usage.lesson_usage import settle_names
from langassets.ingestion.lessons.files import Entry, FileProblem, FoundFile, may_be_there
from langassets.ingestion.lessons.markdown import read_lesson
from langassets.ingestion.lessons.renames import LessonFile, renamed
from langassets.ingestion.lessons.report import ImportReport


@dataclass(frozen=True, slots=True)
class Imported:
    """A lesson that an earlier import made from a file."""

    topic_id: int
    file_hash: str
    status: str | None


def follow_files(
    connection: sa.Connection, root: str, entries: Sequence[Entry], report: ImportReport
) -> dict[str, Imported]:
    """The lessons that earlier imports made of the files of the folder `root`, by where these lie now; what
    has another name, and where the folder lay before, goes into the report.

    `entries` are what lies in the folder. Texts are read only where some files are gone and some new.
    """
    found = {entry.path: entry for entry in entries if isinstance(entry, FoundFile)}
    by_folder = _imported(connection)
    if root not in by_folder and (before := _moved_from(connection, by_folder, found)):
        report.moved_from, by_folder[root] = before, by_folder[before]
        table = imported_lessons
        connection.execute(table.update().where(table.c.folder == before).values(folder=root))
    known = by_folder.get(root, {})
    problems = [entry for entry in entries if isinstance(entry, FileProblem)]
    gone = {
        path: lesson
        for path, lesson in known.items()
        if path not in found and not may_be_there(path, problems)
    }
    new = {path: file for path, file in found.items() if path not in known}
    report.renamed = _renamed(connection, gone, new) if gone and new else []
    _rename(connection, root, known, report.renamed)
    return known


def _imported(connection: sa.Connection) -> dict[str, dict[str, Imported]]:
    """Every imported lesson, by folder and path."""
    files = imported_lessons.c
    query = sa.select(files.folder, files.path, files.topic_id, files.file_hash, topics.c.status).join(
        topics, topics.c.topic_id == files.topic_id
    )
    by_folder = defaultdict[str, dict[str, Imported]](dict)
    for folder, path, *lesson in connection.execute(query):
        by_folder[folder][path] = Imported(*lesson)
    return dict(by_folder)


def _moved_from(
    connection: sa.Connection,
    by_folder: Mapping[str, Mapping[str, Imported]],
    found: Mapping[str, FoundFile],
) -> str | None:
    """The folder that was moved: one that is not there any more, of whose lessons more than half are among
    the files `found`. Their texts tell, for names like `index.md` lie in every folder."""
    moved = {
        folder: len(_renamed(connection, lessons, found))
        for folder, lessons in by_folder.items()
        if not Path(folder).is_dir()
    }
    best = max(moved, key=lambda folder: moved[folder], default=None)
    return best if best is not None and 2 * moved[best] > len(by_folder[best]) else None


def _renamed(
    connection: sa.Connection, gone: Mapping[str, Imported], new: Mapping[str, FoundFile]
) -> list[tuple[str, str]]:
    """The lessons that are gone from where they lay and are found elsewhere; the paths before and after."""
    texts = texts_of(connection, (lesson.topic_id for lesson in gone.values()))
    before = [
        LessonFile(path, lesson.file_hash, texts.get(lesson.topic_id, ""))
        for path, lesson in sorted(gone.items())
    ]
    after = []
    for path in sorted(new):
        with suppress(ValueError, OSError):  # reported when it is its turn to be taken in
            lesson = read_lesson(new[path])
            after.append(LessonFile(path, lesson.file_hash, lesson.text))
    return sorted((was, now) for now, was in renamed(before, after).items())


def _rename(
    connection: sa.Connection, root: str, known: dict[str, Imported], pairs: Sequence[tuple[str, str]]
) -> None:
    settle_names(connection, {str(known[was].topic_id) for was, _ in pairs})
    table = imported_lessons
    for was, now in pairs:
        connection.execute(table.update().where(table.c.folder == root, table.c.path == was).values(path=now))
        known[now] = known.pop(was)
