"""Which installation this is, codes of languages, texts of contents, lessons that are missed, and usage by
paths of files."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from langassets.database.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    installation = op.create_table(
        "installation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        schema="langassets",
    )
    # Here, behind the lock of migrations, so that there is one, however many processes start at once.
    op.bulk_insert(installation, [{"id": str(uuid4()), "made_at": datetime.now(UTC)}])
    op.create_table(
        "language_keys",
        sa.Column("tag", sa.String(length=35), nullable=False),
        sa.Column("key", sa.String(length=35), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tag"),
        schema="langassets",
    )
    op.create_table(
        "content_texts",
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("lesson", "content_type"),
        schema="langassets",
    )
    op.create_table(
        "missed_lessons",
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("lesson"),
        schema="langassets",
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps to no length
        op.alter_column(
            "lesson_usage",
            "lesson",
            type_=sa.String(length=500),
            existing_type=sa.String(length=100),
            existing_nullable=False,
            schema="langassets",
        )
