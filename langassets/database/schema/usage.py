"""Tables of usage, and of the tier that is decided by it."""

import sqlalchemy as sa

from langassets.database.schema.metadata import metadata
from langassets.database.types import UtcDateTime

# What was counted each time that usage was read: the growing counters, whose differences are dated
# requests, the lesson usage, and what both came to by weight. One row a language and reading;
# `last_used` is what the application said then.
usage_snapshots = sa.Table(
    "usage_snapshots",
    metadata,
    sa.Column("taken_at", UtcDateTime, primary_key=True),
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("total_requests", sa.BigInteger, nullable=False),
    sa.Column("lesson_requests", sa.BigInteger, nullable=False),
    sa.Column("weighted_requests", sa.Float, nullable=False),
    sa.Column("last_used", UtcDateTime),
)

# Requests by language, lesson and day. The order of the key serves the question that is asked most:
# how many for each language and day.
lesson_usage = sa.Table(
    "lesson_usage",
    metadata,
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("lesson", sa.String(500), primary_key=True),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Every decision ever made, one row a language and evaluation. The newest evaluation is the tier in force.
tier_decisions = sa.Table(
    "tier_decisions",
    metadata,
    sa.Column("evaluated_at", UtcDateTime, primary_key=True),
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("usage_read_at", UtcDateTime, nullable=False),
    sa.Column("tag", sa.String(35), nullable=False),
    sa.Column("share", sa.Float, nullable=False),
    sa.Column("weighted_requests", sa.Float, nullable=False),
    sa.Column("frequent", sa.Boolean, nullable=False),
    sa.Column("change", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("run_id", sa.String(64), nullable=False),
)

# Which files of usage went in, by the SHA-256 of their bytes: the same requests are not counted twice.
imported_usage = sa.Table(
    "imported_usage",
    metadata,
    sa.Column("file_hash", sa.String(64), primary_key=True),
    sa.Column("file_name", sa.String(255), nullable=False),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("imported_at", UtcDateTime, nullable=False),
)

# Usage that came with an `Idempotency-Key`: sent again, it is not counted again.
usage_receipts = sa.Table(
    "usage_receipts",
    metadata,
    sa.Column("idempotency_key", sa.String(200), primary_key=True),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False, index=True),
)
