"""The first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cleanup_journal",
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("target_key", sa.String(length=600), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("plan_id", "key"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_cleanup_journal_planned_at"),
        "cleanup_journal",
        ["planned_at"],
        unique=False,
        schema="langassets",
    )
    op.create_table(
        "imported_lessons",
        sa.Column("folder", sa.String(length=500), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("folder", "path"),
        schema="langassets",
    )
    op.create_table(
        "imported_usage",
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("file_hash"),
        schema="langassets",
    )
    op.create_table(
        "job_runs",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("asset", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("cpu_seconds", sa.Float(), nullable=True),
        sa.Column("peak_memory", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "asset"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_job_runs_started_at"),
        "job_runs",
        ["started_at"],
        unique=False,
        schema="langassets",
    )
    op.create_table(
        "job_triggers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=True),
        sa.Column("requested_at", sa.DateTime(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("idempotency_key"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_job_triggers_job"), "job_triggers", ["job"], unique=False, schema="langassets"
    )
    op.create_table(
        "lesson_usage",
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("language", "day", "lesson"),
        schema="langassets",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "made_tables",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        schema="langassets",
    )
    op.create_table(
        "model_batches",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("provider_batch", sa.String(length=200), nullable=True),
        sa.Column("requests", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_model_batches_status"),
        "model_batches",
        ["status"],
        unique=False,
        schema="langassets",
    )
    op.create_table(
        "model_usage",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("input_tokens", sa.BigInteger(), nullable=False),
        sa.Column("output_tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("refused", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("failed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("retries", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("run_id", "language", "provider", "model"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_model_usage_recorded_at"),
        "model_usage",
        ["recorded_at"],
        unique=False,
        schema="langassets",
    )
    op.create_table(
        "pending_writes",
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_pending_writes_language"),
        "pending_writes",
        ["language"],
        unique=False,
        schema="langassets",
    )
    op.create_table(
        "stored_objects",
        sa.Column("key", sa.String(length=600), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("lesson", sa.String(length=100), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("source_hash", sa.String(length=64), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("stored_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_stored_objects_language"),
        "stored_objects",
        ["language"],
        unique=False,
        schema="langassets",
    )
    op.create_table(
        "tier_decisions",
        sa.Column("evaluated_at", sa.DateTime(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("usage_read_at", sa.DateTime(), nullable=False),
        sa.Column("tag", sa.String(length=35), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("weighted_requests", sa.Float(), nullable=False),
        sa.Column("frequent", sa.Boolean(), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("evaluated_at", "language"),
        schema="langassets",
    )
    op.create_table(
        "translation_memory",
        sa.Column("target_language", sa.String(length=35), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("source_language", sa.String(length=35), nullable=False),
        sa.Column("recipe", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("translation", sa.Text(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("model", sa.String(length=100), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("target_language", "text_hash", "source_language", "recipe"),
        schema="langassets",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "usage_receipts",
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("idempotency_key"),
        schema="langassets",
    )
    op.create_index(
        op.f("ix_langassets_usage_receipts_received_at"),
        "usage_receipts",
        ["received_at"],
        unique=False,
        schema="langassets",
    )
    op.create_table(
        "usage_snapshots",
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("total_requests", sa.BigInteger(), nullable=False),
        sa.Column("lesson_requests", sa.BigInteger(), nullable=False),
        sa.Column("weighted_requests", sa.Float(), nullable=False),
        sa.Column("last_used", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("taken_at", "language"),
        schema="langassets",
    )
