"""What people said of the translation at one place of one content alone."""

from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.rows import upsert
from langassets.database.schema import place_reviews as table
from langassets.database.translations.reviews import Review, Verdict, review_of, row_of
from langassets.database.translations.stored import of_text


class Place(NamedTuple):
    """A segment's place in a content, from 0."""

    lesson: str
    content_type: str
    place: int

    @property
    def name(self) -> str:
        """What a person calls it by: `17/text/4`."""
        return "/".join(map(str, self))


def reviews_at(
    connection: sa.Connection, place: Place, source: str, target: str, text: str, *, alone: bool
) -> list[Review]:
    """What was said of a text at a place, the newest first; languages are tags. Where the text stands `alone`
    in its content, it may have stood at another place then."""
    in_content = (table.c.lesson == place.lesson, table.c.content_type == place.content_type)
    query = sa.select(table).where(of_text(table, source, target, text), *in_content)
    if not alone:
        query = query.where(table.c.place == place.place)
    return [review_of(row) for row in connection.execute(query.order_by(table.c.reviewed_at.desc()))]


def record_at(connection: sa.Connection, place: Place, said: Review) -> None:
    """Keep what somebody said of a place; what was said of the same translation there before gives way."""
    upsert(connection, table, [row_of(said) | place._asdict()])


def last_words(connection: sa.Connection, target: str, lesson: str | None = None) -> dict[Place, Review]:
    """The last word at each place that somebody spoke of alone, in a language (a tag); of one lesson's places
    where it is given."""
    query = sa.select(table).where(table.c.target_language == target).order_by(table.c.reviewed_at)
    if lesson is not None:
        query = query.where(table.c.lesson == lesson)
    return {
        Place(row.lesson, row.content_type, row.place): review_of(row) for row in connection.execute(query)
    }


def rejected_places(connection: sa.Connection, target: str) -> dict[Place, Review]:
    """The places at which a rejection is the last word, in a language (a tag)."""
    every = last_words(connection, target).items()
    return {place: one for place, one in every if one.verdict is Verdict.REJECTED}
