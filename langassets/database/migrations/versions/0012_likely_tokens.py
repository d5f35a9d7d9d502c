"""What a plan would have said of what a run asked for, beside what that took."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema = "langassets" if op.get_bind().dialect.name == "postgresql" else None  # see 0003
    for name in ("planned", "likely_input_tokens", "likely_output_tokens"):
        column = sa.Column(name, sa.BigInteger(), server_default="0", nullable=False)
        op.add_column("model_usage", column, schema=schema)
