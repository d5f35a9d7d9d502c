"""langassets' own tables.

In PostgreSQL they lie in a schema of their own, `langassets`; SQLite has no schemas, so there the engine
translates it away (`connection.py`). Only migrations change what stands here.
"""

from langassets.database.schema.bill import model_requests, month_spending
from langassets.database.schema.lessons import imported_lessons, made_tables, missed_lessons
from langassets.database.schema.metadata import SCHEMA, metadata
from langassets.database.schema.objects import (
    cleanup_journal,
    content_texts,
    former_objects,
    pending_writes,
    segments,
    stored_objects,
)
from langassets.database.schema.runs import installation, job_runs, job_triggers, language_keys
from langassets.database.schema.translations import (
    edits,
    judgements,
    model_batches,
    model_usage,
    place_reviews,
    refusals,
    reviews,
    structure_edits,
    translation_memory,
)
from langassets.database.schema.usage import (
    imported_usage,
    lesson_usage,
    tier_decisions,
    usage_receipts,
    usage_snapshots,
)

__all__ = [
    "SCHEMA",
    "cleanup_journal",
    "content_texts",
    "edits",
    "former_objects",
    "imported_lessons",
    "imported_usage",
    "installation",
    "job_runs",
    "job_triggers",
    "judgements",
    "language_keys",
    "lesson_usage",
    "made_tables",
    "metadata",
    "missed_lessons",
    "model_batches",
    "model_requests",
    "model_usage",
    "month_spending",
    "pending_writes",
    "place_reviews",
    "refusals",
    "reviews",
    "segments",
    "stored_objects",
    "structure_edits",
    "tier_decisions",
    "translation_memory",
    "usage_receipts",
    "usage_snapshots",
]
