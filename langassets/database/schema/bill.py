"""Tables of the bill: each request to a model, and what each month has come to."""

import sqlalchemy as sa

from langassets.database.schema.metadata import metadata
from langassets.database.types import Dollars, UtcDateTime

# One row a request, from before it was sent. `state` is open (nobody knows what it was billed for: it is
# under way, or was when its process died), billed, or free. `dollars` is what counts: what was expected while
# it is open, what it cost afterwards; where the price is not known it is not `priced`. Tokens and prices
# (dollars a million) stand where they are known. `lessons` is JSON: the characters of each lesson in it. Rows
# from before version 0010 stand for several `requests`.
model_requests = sa.Table(
    "model_requests",
    metadata,
    sa.Column("id", sa.String(250), primary_key=True),
    sa.Column("run_id", sa.String(64), nullable=False, index=True),
    sa.Column("asset", sa.String(100), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("provider", sa.String(32), nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("mode", sa.String(12), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("sent_at", UtcDateTime, nullable=False, index=True),
    sa.Column("settled_at", UtcDateTime),
    sa.Column("requests", sa.BigInteger, nullable=False),
    sa.Column("dollars", Dollars, nullable=False),
    sa.Column("priced", sa.Boolean, nullable=False),
    sa.Column("estimated", sa.Boolean, nullable=False),
    *(
        sa.Column(f"{kind}_tokens", sa.BigInteger)
        for kind in ("input", "cached", "written", "output", "reasoning")
    ),
    *(sa.Column(f"{kind}_price", Dollars) for kind in ("input", "cached", "written", "output")),
    sa.Column("request_id", sa.String(200)),
    sa.Column("lessons", sa.Text, nullable=False),
)

# What the requests sent in a month (UTC, like 2026-11) count together: the row that decides whether one more
# may be sent, so that nobody has to add them up.
month_spending = sa.Table(
    "month_spending",
    metadata,
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("dollars", Dollars, nullable=False),
)
