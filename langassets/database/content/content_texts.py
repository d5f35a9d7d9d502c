"""Which texts each content consists of, so that what a correction concerns is found without reading it."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.rows import CHUNK, upsert
from langassets.database.schema import content_texts


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


def keep_texts(connection: sa.Connection, found: Iterable[ContentTexts]) -> None:
    """Keep the texts of contents, in place of what was known of them."""
    upsert(connection, content_texts, (one._asdict() for one in found))
