"""What people changed in stored objects at one place, which it follows, in the database."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

import sqlalchemy as sa

from langassets.database.rows import rows_among
from langassets.database.schema import edits as table
from langassets.database.schema import pending_writes, stored_objects
from langassets.locales import is_language_code, tag_of
from langassets.translation.edits.placing import Edit, place_edits
from langassets.translation.types import Wording


class Content(NamedTuple):
    """One content in one language (a tag)."""

    language: str
    lesson: str
    content_type: str

    @classmethod
    def of(cls, row: Any) -> Self:
        """The content that a row is of."""
        return cls(row.language, row.lesson, row.content_type)

    def rows(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """Whether a row is of this content."""
        return sa.and_(*(table.c[name] == value for name, value in self._asdict().items()))


def edits_of(connection: sa.Connection, language: str, lessons: Collection[str]) -> dict[Content, list[Edit]]:
    """What people changed in these lessons' objects of one language (a tag), by place."""
    return edits_in(connection, {language}, lessons)


def make_again(connection: sa.Connection, contents: Collection[Content]) -> None:
    """Say of the objects of these contents that no recipe made them, so that the next preload makes them
    again: somebody said something of one of their places."""
    lessons = {one.lesson for one in contents}
    for objects in (stored_objects, pending_writes):
        columns = (objects.c.key, objects.c.language, objects.c.lesson, objects.c.content_type)
        rows = connection.execute(sa.select(*columns).where(objects.c.lesson.in_(lessons)))
        keys = [
            key
            for key, language, *content in rows
            if is_language_code(language) and Content(tag_of(language), *content) in contents
        ]
        connection.execute(objects.update().where(objects.c.key.in_(keys)).values(recipe=""))


def edits_in(
    connection: sa.Connection, languages: Collection[str], lessons: Collection[str]
) -> dict[Content, list[Edit]]:
    """The same for several languages in one look."""
    found = defaultdict[Content, list[Edit]](list)
    query = sa.select(table).where(table.c.language.in_(languages)).order_by(table.c.place, table.c.source)
    for row in rows_among(connection, query, table.c.lesson, sorted(lessons)):
        found[Content.of(row)].append(_edit(row))
    return dict(found)


def every_edit(connection: sa.Connection, language: str) -> dict[Content, list[Edit]]:
    """What people changed in all objects of one language (a tag), by place."""
    lessons = sa.select(table.c.lesson).where(table.c.language == language).distinct()
    return edits_of(connection, language, list(connection.scalars(lessons)))


def learnt_at(connection: sa.Connection, content: Content) -> dict[str, datetime]:
    """When what people changed in a content was learnt, the newest of each text, by its hash."""
    query = sa.select(table.c.source, sa.func.max(table.c.learnt_at)).where(content.rows(table))
    return dict(row._tuple() for row in connection.execute(query.group_by(table.c.source)))


def replace(connection: sa.Connection, contents: Mapping[Content, Iterable[Edit]]) -> None:
    """Keep these edits, in place of what was kept of their contents."""
    now = datetime.now(UTC)
    for content, found in contents.items():
        known = {
            (row.source, row.text, row.parts): row.learnt_at
            for row in connection.execute(sa.select(table).where(content.rows(table)))
        }
        rows = [content._asdict() | _row(edit) for edit in found]
        for row in rows:
            row["learnt_at"] = known.get((row["source"], row["text"], row["parts"]), now)
        connection.execute(table.delete().where(content.rows(table)))
        if rows:
            connection.execute(table.insert(), rows)


def follow(
    connection: sa.Connection, made: Mapping[Content, Sequence[str] | None]
) -> dict[Content, list[Edit]]:
    """Have edits follow their segments, in contents that were made of these (hashes, by place; None where
    that is not known). Returns what people changed in them, as it is then."""
    known = edits_in(connection, {one.language for one in made}, {one.lesson for one in made})
    for content, edits in known.items():
        sources = made.get(content)
        if sources is not None and (now := place_edits(edits, sources).every) != tuple(edits):
            replace(connection, {content: now})
            edits[:] = now
    return known


def _row(edit: Edit) -> dict[str, Any]:
    parts = json.dumps(dict(edit.wording.parts), ensure_ascii=False) if edit.wording.parts else None
    columns = {name: getattr(edit, name) for name in ("place", "source", "before", "after", "source_text")}
    return columns | {"text": edit.wording.text, "parts": parts}


def _edit(row: Any) -> Edit:
    parts = {int(number): part for number, part in json.loads(row.parts or "{}").items()}
    return Edit(row.place, row.source, row.before, row.after, row.source_text, Wording(row.text, parts))
