"""Tables of what lies in storage: objects, their segments, what is about to be written or was cleared out."""

import sqlalchemy as sa

from langassets.database.schema.metadata import Columns, keys, metadata, optional, required, required_index
from langassets.database.types import UtcDateTime


# `origin` is translated, copied (from a lesson in the same language), adopted (put there by someone else and
# left alone) or edited (as a person left it, its edits learnt). `structure` is a hash of everything in it but
# its segments.
def _object_columns(*, versions: bool = False) -> Columns:
    return [
        *keys(key=sa.String(600)),
        required_index("language", sa.String(35)),
        *required(lesson=sa.String(100), content_type=sa.String(100)),
        *required(source_hash=sa.String(64), recipe=sa.String(64)),
        sa.Column("etag", sa.String(64), primary_key=versions, nullable=False),
        *required(size=sa.BigInteger, origin=sa.String(12), stored_at=UtcDateTime),
        sa.Column("structure", sa.String(16), nullable=False, server_default=""),
    ]


# `replaced` is the stamp (ETag and time) of what an object took the place of: where that still stands,
# storage had said yes and had not written.
def _replaced() -> sa.Column[str]:
    return sa.Column("replaced", sa.String(100), nullable=False, server_default="")


# Of its segments, the rows in `segments` speak while `segments_etag` is its ETag: an earlier version, which
# knows nothing of them, may have written it since.
stored_objects = sa.Table(
    "stored_objects", metadata, *_object_columns(), *optional(segments_etag=sa.String(64)), _replaced()
)

# By the key that they stood under as lessons: by it a bucket that is older than the database is known again.
former_objects = sa.Table(
    "former_objects", metadata, *_object_columns(versions=True), required_index("left_at", UtcDateTime)
)

# The segments of an object's content in their order, a text that occurs twice twice. `source` and `target`
# are hashes (`translation.documents.places`): the texts stand in the memory, or a person's in `edits`.
# `state` is a word of XLIFF 2.1: initial, translated, reviewed or final; `origin` is model, memory, person or
# copied; `findings` is JSON, null for none. Rows follow their object wherever it is moved, and go with it.
segments = sa.Table(
    "segments",
    metadata,
    *keys(key=sa.ForeignKey(stored_objects.c.key, ondelete="CASCADE", onupdate="CASCADE")),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    *required(source=sa.String(16), target=sa.String(16), state=sa.String(12), origin=sa.String(12)),
    *optional(findings=sa.Text),
    sqlite_with_rowid=False,
)

# `texts` are the first 16 bytes of the SHA-256 of each. A cache: of a content that is not there, or with
# another hash, the texts are read from the lesson.
content_texts = sa.Table(
    "content_texts",
    metadata,
    *keys(lesson=sa.String(100), content_type=sa.String(100)),
    *required(source_hash=sa.String(64), texts=sa.LargeBinary),
)

# Noted before the request goes out: a process killed between the upload and the manifest leaves an object
# that the next run recognizes by its ETag as its own. `segments` are those that it will have, as JSON.
pending_writes = sa.Table(
    "pending_writes", metadata, *_object_columns(), *optional(segments=sa.Text), _replaced()
)

# Written before the first object goes. `status` is planned, done, failed or refused; what stands at planned
# after its run has ended was cut off.
cleanup_journal = sa.Table(
    "cleanup_journal",
    metadata,
    *keys(plan_id=sa.String(64), key=sa.String(600)),
    required_index("planned_at", UtcDateTime),
    *required(run_id=sa.String(64), language=sa.String(35), action=sa.String(12)),
    *optional(target_key=sa.String(600)),
    *required(reason=sa.Text, size=sa.BigInteger, etag=sa.String(64), status=sa.String(12)),
    *optional(finished_at=UtcDateTime),
)
