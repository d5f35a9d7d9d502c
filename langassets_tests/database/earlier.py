"""A database as an earlier schema had it, with what stands in it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from langassets.database.connection import engine_of
from langassets.database.migrate import MIGRATIONS
from langassets.database.schema import SCHEMA, metadata


def take_back(engine: sa.Engine, revision: str, scratch: Path) -> None:
    """Take away what migrations later than `revision` brought, tables and columns.

    `scratch` is a folder for a database of that time.
    """
    had = _columns_at(revision, scratch)
    postgresql = engine.dialect.name == "postgresql"
    prefix = f"{SCHEMA}." if postgresql else ""
    with engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            if table.name not in had:
                connection.exec_driver_sql(f"DROP TABLE {prefix}{table.name}")
                continue
            for column in set(table.c.keys()) - had[table.name]:
                connection.exec_driver_sql(f"ALTER TABLE {prefix}{table.name} DROP COLUMN {column}")
        connection.exec_driver_sql(f"UPDATE {prefix}schema_version SET version_num = '{revision}'")
    engine.dispose()


def _columns_at(revision: str, scratch: Path) -> dict[str, set[str]]:
    scratch.mkdir(exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    engine = engine_of(None, scratch)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        there = sa.inspect(connection)
        found = {name: {one["name"] for one in there.get_columns(name)} for name in there.get_table_names()}
    engine.dispose()
    return found
