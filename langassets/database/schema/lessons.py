"""Tables of lessons that were imported."""

import sqlalchemy as sa

from langassets.database.schema.metadata import keys, metadata, required
from langassets.database.types import UtcDateTime

# Only into the application's tables that langassets made itself may lessons be imported.
made_tables = sa.Table("made_tables", metadata, *keys(name=sa.String(64)), *required(made_at=UtcDateTime))

imported_lessons = sa.Table(
    "imported_lessons",
    metadata,
    *keys(folder=sa.String(500), path=sa.String(500)),
    *required(topic_id=sa.Integer, file_hash=sa.String(64)),
)

# `since` is when it was first seen that nothing else dates the lesson's end; it goes when the lesson is back.
missed_lessons = sa.Table(
    "missed_lessons", metadata, *keys(lesson=sa.String(100)), *required(since=UtcDateTime)
)
