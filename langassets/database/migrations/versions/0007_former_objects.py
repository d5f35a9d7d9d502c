"""What the manifest said of objects before they were replaced or removed."""

import sqlalchemy as sa
from alembic import op

from langassets.database.types import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_objects",
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.Column("structure", sa.String(length=16), server_default="", nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "etag"),
        schema="langassets",
    )
    for column in ("language", "left_at"):
        op.create_index(
            op.f(f"ix_langassets_former_objects_{column}"),
            "former_objects",
            [column],
            unique=False,
            schema="langassets",
        )
