"""The segments of stored objects: what stands at each place, written with the object's manifest entry."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import LOOKUP, change_among, chunks, insert
from langassets.database.schema import segments as table
from langassets.database.schema import stored_objects, translation_memory
from langassets.database.translations.stored import APPROVED, rows_of_texts
from langassets.translation.documents.stored import Said, SegmentOrigin, State, StoredSegment
from langassets.translation.recipes import ANY_RECIPE

STANDING = stored_objects.c.key.startswith(stored_objects.c.language + "/lessons/")
"""Whether an object stands: it is not in the archive."""

Counts = dict[str, int]
"""How many segments are in each state, those in none left out."""


def replace(connection: sa.Connection, objects: Mapping[str, Sequence[StoredSegment]]) -> None:
    """Say what stands in these objects, by key, in place of what was known of them."""
    change_among(connection, table.delete(), table.c.key, objects)
    rows = (
        {"key": key, "place": place, **one._asdict(), "findings": one.findings or None}
        for key, found in objects.items()
        for place, one in enumerate(found)
    )
    insert(connection, table, rows)


def segments_of(connection: sa.Connection, keys: Iterable[str]) -> dict[str, tuple[StoredSegment, ...]]:
    """What stands in each of these objects, as far as it is known of the object as it was stored."""
    current = sa.select(stored_objects.c.key).where(stored_objects.c.segments_etag == stored_objects.c.etag)
    found: dict[str, list[StoredSegment]] = {}
    for chunk in chunks(keys, LOOKUP):
        chosen = current.where(stored_objects.c.key.in_(chunk))
        found |= {key: [] for key in connection.scalars(chosen)}
        query = sa.select(table).where(table.c.key.in_(list(found.keys() & set(chunk))))
        for row in connection.execute(query.order_by(table.c.key, table.c.place)):
            found[row.key].append(_segment(row[2:]))
    return {key: tuple(one) for key, one in found.items()}


def counts(connection: sa.Connection, languages: Collection[str] = ()) -> dict[str, Counts]:
    """How many segments of standing objects are in each state, by language; of some alone where they are
    given."""
    query = _counted(stored_objects.c.language, table.c.state).where(STANDING)
    if languages:
        query = query.where(stored_objects.c.language.in_(list(languages)))
    found: dict[str, Counts] = {}
    for language, state, count in connection.execute(query):
        found.setdefault(language, {})[state] = count
    return found


def doubted(connection: sa.Connection) -> Counts:
    """How many segments of standing objects a check doubts, by language."""
    language = stored_objects.c.language
    query = _counted(language).where(STANDING, table.c.findings.is_not(None)).order_by(language)
    return dict(row._tuple() for row in connection.execute(query))


def doubted_lessons(connection: sa.Connection, language: str) -> dict[str, int]:
    """How many segments of each lesson's standing objects in a language a check doubts."""
    standing = stored_objects.c.key.startswith(f"{language}/lessons/", autoescape=True)
    query = _counted(stored_objects.c.lesson).where(standing, table.c.findings.is_not(None))
    return dict(row._tuple() for row in connection.execute(query))


def reviewed_sources(connection: sa.Connection, language: str) -> set[str]:
    """The hashes of texts that a person spoke for in every object of a language that has them."""
    query = sa.select(table.c.source).distinct().join(stored_objects, stored_objects.c.key == table.c.key)
    query = query.where(stored_objects.c.language == language)
    reviewed = table.c.state == State.REVIEWED
    return set(connection.scalars(query.where(reviewed).except_(query.where(~reviewed))))


def in_order(found: Counts) -> Counts:
    """Counts from the first state to the last, for people to read."""
    return {str(state): found[state] for state in State if found.get(state)}


def mark_approved(connection: sa.Connection, language: str, tag: str, recipe: str) -> None:
    """Say `reviewed` of what a person approved since it was stored, in those objects of a language that
    `recipe` (the language's part) would make as they stand."""
    memory = translation_memory.c
    approved = sa.select(sa.func.substr(memory.text_hash, 1, 16)).where(
        memory.target_language == tag, memory.recipe == ANY_RECIPE, memory.origin == APPROVED
    )
    objects = stored_objects.c
    fresh = sa.select(objects.key).where(
        objects.language == language,
        sa.or_(objects.recipe == recipe, objects.recipe.startswith(f"{recipe}.", autoescape=True)),
    )
    connection.execute(
        table.update()
        .where(
            table.c.state.in_([State.TRANSLATED, State.INITIAL]),
            table.c.source.in_(approved),
            table.c.key.in_(fresh),
        )
        .values(state=State.REVIEWED, findings=None)
    )


def written(found: Sequence[StoredSegment] | None) -> str | None:
    """Segments as JSON, for an object that is about to be written."""
    return None if found is None else json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def read(kept: str | None) -> tuple[StoredSegment, ...] | None:
    """What was `written`."""
    return None if kept is None else tuple(map(_segment, json.loads(kept)))


def said_of(connection: sa.Connection, source: str, target: str, texts: Iterable[str]) -> dict[str, Said]:
    """What people approved or imported of these texts, from one language into another (tags)."""
    return said_of_each(connection, {(source, target): texts})[source, target]


def said_of_each(
    connection: sa.Connection, texts: Mapping[tuple[str, str], Iterable[str]]
) -> dict[tuple[str, str], dict[str, Said]]:
    """The same of the texts of several pairs of languages, in one look: they mostly have the same."""
    memory = translation_memory.c
    columns = (memory.source_language, memory.target_language, memory.text_hash, memory.translation)
    query = sa.select(*columns, memory.origin == APPROVED).where(memory.recipe == ANY_RECIPE)
    found: dict[tuple[str, str], dict[str, Said]] = {pair: {} for pair in texts}
    for pair, text, (*_, translation, approved) in rows_of_texts(
        connection, query, translation_memory, texts
    ):
        found[pair][text] = Said(translation, bool(approved))
    return found


def _counted(*by: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """By these columns, the number of segments of objects."""
    return (
        sa.select(*by, sa.func.count()).join_from(table, stored_objects, stored_objects.c.key == table.c.key)
    ).group_by(*by)


def _segment(row: Sequence[str]) -> StoredSegment:
    source, target, state, origin, findings = row
    return StoredSegment(source, target, State(state), SegmentOrigin(origin), findings or "")
