"""Which texts each content consists of, so that what a correction concerns is found without reading it."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.rows import CHUNK, chunks, upsert
from langassets.database.schema import content_texts

_AT_ONCE = 500  # SQLite plans long lists slowly


class ContentTexts(NamedTuple):
    """The texts of one content whose data has this hash: their short hashes, `packed`."""

    lesson: str
    content_type: str
    source_hash: str
    texts: bytes


def kept_texts(connection: sa.Connection) -> Iterator[ContentTexts]:
    """What is known of every content, as it comes; read to the end in one transaction."""
    query = sa.select(content_texts).execution_options(yield_per=CHUNK)
    for row in connection.execute(query):
        yield ContentTexts(*row)


def kept_texts_of(connection: sa.Connection, lessons: Collection[str]) -> Iterator[ContentTexts]:
    """What is known of the contents of some lessons."""
    for some in chunks(lessons, _AT_ONCE):
        query = sa.select(content_texts).where(content_texts.c.lesson.in_(some))
        for row in connection.execute(query):
            yield ContentTexts(*row)


def keep_texts(connection: sa.Connection, found: Iterable[ContentTexts]) -> None:
    """Keep the texts of contents, in place of what was known of them."""
    upsert(connection, content_texts, (one._asdict() for one in found))
