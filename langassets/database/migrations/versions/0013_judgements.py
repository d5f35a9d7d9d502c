"""What a judge said of translations, so that the same is not paid for twice."""

import sqlalchemy as sa
from alembic import op

from langassets.database.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("target_language", sa.String(length=35), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("source_language", sa.String(length=35), nullable=False),
        sa.Column("said", sa.String(length=32), nullable=False),
        sa.Column("judge", sa.String(length=16), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("errors", sa.Text(), nullable=True),
        sa.Column("judged_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("target_language", "text_hash", "source_language", "said"),
        schema="langassets",
        sqlite_with_rowid=False,
    )
