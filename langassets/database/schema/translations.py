"""Tables of translations: the memory, what models were asked for in vain, and what people changed."""

import sqlalchemy as sa

from langassets.database.schema.metadata import Columns, keys, metadata, optional, required
from langassets.database.types import UtcDateTime


# A text and a language that it is translated into: what is kept of either is looked up by these first.
def _text_columns() -> Columns:
    return keys(target_language=sa.String(35), text_hash=sa.String(64), source_language=sa.String(35))


# A content in a language (a tag).
def _content_columns() -> Columns:
    return keys(language=sa.String(35), lesson=sa.String(100), content_type=sa.String(100))


def _place() -> sa.Column[int]:
    return sa.Column("place", sa.Integer, primary_key=True, autoincrement=False)


# `text_hash` is what is looked up (SHA-256 of the source segment, in hexadecimal); both texts stand beside
# it, so that a memory can be read, exported and corrected.
translation_memory = sa.Table(
    "translation_memory",
    metadata,
    *_text_columns(),
    *keys(recipe=sa.String(64)),
    *required(text=sa.Text, translation=sa.Text, provider=sa.String(32), model=sa.String(100)),
    *required(origin=sa.String(12), created_at=UtcDateTime),
    sqlite_with_rowid=False,
)

# It is not asked for again until text, recipe or checks change, a person has spoken, or `refused_at` is long
# enough ago for so many `times`. `doubted` has nothing but doubts against it and was given twice alike:
# lessons may have few of those. `reasons` is JSON.
refusals = sa.Table(
    "refusals",
    metadata,
    *_text_columns(),
    *keys(recipe=sa.String(64)),
    *required(text=sa.Text),
    *optional(translation=sa.Text),
    *required(reasons=sa.Text, doubted=sa.Boolean, checks=sa.String(16)),
    *required(provider=sa.String(32), model=sa.String(100), times=sa.Integer, refused_at=UtcDateTime),
    sqlite_with_rowid=False,
)


# `verdict` is accepted or rejected; `said` is the MD5 of the translation. Of one text any number may be
# rejected. What is accepted stands in the memory, or of one place alone in `edits`; what is rejected is never
# used again.
def _word_columns() -> Columns:
    return [
        *keys(said=sa.String(32)),
        *required(text=sa.Text, translation=sa.Text, verdict=sa.String(12)),
        *required(reviewer=sa.String(100), reason=sa.Text, reviewed_at=UtcDateTime),
    ]


reviews = sa.Table("reviews", metadata, *_text_columns(), *_word_columns(), sqlite_with_rowid=False)

# `errors` is JSON, NULL where the answer was of no use; `said` is as above; `judge` is by what it was made:
# under another one the same is judged anew.
judgements = sa.Table(
    "judgements",
    metadata,
    *_text_columns(),
    *keys(said=sa.String(32)),
    *required(judge=sa.String(16), model=sa.String(100)),
    *optional(errors=sa.Text),
    *required(judged_at=UtcDateTime),
    sqlite_with_rowid=False,
)

place_reviews = sa.Table(
    "place_reviews",
    metadata,
    *_text_columns(),
    *keys(lesson=sa.String(100), content_type=sa.String(100)),
    _place(),
    *_word_columns(),
    sqlite_with_rowid=False,
)

# The segment as the lesson had it then, and what somebody wrote in its place. `parts` is JSON: protected
# parts of their own, by the number of the tag in `text`; the other tags are the source's. `place`, and the
# hashes of the segments `before` and `after`, follow the segment where its lesson changes; an edit stands
# while its segment does, and is offered in review after that.
edits = sa.Table(
    "edits",
    metadata,
    *_content_columns(),
    _place(),
    *keys(source=sa.String(16)),
    *required(before=sa.String(16), after=sa.String(16), source_text=sa.Text, text=sa.Text),
    *optional(parts=sa.Text),
    *required(learnt_at=UtcDateTime),
)

# The skeleton of a content (its JSON with segments taken out) as its lesson had it (`base`, with the hashes
# of its segments, `sources`) and as it was left. All three are JSON.
structure_edits = sa.Table(
    "structure_edits",
    metadata,
    *_content_columns(),
    *required(base=sa.Text, sources=sa.Text, edited=sa.Text, learnt_at=UtcDateTime),
)
