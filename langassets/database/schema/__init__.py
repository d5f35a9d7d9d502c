"""langassets' own tables.

In PostgreSQL they lie in a schema of their own, `langassets`; SQLite has no schemas, so there the engine
translates it away (`connection.py`). Only migrations change what stands here. docs/data.md says what a row of
each table is; here stands what its columns mean.
"""

from langassets.database.schema.bill import model_batches as model_batches
from langassets.database.schema.bill import model_requests as model_requests
from langassets.database.schema.bill import model_usage as model_usage
from langassets.database.schema.bill import month_spending as month_spending
from langassets.database.schema.lessons import imported_lessons as imported_lessons
from langassets.database.schema.lessons import made_tables as made_tables
from langassets.database.schema.lessons import missed_lessons as missed_lessons
from langassets.database.schema.metadata import SCHEMA as SCHEMA
from langassets.database.schema.metadata import metadata as metadata
from langassets.database.schema.objects import cleanup_journal as cleanup_journal
from langassets.database.schema.objects import content_texts as content_texts
from langassets.database.schema.objects import former_objects as former_objects
from langassets.database.schema.objects import pending_writes as pending_writes
from langassets.database.schema.objects import segments as segments
from langassets.database.schema.objects import stored_objects as stored_objects
from langassets.database.schema.runs import installation as installation
from langassets.database.schema.runs import job_runs as job_runs
from langassets.database.schema.runs import job_triggers as job_triggers
from langassets.database.schema.runs import language_keys as language_keys
from langassets.database.schema.translations import edits as edits
from langassets.database.schema.translations import judgements as judgements
from langassets.database.schema.translations import place_reviews as place_reviews
from langassets.database.schema.translations import refusals as refusals
from langassets.database.schema.translations import reviews as reviews
from langassets.database.schema.translations import structure_edits as structure_edits
from langassets.database.schema.translations import translation_memory as translation_memory
from langassets.database.schema.usage import imported_usage as imported_usage
from langassets.database.schema.usage import lesson_usage as lesson_usage
from langassets.database.schema.usage import tier_decisions as tier_decisions
from langassets.database.schema.usage import usage_receipts as usage_receipts
from langassets.database.schema.usage import usage_snapshots as usage_snapshots
