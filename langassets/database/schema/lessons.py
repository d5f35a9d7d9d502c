"""Tables of lessons that were imported."""

import sqlalchemy as sa

from langassets.database.schema.metadata import metadata
from langassets.database.types import UtcDateTime

# Which of the application's tables langassets made itself, because there were none: only into those
# may lessons be imported.
made_tables = sa.Table(
    "made_tables",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

# Which file of an imported folder became which lesson, so that a second import finds it again.
imported_lessons = sa.Table(
    "imported_lessons",
    metadata,
    sa.Column("folder", sa.String(500), primary_key=True),
    sa.Column("path", sa.String(500), primary_key=True),
    sa.Column("topic_id", sa.Integer, nullable=False),
    sa.Column("file_hash", sa.String(64), nullable=False),
)

# Lessons whose end nothing else dates: their row in `topics` is gone, or does not say when it changed.
# `since` is when that was first seen; it goes when the lesson is back.
missed_lessons = sa.Table(
    "missed_lessons",
    metadata,
    sa.Column("lesson", sa.String(100), primary_key=True),
    sa.Column("since", UtcDateTime, nullable=False),
)
