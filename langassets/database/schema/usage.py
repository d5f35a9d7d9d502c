"""Tables of usage, and of the tier that is decided by it."""

import sqlalchemy as sa

from langassets.database.schema.metadata import keys, metadata, optional, required, required_index
from langassets.database.types import UtcDateTime

# The growing counters, whose differences are dated requests, the lesson usage, and what both came to by
# weight; `last_used` is what the application said.
usage_snapshots = sa.Table(
    "usage_snapshots",
    metadata,
    *keys(taken_at=UtcDateTime, language=sa.String(35)),
    *required(total_requests=sa.BigInteger, lesson_requests=sa.BigInteger, weighted_requests=sa.Float),
    *optional(last_used=UtcDateTime),
)

# The order of the key serves the question that is asked most: how many for each language and day.
lesson_usage = sa.Table(
    "lesson_usage",
    metadata,
    *keys(language=sa.String(35), day=sa.Date, lesson=sa.String(500)),
    *required(requests=sa.BigInteger),
    sqlite_with_rowid=False,
)

tier_decisions = sa.Table(
    "tier_decisions",
    metadata,
    *keys(evaluated_at=UtcDateTime, language=sa.String(35)),
    *required(usage_read_at=UtcDateTime, tag=sa.String(35), share=sa.Float, weighted_requests=sa.Float),
    *required(frequent=sa.Boolean, change=sa.String(10), reason=sa.Text, run_id=sa.String(64)),
)

# Which files of usage went in, by the SHA-256 of their bytes: the same requests are not counted twice.
imported_usage = sa.Table(
    "imported_usage",
    metadata,
    *keys(file_hash=sa.String(64)),
    *required(file_name=sa.String(255), requests=sa.BigInteger, imported_at=UtcDateTime),
)

usage_receipts = sa.Table(
    "usage_receipts",
    metadata,
    *keys(idempotency_key=sa.String(200)),
    *required(content_hash=sa.String(64)),
    required_index("received_at", UtcDateTime),
)
