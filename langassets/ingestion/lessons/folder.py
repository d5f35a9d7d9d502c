"""Lessons from a folder of Markdown, again and again: only what changed is written."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.connection import reading, writing
from langassets.database.rows import chunks, upsert
from langassets.database.schema import imported_lessons
from langassets.errors import InputError
from langassets.ingestion.lessons import files, renames
from langassets.ingestion.lessons.assets import AssetAddresses, LinkedFiles
from langassets.ingestion.lessons.links import LinkedHeadings
from langassets.ingestion.lessons.markdown import (
    EmptyLessonError,
    MarkdownLesson,
    read_lesson,
    translating,
)
from langassets.ingestion.lessons.renaming import Imported, follow_files
from langassets.ingestion.lessons.report import ImportReport
from langassets.ingestion.lessons.tables import add_contents, refuse_application, write_content
from langassets.translation.documents.document import LINKED_HEADINGS, TRANSLATE_ALSO
from langassets.translation.markdown.anchors.slugs import Slugs, site_of

# Lessons written in one transaction: what is read but not written yet is all that memory holds.
_TOGETHER = 200
_LONGEST_FOLDER = 500
_CONTENT_TYPE = "text"
_MADE_BY = "langassets"


def import_lessons(
    engine: sa.Engine,
    folder: Path,
    assets: AssetAddresses = AssetAddresses(),  # noqa: B008
    slugs: Slugs = Slugs.AUTO,
    also: Collection[str] = (),
) -> ImportReport:
    """Take in every Markdown file below `folder` as a lesson with one content of type `text`, in which the
    addresses of files beside it are as `assets` says, with a note of its headings that other lessons link
    to by their `slugs`, and of those kinds `also` to be translated.

    A folder is recognized by where it lies, or by its files where another lay that is gone; a lesson by its
    path below it, or by its text where that has another name now. A lesson whose file is gone is archived,
    and active again, under the same id, when the file is back. What a file became that has a problem now
    stays, unless it was as empty then. Written in steps: what is done stays done when a later step fails.

    Raises `InputError` for what is no folder or holds no Markdown at all, where the lessons belong to an
    existing application, and where another import adds the same lessons at the same moment.
    """
    root = _root(folder)
    with reading(engine) as connection:
        refuse_application(connection)
    report = ImportReport()
    linked = LinkedFiles(folder, assets)
    entries = list(files.find_files(folder))
    headings = LinkedHeadings.of(entries, site_of(folder, slugs).slugs)

    def read(found: files.FoundFile) -> MarkdownLesson:
        return translating(headings.taken(linked.taken(read_lesson(found))), also)

    with writing(engine) as connection:
        known = follow_files(connection, root, entries, report, read)
    lessons = _lessons(entries, report, read, known)
    for together in chunks(lessons, _TOGETHER):
        with writing(engine) as connection:
            try:
                _write(connection, root, together, known, report)
            except sa.exc.IntegrityError:
                # Who came second waited for the first, and takes back what it added itself.
                raise InputError(
                    "Another import adds the same lessons at this moment. No lesson is doubled: run this one "
                    "again when that one has ended."
                ) from None
    if not report.seen and not report.problems:
        raise InputError(
            f"{folder} holds no Markdown file ({files.KINDS}): nothing was imported and nothing archived. "
            "Name the folder that holds the lessons."
        )
    with writing(engine) as connection:
        report.archived = _archive(connection, known, report)
    linked.tell(report)
    headings.tell(report)
    return report


def _write(
    connection: sa.Connection,
    root: str,
    lessons: Iterable[MarkdownLesson],
    known: Mapping[str, Imported],
    report: ImportReport,
) -> None:
    """Write what is new of these lessons, and what is not as it was."""
    now, renamed = datetime.now(UTC), {path for _, path in report.renamed}
    new = list[MarkdownLesson]()
    for lesson in lessons:
        before = known.get(lesson.path)
        if before and (before.file_hash, before.status) == (lesson.file_hash, lesson.status):
            report.unchanged += lesson.path not in renamed
            continue
        if before:
            _update(connection, root, lesson, before, now)
        else:
            new.append(lesson)
        if lesson.path not in renamed:
            (report.updated if before else report.added).append(lesson.path)
    _add(connection, root, new, now)


def _root(folder: Path) -> str:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise InputError(f"{folder} {what}: name a folder of Markdown files.")
    root = str(folder.resolve())
    if len(root) > _LONGEST_FOLDER:
        raise InputError(
            f"The path of {folder} is longer than {_LONGEST_FOLDER} characters: move it nearer to the root."
        )
    return root


def _lessons(
    entries: Iterable[files.Entry],
    report: ImportReport,
    read: Callable[[files.FoundFile], MarkdownLesson],
    known: Mapping[str, Imported],
) -> Iterator[MarkdownLesson]:
    """Every readable lesson; the others go into the report, and what was seen."""
    for found in entries:
        if isinstance(found, files.FileProblem):
            report.problems.append(found)
            continue
        if isinstance(found, files.OtherFile):
            report.others.append(found)
            continue
        report.seen.add(found.path)
        try:
            yield read(found)
        except (ValueError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            report.problems.append(files.FileProblem(found.path, reason))
            before = known.get(found.path)
            if before and isinstance(error, EmptyLessonError) and before.file_hash == error.file_hash:
                report.seen.discard(found.path)
                report.emptied.add(found.path)


def _add(connection: sa.Connection, root: str, lessons: Sequence[MarkdownLesson], now: datetime) -> None:
    """Add lessons, with a statement for each table; on SQLite with one for each topic."""
    if not lessons:
        return
    rows = [{"trainer_id": _MADE_BY, "created_at": now, **_columns(lesson, now)} for lesson in lessons]
    added = topics.insert().returning(topics.c.topic_id, sort_by_parameter_order=True)
    ids = connection.scalars(added, rows).all()
    add_contents(connection, _CONTENT_TYPE, dict(zip(ids, map(_data, lessons), strict=True)), now)
    made_of = [_file(root, lesson, topic_id) for lesson, topic_id in zip(lessons, ids, strict=True)]
    connection.execute(imported_lessons.insert(), made_of)


def _update(
    connection: sa.Connection, root: str, lesson: MarkdownLesson, before: Imported, now: datetime
) -> None:
    """Bring the lesson that was made of a file `before` up to date."""
    update = topics.update().where(topics.c.topic_id == before.topic_id)
    connection.execute(update.values(_columns(lesson, now)))
    if before.file_hash != lesson.file_hash:
        write_content(connection, before.topic_id, _CONTENT_TYPE, _data(lesson), now)
    upsert(connection, imported_lessons, [_file(root, lesson, before.topic_id)])


def _columns(lesson: MarkdownLesson, now: datetime) -> dict[str, object]:
    return {
        "topic_name": lesson.title,
        "description": lesson.description,
        "language": lesson.language,
        "status": lesson.status,
        "updated_at": now,
    }


def _data(lesson: MarkdownLesson) -> dict[str, object]:
    data = {"text": lesson.text, LINKED_HEADINGS: [*lesson.linked], TRANSLATE_ALSO: [*lesson.also]}
    return {name: value for name, value in data.items() if value}


def _file(root: str, lesson: MarkdownLesson, topic_id: int) -> dict[str, object]:
    return {"folder": root, "path": lesson.path, "topic_id": topic_id, "file_hash": lesson.file_hash}


def _archive(connection: sa.Connection, known: Mapping[str, Imported], report: ImportReport) -> list[str]:
    """Archive the lessons whose file is not there any more (what lies in a folder that could not be read may
    be); the paths of those that were active."""
    gone = {
        path: lesson.topic_id
        for path, lesson in known.items()
        if path in report.emptied
        or (path not in report.seen and not files.may_be_there(path, report.problems))
    }
    active = topics.c.status == "active"
    archived: set[int] = set()
    for chunk in chunks(gone.values()):
        update = topics.update().where(active, topics.c.topic_id.in_(chunk))
        update = update.values(status="archived", updated_at=datetime.now(UTC))
        archived |= set(connection.scalars(update.returning(topics.c.topic_id)))
    return [renames.named_before(path) for path, topic_id in gone.items() if topic_id in archived]
