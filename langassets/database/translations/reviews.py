"""What people said of translations: the last word on each, and what follows for the memory."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import sqlalchemy as sa

from langassets.database.rows import CHUNK, rows_among, upsert
from langassets.database.schema import reviews as table
from langassets.database.schema import translation_memory as memory
from langassets.database.translations.memory import APPROVED, remember
from langassets.database.translations.refusals import forget_refusals
from langassets.database.translations.rejections import REJECTED, said_hash
from langassets.database.translations.stored import in_order, of_text, storable
from langassets.translation.recipes import ANY_RECIPE, text_hash
from langassets.translation.types import MemoryKey, Remembered

PROVIDER = "review"
"""Under this provider the memory keeps what people approved."""

# Two who speak at once come one after the other: the first 63 bits of the SHA-256 of "langassets reviews".
_LOCK = int.from_bytes(hashlib.sha256(b"langassets reviews").digest()[:8], "big") >> 1


class Verdict(StrEnum):
    """What a person says of a translation."""

    ACCEPTED = "accepted"
    REJECTED = REJECTED


class Review(NamedTuple):
    """A person's word on a translation of a text; languages are tags, `reason` is '' for none."""

    source_language: str
    target_language: str
    text: str
    translation: str
    verdict: Verdict
    reviewer: str
    reason: str
    reviewed_at: datetime


def one_after_the_other(connection: sa.Connection) -> None:
    """Keep others from speaking until the transaction ends; SQLite lets only one write as it is."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def reviews_of(connection: sa.Connection, source: str, target: str, text: str) -> list[Review]:
    """What was said of the translations of a text, the newest first."""
    query = sa.select(table).where(of_text(table, source, target, text))
    query = query.order_by(table.c.reviewed_at.desc(), table.c.said)
    return [review_of(row) for row in connection.execute(query)]


def review_of(row: Any) -> Review:
    """A word as it stands in a table."""
    found = {name: getattr(row, name) for name in Review._fields}
    return Review(**found | {"verdict": Verdict(row.verdict)})


def spoken_of(connection: sa.Connection, keys: Iterable[MemoryKey]) -> set[MemoryKey]:
    """Those of `keys` of whose texts somebody has said something."""
    by_language: dict[str, dict[str, list[MemoryKey]]] = defaultdict(lambda: defaultdict(list))
    for key in keys:
        by_language[key.target_language][text_hash(key.text)].append(key)
    query = sa.select(table.c.source_language, table.c.text_hash).distinct()
    return {
        key
        for target, by_hash in by_language.items()
        for source, hashed in rows_among(
            connection, query.where(table.c.target_language == target), table.c.text_hash, by_hash, CHUNK
        )
        for key in by_hash[hashed]
        if key.source_language == source
    }


def record(connection: sa.Connection, said: Sequence[Review]) -> None:
    """Keep what people said. What they accept stands in the memory before anything else, what they reject is
    not there any more; for what was said before of the same translation this stands now. Models may be asked
    for it again, whatever the checks refused."""
    upsert(connection, table, in_order(table, map(row_of, said)))
    for one in said:
        if one.verdict is Verdict.REJECTED:
            of_one = of_text(memory, one.source_language, one.target_language, one.text)
            as_said = memory.c.translation == storable(one.translation)
            connection.execute(memory.delete().where(of_one, as_said))
    forget_refusals(connection, map(_key, said))
    accepted = (one for one in said if one.verdict is Verdict.ACCEPTED)
    remember(connection, (Remembered(_key(one), one.translation, PROVIDER, "", APPROVED) for one in accepted))


def _key(one: Review) -> MemoryKey:
    return MemoryKey(one.text, one.source_language, one.target_language, ANY_RECIPE)


def row_of(one: Review) -> dict[str, Any]:
    """A word as it goes into a table."""
    translation = storable(one.translation)
    return {
        "target_language": one.target_language,
        "text_hash": text_hash(one.text),
        "source_language": one.source_language,
        "said": said_hash(translation),
        "text": storable(one.text),
        "translation": translation,
        "verdict": one.verdict,
        "reviewer": storable(one.reviewer),
        "reason": storable(one.reason),
        "reviewed_at": one.reviewed_at,
    }
