"""Lessons whose file has another name now: what they are and how often they were requested stays theirs."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.content.lessons import texts_of
from langassets.database.rows import chunks, upsert
from langassets.database.schema import imported_lessons
from langassets.database.usage.lesson_usage import settle_names
from langassets.ingestion.lessons.files import Entry, FileProblem, FoundFile, may_be_there
from langassets.ingestion.lessons.markdown import MarkdownLesson, read_lesson
from langassets.ingestion.lessons.renames import (
    LessonFile,
    by_hash,
    likeness,
    most_alike,
    named_before,
    renamed,
    replaced,
)
from langassets.ingestion.lessons.report import ImportReport

# Texts compared at once with what they were.
_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Imported:
    """A lesson that an earlier import made from a file."""

    topic_id: int
    file_hash: str
    status: str | None


def follow_files(
    connection: sa.Connection,
    root: str,
    entries: Sequence[Entry],
    report: ImportReport,
    read: Callable[[FoundFile], MarkdownLesson] = read_lesson,
) -> dict[str, Imported]:
    """The lessons that earlier imports made of the files of the folder `root`, by where these lie now; what
    has another name, and where the folder lay before, goes into the report.

    `entries` are what lies in the folder, `read` is how a file becomes a lesson. A lesson whose own text is
    nowhere stays with the file that lies where its own lay; where that is another lesson by now, it keeps a
    path that no file has (see `replaced`).
    """
    found = {entry.path: entry for entry in entries if isinstance(entry, FoundFile)}
    by_folder = _imported(connection)
    if root not in by_folder and (before := _moved_from(connection, by_folder, found, read)):
        report.moved_from, by_folder[root] = before, by_folder[before]
        table = imported_lessons
        connection.execute(table.update().where(table.c.folder == before).values(folder=root))
    known = by_folder.get(root, {})
    problems = [entry for entry in entries if isinstance(entry, FileProblem)]
    moves = _moves(connection, known, found, problems, read)
    report.renamed = sorted((named_before(was), now) for was, now in moves.items())
    for path in sorted(known.keys() & set(moves.values()) - moves.keys()):
        moves[path] = replaced(path, known[path].topic_id)
    if moves or found.keys() - known.keys():
        # Before a name means another lesson, or two.
        settle_names(connection, {str(lesson.topic_id) for lesson in known.values()})
    return _rename(connection, root, known, moves)


def _imported(connection: sa.Connection) -> dict[str, dict[str, Imported]]:
    """Every imported lesson, by folder and path; what is known of lessons that somebody removed goes."""
    files = imported_lessons.c
    there = sa.select(topics.c.topic_id)
    connection.execute(imported_lessons.delete().where(files.topic_id.not_in(there)))
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
    read: Callable[[FoundFile], MarkdownLesson],
) -> str | None:
    """The folder that was moved: one that is not there any more, of whose lessons more than half are among
    the files `found`. Their texts tell, for names like `index.md` lie in every folder."""
    away = [folder for folder in by_folder if not Path(folder).is_dir()]
    files = [file for path in sorted(found) for file in _file(found[path], read)] if away else []
    moved = {folder: len(renamed(_files(connection, by_folder[folder]), files)) for folder in away}
    best = max(moved, key=lambda folder: moved[folder], default=None)
    return best if best is not None and 2 * moved[best] > len(by_folder[best]) else None


def _moves(
    connection: sa.Connection,
    known: Mapping[str, Imported],
    found: Mapping[str, FoundFile],
    problems: Sequence[FileProblem],
    read: Callable[[FoundFile], MarkdownLesson],
) -> dict[str, str]:
    """The lessons whose text lies elsewhere now: paths before, and paths now.

    Held at once are only the texts that are at no path that a lesson has, or have taken another's place.
    """
    if not known:
        return {}
    changed = {path for path in found if path not in known or _is_changed(found[path], known[path])}
    after = {file.path: file.file_hash for path in sorted(changed) for file in _file(found[path], read)}
    in_doubt = {
        path: lesson
        for path, lesson in known.items()
        if path in changed or (path not in found and not may_be_there(path, problems))
    }
    in_place = _in_place(connection, in_doubt, found, after, read)
    pairs = by_hash({path: lesson.file_hash for path, lesson in in_doubt.items()}, after, in_place)
    taken = set(pairs.values())
    # A file that cannot be read is somebody's all the same: only the very text elsewhere speaks against it.
    left = {
        path: lesson
        for path, lesson in in_doubt.items()
        if path not in taken and (path in after or path not in found)
    }
    new = [path for path in sorted(after) if path not in pairs]
    if left and new:
        files = [file for path in new for file in _file(found[path], read)]
        pairs |= most_alike(_files(connection, left), files)
    return {was: now for now, was in pairs.items() if was != now}


def _in_place(
    connection: sa.Connection,
    known: Mapping[str, Imported],
    found: Mapping[str, FoundFile],
    after: Mapping[str, str],
    read: Callable[[FoundFile], MarkdownLesson],
) -> dict[str, float]:
    """How much of the text of each changed file is as it was."""
    alike = {}
    for chunk in chunks(sorted(after.keys() & known.keys()), _TOGETHER):
        for before in _files(connection, {path: known[path] for path in chunk}):
            for now in _file(found[before.path], read):
                alike[before.path] = likeness(before.text, now.text)
    return alike


def _is_changed(found: FoundFile, lesson: Imported) -> bool:
    """Whether a file says anything else than when its lesson was imported; no, where it cannot be read."""
    with suppress(OSError), found.file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() != lesson.file_hash
    return False


def _files(connection: sa.Connection, lessons: Mapping[str, Imported]) -> list[LessonFile]:
    """Lessons as the files that they were imported from."""
    texts = texts_of(connection, (lesson.topic_id for lesson in lessons.values()))
    return [
        LessonFile(path, lesson.file_hash, texts.get(lesson.topic_id, ""))
        for path, lesson in sorted(lessons.items())
    ]


def _file(found: FoundFile, read: Callable[[FoundFile], MarkdownLesson]) -> Iterator[LessonFile]:
    """What a file says; nothing where it cannot become a lesson, which is reported when it is its turn."""
    with suppress(ValueError, OSError):
        lesson = read(found)
        yield LessonFile(found.path, lesson.file_hash, lesson.text)


def _rename(
    connection: sa.Connection, root: str, known: Mapping[str, Imported], moves: Mapping[str, str]
) -> dict[str, Imported]:
    """Have lessons stand at other paths; all lessons by path as they stand then."""
    if not moves:
        return dict(known)
    table = imported_lessons
    # Taken out first: two that change places would each find its place taken.
    for chunk in chunks(moves):
        connection.execute(table.delete().where(table.c.folder == root, table.c.path.in_(chunk)))
    rows = [
        {"folder": root, "path": now, "topic_id": known[was].topic_id, "file_hash": known[was].file_hash}
        for was, now in moves.items()
    ]
    upsert(connection, table, rows)
    return {moves.get(path, path): lesson for path, lesson in known.items()}
