"""What people added, took out or moved in stored objects, in the database."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from langassets.database.rows import rows_among
from langassets.database.schema import structure_edits as table
from langassets.database.translations.edits import Content
from langassets.translation.edits.skeleton import as_json, from_json
from langassets.translation.edits.structure import StructureEdit


def structures_of(
    connection: sa.Connection, languages: Collection[str], lessons: Collection[str]
) -> dict[Content, StructureEdit]:
    """What people made of the structure of these lessons' objects of some languages (tags)."""
    query = sa.select(table).where(table.c.language.in_(languages))
    return {
        Content(row.language, row.lesson, row.content_type): StructureEdit(
            from_json(json.loads(row.base)), tuple(json.loads(row.sources)), from_json(json.loads(row.edited))
        )
        for row in rows_among(connection, query, table.c.lesson, sorted(lessons))
    }


def replace(connection: sa.Connection, contents: Mapping[Content, StructureEdit | None]) -> None:
    """Keep these, in place of what was kept of their contents; None for nothing."""
    now = datetime.now(UTC)
    for content, edit in contents.items():
        at = [table.c[name] == one for name, one in content._asdict().items()]
        connection.execute(table.delete().where(*at))
        if edit:
            values = {"base": as_json(edit.base), "sources": edit.sources, "edited": as_json(edit.edited)}
            written = {name: _written(value) for name, value in values.items()}
            connection.execute(table.insert().values(**content._asdict(), **written, learnt_at=now))


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
