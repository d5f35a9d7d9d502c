"""langassets' own tables.

In PostgreSQL they lie in a schema of their own, `langassets`; SQLite has no schemas, so there the engine
translates it away (`connection.py`). Only migrations change what stands here.
"""

from typing import Any

import sqlalchemy as sa

from langassets.database.types import UtcDateTime

SCHEMA = "langassets"
metadata = sa.MetaData(schema=SCHEMA)

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
    sa.Column("lesson", sa.String(100), primary_key=True),
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


# The manifest: what langassets knows of each lesson object in storage. `origin` is translated, copied
# (from a lesson in the same language), adopted (put there by someone else and left alone) or edited (as a
# person left it, its edits learnt). `structure` is a hash of everything in it but its segments.
def _object_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("key", sa.String(600), primary_key=True),
        sa.Column("language", sa.String(35), nullable=False, index=True),
        sa.Column("lesson", sa.String(100), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.Column("recipe", sa.String(64), nullable=False),
        sa.Column("etag", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("origin", sa.String(12), nullable=False),
        sa.Column("stored_at", UtcDateTime, nullable=False),
        sa.Column("structure", sa.String(16), nullable=False, server_default=""),
    ]


# Of its segments, the rows in `segments` speak while `segments_etag` is its ETag: an earlier version, which
# knows nothing of them, may have written it since.
stored_objects = sa.Table(
    "stored_objects", metadata, *_object_columns(), sa.Column("segments_etag", sa.String(64))
)

# What stands at each place of each object: the segments of its content in their order, a text that occurs
# twice twice. `source` and `target` are hashes (`translation.documents.places`): the texts stand in the
# memory, or a person's in `edits`. `state` is a word of XLIFF 2.1: initial, translated, reviewed or final;
# `origin` is model, memory, person or copied; `findings` is JSON, null for none. Rows follow their object
# wherever it is moved, and go with it.
segments = sa.Table(
    "segments",
    metadata,
    sa.Column(
        "key",
        sa.ForeignKey(stored_objects.c.key, ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True,
    ),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("target", sa.String(16), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("origin", sa.String(12), nullable=False),
    sa.Column("findings", sa.Text),
    sqlite_with_rowid=False,
)

# Which texts each content consists of: the first 16 bytes of the SHA-256 of each. A cache: of a content that
# is not there, or with another hash, the texts are read from the lesson.
content_texts = sa.Table(
    "content_texts",
    metadata,
    sa.Column("lesson", sa.String(100), primary_key=True),
    sa.Column("content_type", sa.String(100), primary_key=True),
    sa.Column("source_hash", sa.String(64), nullable=False),
    sa.Column("texts", sa.LargeBinary, nullable=False),
)

# What is about to be written, noted before the request goes out: a process killed between the upload
# and the manifest leaves an object that the next run recognizes by its ETag as its own.
# `segments` are those that it will have, as JSON.
pending_writes = sa.Table("pending_writes", metadata, *_object_columns(), sa.Column("segments", sa.Text))

# The translation memory. `text_hash` is what is looked up (SHA-256 of the source segment, in
# hexadecimal); both texts stand beside it, so that a memory can be read, exported and corrected.
translation_memory = sa.Table(
    "translation_memory",
    metadata,
    sa.Column("target_language", sa.String(35), primary_key=True),
    sa.Column("text_hash", sa.String(64), primary_key=True),
    sa.Column("source_language", sa.String(35), primary_key=True),
    sa.Column("recipe", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("translation", sa.Text, nullable=False),
    sa.Column("provider", sa.String(32), nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("origin", sa.String(12), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# What people changed in stored objects, learnt for its place alone: the segment as the lesson had it then,
# and what they wrote. `parts` is JSON: protected parts of their own, by the number of the tag in `text`; the
# other tags are the source's. `place` follows the segment where its lesson changes; an edit stands while its
# segment does, and is offered in review after that. `language` is a tag.
edits = sa.Table(
    "edits",
    metadata,
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("lesson", sa.String(100), primary_key=True),
    sa.Column("content_type", sa.String(100), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("source", sa.String(16), primary_key=True),
    sa.Column("source_text", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("parts", sa.Text),
    sa.Column("learnt_at", UtcDateTime, nullable=False),
)

# Every step of every cleanup, written before the first object goes. `status` is planned, done, failed
# or refused; what stands at planned after its run has ended was cut off.
cleanup_journal = sa.Table(
    "cleanup_journal",
    metadata,
    sa.Column("plan_id", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(600), primary_key=True),
    sa.Column("planned_at", UtcDateTime, nullable=False, index=True),
    sa.Column("run_id", sa.String(64), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("action", sa.String(12), nullable=False),
    sa.Column("target_key", sa.String(600)),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("etag", sa.String(64), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("finished_at", UtcDateTime),
)

# What each run was billed for, by language, provider and model. The provider `memory` stands for segments
# that cost nothing. Of the requests, `refused` met a rate limit, `failed` brought no answer, and `retries`
# were sent again for either; `rejected` segments failed a check.
model_usage = sa.Table(
    "model_usage",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("provider", sa.String(32), primary_key=True),
    sa.Column("model", sa.String(100), primary_key=True),
    sa.Column("recorded_at", UtcDateTime, nullable=False, index=True),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("segments", sa.BigInteger, nullable=False),
    sa.Column("input_tokens", sa.BigInteger, nullable=False),
    sa.Column("output_tokens", sa.BigInteger, nullable=False),
    sa.Column("cost", sa.Float),  # in dollars; none where no price is known
    sa.Column("seconds", sa.Float, nullable=False),
    *(
        sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
        for name in ("rejected", "refused", "failed", "retries")
    ),
)

# Which of the application's tables langassets made itself, because there were none: only into those
# may lessons be imported.
made_tables = sa.Table(
    "made_tables",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

# Which file of an imported folder became which lesson, so that a second import finds it again.
imported_lessons = sa.Table(
    "imported_lessons",
    metadata,
    sa.Column("folder", sa.String(500), primary_key=True),
    sa.Column("path", sa.String(500), primary_key=True),
    sa.Column("topic_id", sa.Integer, nullable=False),
    sa.Column("file_hash", sa.String(64), nullable=False),
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

# Work handed to a provider's batch interface, written before it is submitted: a process killed between
# the submission and its record finds it again by this id in the provider's own list. `status` is
# planned, submitted, collected or failed; `requests` is what each answer is checked against.
model_batches = sa.Table(
    "model_batches",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("provider", sa.String(32), nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("status", sa.String(12), nullable=False, index=True),
    sa.Column("provider_batch", sa.String(200)),
    sa.Column("requests", sa.Text, nullable=False),
    sa.Column("planned_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("problem", sa.Text),
)

# Jobs started over the HTTP API, written before Dagster is asked: two calls at once start one run, and
# one whose answer was lost finds its run again, by the tag that carries this id. `status` is launching,
# launched or refused.
job_triggers = sa.Table(
    "job_triggers",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("job", sa.String(64), nullable=False, index=True),
    sa.Column("idempotency_key", sa.String(200), unique=True),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("run_id", sa.String(64)),
)

# Usage that came with an `Idempotency-Key`: sent again, it is not counted again.
usage_receipts = sa.Table(
    "usage_receipts",
    metadata,
    sa.Column("idempotency_key", sa.String(200), primary_key=True),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False, index=True),
)

# What became of each asset in each run, kept after Dagster has forgotten the run. `outcome` is running,
# done, failed, retried, or cut (its process ended without a word); `summary` are a few figures as JSON.
job_runs = sa.Table(
    "job_runs",
    metadata,
    sa.Column("run_id", sa.String(64), primary_key=True),
    sa.Column("asset", sa.String(64), primary_key=True),
    sa.Column("started_at", UtcDateTime, nullable=False, index=True),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("problem", sa.Text),
    sa.Column("cpu_seconds", sa.Float),
    sa.Column("peak_memory", sa.BigInteger),  # of the run's whole process, in bytes
)

# One row, made by the migration: by it Dagster's runs say which database they belong to, however that is
# addressed and wherever it moves to.
installation = sa.Table(
    "installation",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

# By which code each language (a BCP-47 tag) is kept in tables and objects, settled once: the application's
# own where it uses one, else the tag. Whatever else means the same language is read as it.
language_keys = sa.Table(
    "language_keys",
    metadata,
    sa.Column("tag", sa.String(35), primary_key=True),
    sa.Column("key", sa.String(35), nullable=False),
    sa.Column("settled_at", UtcDateTime, nullable=False),
)

# Lessons whose end nothing else dates: their row in `topics` is gone, or does not say when it changed.
# `since` is when that was first seen; it goes when the lesson is back.
missed_lessons = sa.Table(
    "missed_lessons",
    metadata,
    sa.Column("lesson", sa.String(100), primary_key=True),
    sa.Column("since", UtcDateTime, nullable=False),
)
