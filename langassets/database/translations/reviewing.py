"""What a model translated lately and no person has spoken for: what there is to review."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.rows import chunks
from langassets.database.schema import refusals
from langassets.database.schema import translation_memory as table
from langassets.translation.recipes import ANY_RECIPE


class Unreviewed(NamedTuple):
    """A model's translation in memory: what it was made from (by its hash), by which recipe, and its text."""

    source_language: str
    text_hash: str
    recipe: str
    translation: str


def unreviewed(
    connection: sa.Connection, target_language: str, since: datetime | None = None
) -> Iterator[Unreviewed]:
    """Models' translations into a language (a tag), of `since` or later, that nothing approved or imported
    stands before."""
    person = table.alias()
    spoken_for = sa.exists().where(
        person.c.target_language == table.c.target_language,
        person.c.text_hash == table.c.text_hash,
        person.c.source_language == table.c.source_language,
        person.c.recipe == ANY_RECIPE,
    )
    query = sa.select(table.c.source_language, table.c.text_hash, table.c.recipe, table.c.translation).where(
        table.c.target_language == target_language, table.c.recipe != ANY_RECIPE, ~spoken_for
    )
    if since is not None:
        query = query.where(table.c.created_at >= since)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield Unreviewed(*row)


def doubted(
    connection: sa.Connection, target_language: str, since: datetime | None = None
) -> Iterator[Unreviewed]:
    """What models stood by and a check doubts, into a language (a tag), of `since` or later: it is not in
    memory, and a lesson may have it all the same."""
    query = sa.select(
        refusals.c.source_language, refusals.c.text_hash, refusals.c.recipe, refusals.c.translation
    ).where(refusals.c.target_language == target_language, refusals.c.doubted)
    if since is not None:
        query = query.where(refusals.c.refused_at >= since)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield Unreviewed(*row)


def remembered_texts(
    connection: sa.Connection, target_language: str, hashes: set[str]
) -> set[tuple[str, str]]:
    """Which texts, by source language and hash, the memory holds any translation of into a language."""
    query = sa.select(table.c.source_language, table.c.text_hash).distinct()
    query = query.where(table.c.target_language == target_language)
    return {
        (source, hashed)
        for chunk in chunks(sorted(hashes), 500)
        for source, hashed in connection.execute(query.where(table.c.text_hash.in_(chunk)))
    }
