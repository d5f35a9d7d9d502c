"""Which lessons came from a folder, and under which path each lies in it."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.connection import reading
from langassets.database.schema import imported_lessons
from langassets.errors import InputError


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """A folder that lessons were imported from, and the lessons (ids) by path, the active ones alone."""

    folder: Path
    lessons: dict[str, str]


def source_folder(data: sa.Engine, wanted: Path | None = None) -> SourceFolder:
    """The folder that lessons were imported from; `wanted`, where there are several.

    Raises `InputError` where there is none, or not that one, or several and none is given.
    """
    found = _folders(data)
    named = " or ".join(found)
    if not found:
        raise InputError(
            "No active lesson came from a folder: an export writes what `langassets import-lessons DIR` took "
            "in."
        )
    if wanted is None and len(found) > 1:
        raise InputError(f"Lessons came from more than one folder: name one with --source, {named}.")
    folder = str(wanted.resolve()) if wanted else next(iter(found))
    if folder not in found:
        raise InputError(f"No active lesson came from {wanted}: name {named}.")
    return SourceFolder(Path(folder), found[folder])


def _folders(data: sa.Engine) -> dict[str, dict[str, str]]:
    files = imported_lessons.c
    query = (
        sa.select(files.folder, files.path, files.topic_id)
        .join(topics, topics.c.topic_id == files.topic_id)
        .where(sa.cast(topics.c.status, sa.Text) == "active")
        .order_by(files.folder, files.path)
    )
    found: dict[str, dict[str, str]] = {}
    with reading(data) as connection:
        for folder, path, topic_id in connection.execute(query):
            found.setdefault(folder, {})[path] = str(topic_id)
    return found
