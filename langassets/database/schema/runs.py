"""Tables of runs, and of the installation that they belong to."""

import sqlalchemy as sa

from langassets.database.schema.metadata import keys, metadata, optional, required, required_index
from langassets.database.types import UtcDateTime

# Written before Dagster is asked: two calls at once start one run, and one whose answer was lost finds its
# run again, by the tag that carries this id. `status` is launching, launched or refused.
job_triggers = sa.Table(
    "job_triggers",
    metadata,
    *keys(id=sa.String(64)),
    required_index("job", sa.String(64)),
    sa.Column("idempotency_key", sa.String(200), unique=True),
    *required(requested_at=UtcDateTime, status=sa.String(12)),
    *optional(run_id=sa.String(64)),
)

# `outcome` is running, done, failed, retried, or cut (its process ended without a word); `summary` are a few
# figures as JSON; `peak_memory` is of the run's whole process, in bytes.
job_runs = sa.Table(
    "job_runs",
    metadata,
    *keys(run_id=sa.String(64), asset=sa.String(64)),
    required_index("started_at", UtcDateTime),
    *optional(finished_at=UtcDateTime),
    *required(outcome=sa.String(12), summary=sa.Text),
    *optional(problem=sa.Text, cpu_seconds=sa.Float, peak_memory=sa.BigInteger),
)

# One row, made by the migration: it stays however the database is addressed and wherever it moves to.
installation = sa.Table("installation", metadata, *keys(id=sa.String(36)), *required(made_at=UtcDateTime))

# The key is the application's own code where it uses one, else the tag. Whatever else means the same language
# is read as it.
language_keys = sa.Table(
    "language_keys",
    metadata,
    *keys(tag=sa.String(35)),
    *required(key=sa.String(35), settled_at=UtcDateTime),
)
