"""What stood where an object was written: where it still stands, the write was lost."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema = "langassets" if op.get_bind().dialect.name == "postgresql" else None  # see 0003
    for table in ("stored_objects", "pending_writes"):
        column = sa.Column("replaced", sa.String(length=100), server_default="", nullable=False)
        op.add_column(table, column, schema=schema)
