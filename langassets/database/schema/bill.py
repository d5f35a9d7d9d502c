"""Tables of the bill: what models were asked and billed for, and what each month has come to."""

import sqlalchemy as sa

from langassets.database.schema.metadata import counts, keys, metadata, optional, required, required_index
from langassets.database.types import Dollars, UtcDateTime

# `state` is open (nobody knows what it was billed for: it is under way, or was when its process died),
# billed, or free. `dollars` is what counts: what was expected while it is open, what it cost afterwards;
# where the price is not known it is not `priced`. Tokens and prices (dollars a million) stand where they are
# known. `lessons` is JSON: the characters of each lesson in it. Rows from before version 0010 stand for
# several `requests`.
model_requests = sa.Table(
    "model_requests",
    metadata,
    *keys(id=sa.String(250)),
    required_index("run_id", sa.String(64)),
    *required(asset=sa.String(100), language=sa.String(35), provider=sa.String(32), model=sa.String(100)),
    *required(mode=sa.String(12), state=sa.String(8)),
    required_index("sent_at", UtcDateTime),
    *optional(settled_at=UtcDateTime),
    *required(requests=sa.BigInteger, dollars=Dollars, priced=sa.Boolean, estimated=sa.Boolean),
    *(
        sa.Column(f"{kind}_tokens", sa.BigInteger)
        for kind in ("input", "cached", "written", "output", "reasoning")
    ),
    *(sa.Column(f"{kind}_price", Dollars) for kind in ("input", "cached", "written", "output")),
    *optional(request_id=sa.String(200)),
    *required(lessons=sa.Text),
)

# `month` is in UTC, like 2026-11: its row decides whether one more request may be sent.
month_spending = sa.Table("month_spending", metadata, *keys(month=sa.String(7)), *required(dollars=Dollars))

# The provider `memory` stands for segments that cost nothing. Of the requests, `refused` met a rate limit,
# `failed` brought no answer, and `retries` were sent again for either; `rejected` segments failed a check.
# `cost` is in dollars, NULL where no price is known. `planned` and `likely` are what a plan would have said,
# with nothing learnt, of the texts that were asked for: plans learn from it.
model_usage = sa.Table(
    "model_usage",
    metadata,
    *keys(run_id=sa.String(64), language=sa.String(35), provider=sa.String(32), model=sa.String(100)),
    required_index("recorded_at", UtcDateTime),
    *required(requests=sa.BigInteger, segments=sa.BigInteger),
    *required(input_tokens=sa.BigInteger, output_tokens=sa.BigInteger),
    *optional(cost=sa.Float),
    *required(seconds=sa.Float),
    *counts("rejected", "refused", "failed", "retries"),
    *counts("planned", "likely_input_tokens", "likely_output_tokens"),
)

# Written before it is submitted: a process killed between the submission and its record finds it again by
# this id in the provider's own list. `status` is planned, submitted, collected or failed; `requests` is what
# each answer is checked against, and afterwards what none came for. By `due_at` the texts must be there;
# `cancelled_at` is when the provider was told to end it.
model_batches = sa.Table(
    "model_batches",
    metadata,
    *keys(id=sa.String(64)),
    *required(provider=sa.String(32), model=sa.String(100)),
    required_index("status", sa.String(12)),
    *optional(provider_batch=sa.String(200)),
    *required(requests=sa.Text, planned_at=UtcDateTime),
    *optional(finished_at=UtcDateTime, problem=sa.Text, due_at=UtcDateTime, cancelled_at=UtcDateTime),
)
