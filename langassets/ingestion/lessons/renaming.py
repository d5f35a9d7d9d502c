"""Lessons whose file has another name now: what they are and how often they were requested stays theirs."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.content.lessons import texts_of
from langassets.database.rows import chunks, upsert
from langassets.database.schema import imported_lessons
from langassets.database.usage.lesson_usage import settle_names
from langassets.ingestion.lessons import renames
from langassets.ingestion.lessons.files import Entry, FileProblem, FoundFile, may_be_there
from langassets.ingestion.lessons.markdown import MarkdownLesson
from langassets.ingestion.lessons.report import ImportReport


@dataclass(frozen=True, slots=True)
class Imported:
    """A lesson that an earlier import made from a file."""

    topic_id: int
    file_hash: str
    status: str | None


@dataclass(frozen=True, slots=True)
class _Folder:
    """What lies in a folder now: files by path, what could not be looked into, and how a file is read."""

    found: Mapping[str, FoundFile]
    problems: Sequence[FileProblem]
    read: Callable[[FoundFile], MarkdownLesson]

    def lessons(self, paths: Iterable[str]) -> Iterator[MarkdownLesson]:
        """What files say, in order of path; nothing of one that cannot become a lesson, which is reported
        when it is its turn."""
        for path in sorted(paths):
            with suppress(ValueError, OSError):
                yield self.read(self.found[path])

    def texts(self, paths: Iterable[str]) -> dict[str, str]:
        """Their texts, by path."""
        return {lesson.path: lesson.text for lesson in self.lessons(paths)}

    def says_the_same(self, path: str, lesson: Imported) -> bool:
        """Whether a file says what it did when its lesson was imported; so, too, where it cannot be read."""
        with suppress(OSError), self.found[path].file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == lesson.file_hash
        return True


def follow_files(
    connection: sa.Connection,
    root: str,
    entries: Sequence[Entry],
    report: ImportReport,
    read: Callable[[FoundFile], MarkdownLesson],
) -> dict[str, Imported]:
    """The lessons that earlier imports made of the files of the folder `root`, by where these lie now; what
    has another name, and where the folder lay before, goes into the report.

    `entries` are what lies in the folder, `read` is how a file becomes a lesson. A lesson whose own text is
    nowhere stays with the file that lies where its own lay; where that is another lesson by now, it keeps a
    path that no file has (see `renames.replaced`).
    """
    found = {entry.path: entry for entry in entries if isinstance(entry, FoundFile)}
    now = _Folder(found, [entry for entry in entries if isinstance(entry, FileProblem)], read)
    by_folder = _imported(connection)
    if root not in by_folder and (before := _moved_from(connection, by_folder, now)):
        report.moved_from, by_folder[root] = before, by_folder[before]
        table = imported_lessons
        connection.execute(table.update().where(table.c.folder == before).values(folder=root))
    known = by_folder.get(root, {})
    moves = _moves(connection, known, now) if known else {}
    report.renamed = sorted((renames.named_before(was), path) for was, path in moves.items())
    for path in sorted(known.keys() & set(moves.values()) - moves.keys()):
        moves[path] = renames.replaced(path, known[path].topic_id)
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
    connection: sa.Connection, by_folder: Mapping[str, Mapping[str, Imported]], now: _Folder
) -> str | None:
    """The folder that was moved: one that is not there any more, of whose lessons more than half are among
    the files that lie here `now`. Their texts tell, for names like `index.md` lie in every folder."""
    away = {folder: lessons for folder, lessons in by_folder.items() if not Path(folder).is_dir()}
    after, texts = dict[str, str](), dict[str, str]()
    for one in now.lessons(now.found) if away else ():
        after[one.path], texts[one.path] = one.file_hash, one.text
    moved = {}
    for folder, lessons in away.items():
        were = renames.held(_texts(connection, lessons))
        moved[folder] = len(renames.renamed(_hashes(lessons), after, were, renames.held(texts)))
    best = max(moved, key=lambda folder: moved[folder], default=None)
    return best if best is not None and 2 * moved[best] > len(by_folder[best]) else None


def _moves(connection: sa.Connection, known: Mapping[str, Imported], now: _Folder) -> dict[str, str]:
    """The lessons whose text lies elsewhere now: paths before, and paths now.

    Held at once are only the texts that are at no path that a lesson has, or have taken another's place.
    """
    changed = {path for path in now.found if path not in known or not now.says_the_same(path, known[path])}
    after = {lesson.path: lesson.file_hash for lesson in now.lessons(changed)}
    in_doubt = {
        path: lesson
        for path, lesson in known.items()
        if path in changed or (path not in now.found and not may_be_there(path, now.problems))
    }

    def texts_before(paths: Collection[str]) -> dict[str, str]:
        # A file that cannot be read is somebody's all the same, but for its very text elsewhere.
        left = {path: in_doubt[path] for path in paths if path in after or path not in now.found}
        return _texts(connection, left)

    pairs = renames.renamed(_hashes(in_doubt), after, texts_before, now.texts)
    return {was: path for path, was in pairs.items() if was != path}


def _hashes(lessons: Mapping[str, Imported]) -> dict[str, str]:
    return {path: lesson.file_hash for path, lesson in lessons.items()}


def _texts(connection: sa.Connection, lessons: Mapping[str, Imported]) -> dict[str, str]:
    """The texts of lessons, by path."""
    texts = texts_of(connection, (lesson.topic_id for _, lesson in sorted(lessons.items())))
    return {path: texts.get(lesson.topic_id, "") for path, lesson in lessons.items()}


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
