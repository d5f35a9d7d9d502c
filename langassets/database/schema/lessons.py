"""Tables of lessons that were imported."""

import sqlalchemy as sa

from langassets.database.schema.metadata import keys, metadata, required
from langassets.database.types import UtcDateTime

# Which of the application's tables langassets made itself, because there were none: only into those
# may lessons be imported.
made_tables = sa.Table("made_tables", metadata, *keys(name=sa.String(64)), *required(made_at=UtcDateTime))

# Which file of an imported folder became which lesson, so that a second import finds it again.
imported_lessons = sa.Table(
    "imported_lessons",
    metadata,
    *keys(folder=sa.String(500), path=sa.String(500)),
    *required(topic_id=sa.Integer, file_hash=sa.String(64)),
)

# Lessons whose end nothing else dates: their row in `topics` is gone, or does not say when it changed.
# `since` is when that was first seen; it goes when the lesson is back.
missed_lessons = sa.Table(
    "missed_lessons", metadata, *keys(lesson=sa.String(100)), *required(since=UtcDateTime)
)
