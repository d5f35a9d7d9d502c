"""By when the texts of a batch must be there, and which of them a batch did not bring."""

import sqlalchemy as sa
from alembic import op

from langassets.database.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema = "langassets" if op.get_bind().dialect.name == "postgresql" else None  # see 0003
    for name in ("due_at", "cancelled_at"):
        op.add_column("model_batches", sa.Column(name, UtcDateTime()), schema=schema)
