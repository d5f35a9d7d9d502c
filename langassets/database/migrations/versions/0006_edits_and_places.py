"""What people added, took out or moved in stored objects, and what they said of one place alone."""

import sqlalchemy as sa
from alembic import op

from langassets.database.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "structure_edits",
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("edited", sa.Text(), nullable=False),
        sa.Column("learnt_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("language", "lesson", "content_type"),
        schema="langassets",
    )
    op.create_table(
        "place_reviews",
        sa.Column("target_language", sa.String(length=35), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("source_language", sa.String(length=35), nullable=False),
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("said", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("translation", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("reviewer", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reviewed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "target_language", "text_hash", "source_language", "lesson", "content_type", "place", "said"
        ),
        schema="langassets",
        sqlite_with_rowid=False,
    )
