"""What people added, took out or moved in stored objects, in the database."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa

from langassets.database.rows import rows_among
from langassets.database.schema import structure_edits
from langassets.database.translations.edits import Content
from langassets.translation.edits.skeleton import as_json, from_json
from langassets.translation.edits.structure import StructureEdit


def structures_of(
    connection: sa.Connection, languages: Collection[str], lessons: Collection[str]
) -> dict[Content, StructureEdit]:
    """What people made of the structure of these lessons' objects of some languages (tags)."""
    query = sa.select(structure_edits).where(structure_edits.c.language.in_(languages))
    return {
        Content.of(row): StructureEdit(
            from_json(json.loads(row.base)), tuple(json.loads(row.sources)), from_json(json.loads(row.edited))
        )
        for row in rows_among(connection, query, structure_edits.c.lesson, sorted(lessons))
    }


def replace_structures(connection: sa.Connection, contents: Mapping[Content, StructureEdit | None]) -> None:
    """Keep these, in place of what was kept of their contents; None for nothing."""
    now = datetime.now(UTC)
    for content, edit in contents.items():
        connection.execute(structure_edits.delete().where(content.rows(structure_edits)))
        if edit:
            values = {"base": as_json(edit.base), "sources": edit.sources, "edited": as_json(edit.edited)}
            written = {name: json.dumps(value, separators=(",", ":")) for name, value in values.items()}
            row = content._asdict() | written | {"learnt_at": now}
            connection.execute(structure_edits.insert().values(row))
