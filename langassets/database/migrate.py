"""Bringing a database to this version: part of every start, and safe when two processes start at once."""

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from langassets.database import application
from langassets.database.connection import reading, writing
from langassets.database.schema import SCHEMA, made_tables
from langassets.errors import DatabaseError

# Any number that nobody else takes an advisory lock by: the bytes of "lang".
_LOCK = 0x6C616E67


def version_schema(connection: sa.Connection) -> str | None:
    """The schema that langassets' own tables lie in, None where the database has none."""
    return SCHEMA if connection.dialect.name == "postgresql" else None


def migrate(engine: sa.Engine) -> None:
    """Create or upgrade langassets' own tables, and make those of the application's that do not exist.

    A newer langassets that has been here is no hindrance as long as its schema is of the same generation (the
    first digit of a revision): within one, migrations only add, so that old and new code work side by side
    while one takes the place of the other.

    Raises `DatabaseError` where the schema is of a newer generation, `DatabaseBusyError` where another
    process holds the database for too long.
    """
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    known = {script.revision for script in scripts.walk_revisions()}
    with reading(engine) as connection:
        revision = _revision(connection)
        if (revision == head or _is_newer(revision, known, head)) and not _missing(connection):
            return
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Held to the end of the transaction: it works behind a pooler in transaction mode too.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
        revision = _revision(connection)
        if _is_newer(revision, known, head):
            _make_missing(connection)
            return
        if revision is not None and revision not in known:
            raise DatabaseError(
                f"The database was last used by a newer langassets (its schema is {revision}, this version "
                f"knows {head} as the newest): upgrade langassets, or restore a backup from before."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _make_missing(connection)


def _is_newer(revision: str | None, known: Collection[str], head: str | None) -> bool:
    """Whether a newer langassets made the schema that stands, and this one may work with it."""
    return revision is not None and head is not None and revision not in known and revision[0] == head[0]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: sa.Connection) -> str | None:
    options = {"version_table": "schema_version", "version_table_schema": version_schema(connection)}
    return MigrationContext.configure(connection, opts=options).get_current_revision()


def _missing(connection: sa.Connection) -> list[sa.Table]:
    there = set(sa.inspect(connection).get_table_names()) | set(sa.inspect(connection).get_view_names())
    return [table for table in application.metadata.sorted_tables if table.name not in there]


def _make_missing(connection: sa.Connection) -> None:
    missing = _missing(connection)
    if not missing:
        return
    application.metadata.create_all(connection, tables=missing, checkfirst=True)
    now = datetime.now(UTC)
    connection.execute(made_tables.insert(), [{"name": table.name, "made_at": now} for table in missing])
