"""Tables of translations: the memory, what people changed, and what models were asked and billed for."""

from typing import Any

import sqlalchemy as sa

from langassets.database.schema.metadata import metadata
from langassets.database.types import UtcDateTime


# A text and a language that it is translated into: what is kept of either is looked up by these first.
def _text_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("target_language", sa.String(35), primary_key=True),
        sa.Column("text_hash", sa.String(64), primary_key=True),
        sa.Column("source_language", sa.String(35), primary_key=True),
    ]


# The translation memory. `text_hash` is what is looked up (SHA-256 of the source segment, in
# hexadecimal); both texts stand beside it, so that a memory can be read, exported and corrected.
translation_memory = sa.Table(
    "translation_memory",
    metadata,
    *_text_columns(),
    sa.Column("recipe", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("translation", sa.Text, nullable=False),
    sa.Column("provider", sa.String(32), nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("origin", sa.String(12), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# What a model was asked for and the checks did not find sound: it is not asked again until text, recipe or
# checks change, a person has spoken, or `refused_at` is long enough ago for so many `times`. `doubted` has
# nothing but doubts against it and was given twice alike: lessons may have few of those. `reasons` is JSON.
refusals = sa.Table(
    "refusals",
    metadata,
    *_text_columns(),
    sa.Column("recipe", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("translation", sa.Text),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("doubted", sa.Boolean, nullable=False),
    sa.Column("checks", sa.String(16), nullable=False),
    sa.Column("provider", sa.String(32), nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("refused_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)


# A person's word on one translation of one text: the last one, who said it, when and why. `verdict` is
# accepted or rejected; `said` is the MD5 of the translation. Of one text any number may be rejected. What is
# accepted stands in the memory; what is rejected is never used again.
def _word_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("said", sa.String(32), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("translation", sa.Text, nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.Column("reviewer", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("reviewed_at", UtcDateTime, nullable=False),
    ]


reviews = sa.Table("reviews", metadata, *_text_columns(), *_word_columns(), sqlite_with_rowid=False)

# What a judge said of one translation of one text: `errors` is JSON, NULL where its answer was of no use.
# `said` is as above; `judge` is by what it was made: under another one the same is judged anew.
judgements = sa.Table(
    "judgements",
    metadata,
    *_text_columns(),
    sa.Column("said", sa.String(32), primary_key=True),
    sa.Column("judge", sa.String(16), nullable=False),
    sa.Column("model", sa.String(100), nullable=False),
    sa.Column("errors", sa.Text),
    sa.Column("judged_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

# As in `reviews`, said of one place of one content alone: what is accepted there stands in `edits`.
place_reviews = sa.Table(
    "place_reviews",
    metadata,
    *_text_columns(),
    sa.Column("lesson", sa.String(100), primary_key=True),
    sa.Column("content_type", sa.String(100), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    *_word_columns(),
    sqlite_with_rowid=False,
)

# What people changed in stored objects, learnt for its place alone: the segment as the lesson had it then,
# and what they wrote. `parts` is JSON: protected parts of their own, by the number of the tag in `text`; the
# other tags are the source's. `place`, and the hashes of the segments `before` and `after`, follow the
# segment where its lesson changes; an edit stands while its segment does, and is offered in review after
# that. `language` is a tag.
edits = sa.Table(
    "edits",
    metadata,
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("lesson", sa.String(100), primary_key=True),
    sa.Column("content_type", sa.String(100), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("source", sa.String(16), primary_key=True),
    sa.Column("before", sa.String(16), nullable=False),
    sa.Column("after", sa.String(16), nullable=False),
    sa.Column("source_text", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("parts", sa.Text),
    sa.Column("learnt_at", UtcDateTime, nullable=False),
)

# What people added, took out or moved in stored objects: the skeleton of a content (its JSON with segments
# taken out) as its lesson had it (`base`, with the hashes of its segments, `sources`) and as it was left. All
# three are JSON.
structure_edits = sa.Table(
    "structure_edits",
    metadata,
    sa.Column("language", sa.String(35), primary_key=True),
    sa.Column("lesson", sa.String(100), primary_key=True),
    sa.Column("content_type", sa.String(100), primary_key=True),
    sa.Column("base", sa.Text, nullable=False),
    sa.Column("sources", sa.Text, nullable=False),
    sa.Column("edited", sa.Text, nullable=False),
    sa.Column("learnt_at", UtcDateTime, nullable=False),
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
    # What a plan would have said, with nothing learnt, of the texts that were asked for: plans learn from it.
    *(
        sa.Column(name, sa.BigInteger, nullable=False, server_default="0")
        for name in ("planned", "likely_input_tokens", "likely_output_tokens")
    ),
)

# Work handed to a provider's batch interface, written before it is submitted: a process killed between
# the submission and its record finds it again by this id in the provider's own list. `status` is
# planned, submitted, collected or failed; `requests` is what each answer is checked against, and afterwards
# what none came for. By `due_at` the texts must be there; `cancelled_at` is when the provider was told to end
# it.
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
    sa.Column("due_at", UtcDateTime),
    sa.Column("cancelled_at", UtcDateTime),
)
