"""What a model translated lately and no person has spoken for: what there is to review."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from langassets.database.rows import rows_among
from langassets.database.schema import refusals
from langassets.database.schema import translation_memory as table
from langassets.database.translations.stored import of_text, same_text
from langassets.translation.recipes import ANY_RECIPE, text_hash
from langassets.translation.types import Memory, MemoryKey


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
    spoken_for = sa.exists().where(same_text(person, table), person.c.recipe == ANY_RECIPE)
    query = sa.select(table.c.source_language, table.c.text_hash, table.c.recipe, table.c.translation).where(
        table.c.target_language == target_language, table.c.recipe != ANY_RECIPE, ~spoken_for
    )
    return _since(connection, query, table.c.created_at, since)


def doubted(
    connection: sa.Connection, target_language: str, since: datetime | None = None
) -> Iterator[Unreviewed]:
    """What models stood by and a check doubts, into a language (a tag), of `since` or later: it is not in
    memory, and a lesson may have it all the same."""
    query = sa.select(
        refusals.c.source_language, refusals.c.text_hash, refusals.c.recipe, refusals.c.translation
    ).where(refusals.c.target_language == target_language, refusals.c.doubted)
    return _since(connection, query, refusals.c.refused_at, since)


def _since(
    connection: sa.Connection, query: sa.Select[Any], at: sa.ColumnElement[datetime], since: datetime | None
) -> Iterator[Unreviewed]:
    if since is not None:
        query = query.where(at >= since)
    for row in connection.execute(query.execution_options(yield_per=1000)):
        yield Unreviewed(*row)


def remembered_texts(
    connection: sa.Connection, target_language: str, hashes: set[str]
) -> set[tuple[str, str]]:
    """Which texts, by source language and hash, the memory holds any translation of into a language."""
    query = sa.select(table.c.source_language, table.c.text_hash).distinct()
    query = query.where(table.c.target_language == target_language)
    rows = rows_among(connection, query, table.c.text_hash, sorted(hashes))
    return {(source, hashed) for source, hashed in rows}


def languages_of(connection: sa.Connection, source_language: str, text: str) -> list[str]:
    """Which languages (tags) the memory holds a translation of a text into."""
    query = sa.select(table.c.target_language).distinct()
    known = (table.c.source_language == source_language, table.c.text_hash == text_hash(text))
    return sorted(connection.scalars(query.where(*known)))


def sources_of(connection: sa.Connection, text: str) -> list[str]:
    """From which languages (tags) the memory holds a translation of a text."""
    query = sa.select(table.c.source_language).distinct().where(table.c.text_hash == text_hash(text))
    return sorted(connection.scalars(query))


def in_use(connection: sa.Connection, memory: Memory, keys: Sequence[MemoryKey]) -> str | None:
    """The translation of a text that lessons are made with, `keys` being what the memory knows it by: what it
    holds, or else what a check doubts. None for none."""
    known = memory.recall(keys)
    if found := next((known[key] for key in keys if key in known), None):
        return found
    if not keys:
        return None
    first = keys[0]
    query = sa.select(refusals.c.recipe, refusals.c.translation).where(
        of_text(refusals, first.source_language, first.target_language, first.text),
        refusals.c.doubted,
        refusals.c.translation.is_not(None),
    )
    by_recipe = {row.recipe: row.translation for row in connection.execute(query)}
    return next((by_recipe[key.recipe] for key in keys if key.recipe in by_recipe), None)
