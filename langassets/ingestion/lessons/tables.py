"""Writing lessons: only into tables that langassets made itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from langassets.database.application import content, content_types, topics
from langassets.database.schema import made_tables
from langassets.errors import InputError


def refuse_application(connection: sa.Connection, *others: sa.Table) -> None:
    """Raises `InputError` where the lessons' tables, or `others`, belong to an existing application."""
    made = set(connection.scalars(sa.select(made_tables.c.name)))
    theirs = [table.name for table in (topics, content, content_types, *others) if table.name not in made]
    if theirs:
        raise InputError(
            f"The database belongs to an existing application ({' and '.join(theirs)} were there before), "
            "whose lessons langassets reads but never writes. Nothing was imported: add lessons in the "
            "application, or unset DATABASE_URL for a database of langassets' own."
        )


def write_content(connection: sa.Connection, topic_id: int, type_name: str, data: Any, now: datetime) -> None:
    """Set a lesson's content of one type, in the newest row there is of it, or in a new one."""
    type_id = _type_id(connection, type_name)
    newest = sa.select(sa.func.max(content.c.content_id)).where(
        content.c.topic_id == topic_id, content.c.content_type_id == type_id
    )
    updated = connection.execute(
        content.update()
        .where(content.c.content_id == newest.scalar_subquery())
        .values(content_data=data, updated_at=now)
    )
    if not updated.rowcount:
        add_contents(connection, type_name, {topic_id: data}, now)


def add_contents(connection: sa.Connection, type_name: str, every: Mapping[int, Any], now: datetime) -> None:
    """Give lessons, by their ids, a content of one type that they have none of."""
    type_id = _type_id(connection, type_name)
    times = {"created_at": now, "updated_at": now}
    same = {"content_type_id": type_id, "generation_method_id": "imported", **times}
    rows = [{"topic_id": topic_id, "content_data": data, **same} for topic_id, data in every.items()]
    connection.execute(content.insert(), rows)


def _type_id(connection: sa.Connection, type_name: str) -> int:
    query = sa.select(content_types.c.type_id).where(content_types.c.type_name == type_name)
    insert = content_types.insert().values(type_name=type_name).returning(content_types.c.type_id)
    found: int | None = connection.execute(query).scalar_one_or_none()
    made: int = connection.execute(insert).scalar_one() if found is None else found
    return made
