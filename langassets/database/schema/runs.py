"""Tables of runs, and of the installation that they belong to."""

import sqlalchemy as sa

from langassets.database.schema.metadata import metadata
from langassets.database.types import UtcDateTime

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
