"""The existing application's tables, as far as langassets reads and writes them.

They are used where they exist, and made in this shape where they do not; nothing that exists is ever
altered or dropped. Of `language_stats`, only `is_frequent`, `total_lessons` and `updated_at` are written.
"""

from datetime import datetime

import sqlalchemy as sa

from langassets.database.types import Json, Texts, UtcDateTime

metadata = sa.MetaData()


def _times() -> list[sa.Column[datetime]]:
    now = sa.func.current_timestamp()
    return [sa.Column(name, UtcDateTime, server_default=now) for name in ("created_at", "updated_at")]


language_stats = sa.Table(
    "language_stats",
    metadata,
    sa.Column("language_code", sa.String(10), primary_key=True),
    sa.Column("language_name", sa.String(100)),
    sa.Column("total_requests", sa.Integer, server_default="0"),
    sa.Column("total_lessons", sa.Integer, server_default="0"),
    sa.Column("last_used", UtcDateTime),
    sa.Column("is_frequent", sa.Boolean, server_default=sa.false()),
    sa.Column("is_predefined", sa.Boolean, server_default=sa.false()),
    *_times(),
)

topics = sa.Table(
    "topics",
    metadata,
    sa.Column("topic_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("topic_name", sa.String(255), nullable=False),
    sa.Column("description", sa.Text),
    sa.Column("language", sa.String(10), server_default="en"),
    sa.Column("skills", Texts),
    sa.Column(
        "status", sa.Enum("active", "archived", "deleted", name="topic_status"), server_default="active"
    ),
    sa.Column("usage_count", sa.Integer, server_default="0"),
    sa.Column("trainer_id", sa.String(64), nullable=False),
    *_times(),
)

content_types = sa.Table(
    "content_types",
    metadata,
    sa.Column("type_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("type_name", sa.String(50), nullable=False, unique=True),
)

content = sa.Table(
    "content",
    metadata,
    sa.Column("content_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("topic_id", sa.ForeignKey("topics.topic_id"), nullable=False, index=True),
    sa.Column("content_type_id", sa.ForeignKey("content_types.type_id"), nullable=False),
    sa.Column("content_data", Json, nullable=False),
    sa.Column("generation_method_id", sa.String(50), nullable=False),
    sa.Column("quality_check_status", sa.String(20)),
    *_times(),
)
