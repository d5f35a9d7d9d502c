"""Bringing a database to this version: part of every start, and safe when two processes start at once.

Nearly every start finds nothing to do: that takes a look, and Alembic is not loaded for it.
"""

from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from langassets import lazy
from langassets.database import application
from langassets.database.connection import reading, writing
from langassets.database.schema import SCHEMA, made_tables
from langassets.errors import DatabaseError

MIGRATIONS = Path(__file__).parent / "migrations"

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
    with reading(engine) as connection:
        at = revision(connection)
        if (at == max(known_revisions()) or is_newer(at)) and not missing(connection):
            return
    _upgrade(engine)


def known_revisions() -> set[str]:
    """The migrations that this version knows, by the names of their files: they are numbered in order."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return {file.name.partition("_")[0] for file in files}


def is_newer(revision: str | None) -> bool:
    """Whether a newer langassets made the schema that stands, and this one may work with it."""
    known = known_revisions()
    return revision is not None and revision not in known and revision[0] == max(known)[0]


def revision(connection: sa.Connection) -> str | None:
    """The migration that the database is at, None where there was none yet."""
    schema = version_schema(connection)
    if not sa.inspect(connection).has_table("schema_version", schema):
        return None
    table = sa.table("schema_version", sa.column("version_num"), schema=schema)
    found: str | None = connection.scalar(sa.select(table.c.version_num))
    return found


def missing(connection: sa.Connection) -> list[sa.Table]:
    """Tables of the application's that are not there."""
    there = set(sa.inspect(connection).get_table_names()) | set(sa.inspect(connection).get_view_names())
    return [table for table in application.metadata.sorted_tables if table.name not in there]


def _upgrade(engine: sa.Engine) -> None:
    """Run what has not been run, and make what is missing, in one transaction; see `migrate` for what is
    raised."""
    config = lazy.alembic_config.Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Held to the end of the transaction: it works behind a pooler in transaction mode too.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
        at = revision(connection)
        if not is_newer(at):
            if at is not None and at not in known_revisions():
                raise DatabaseError(
                    f"The database was last used by a newer langassets (its schema is {at}, this version "
                    f"knows {max(known_revisions())} as the newest): upgrade langassets, or restore a backup "
                    "from before."
                )
            config.attributes["connection"] = connection
            lazy.alembic_command.upgrade(config, "head")
        if tables := missing(connection):
            application.metadata.create_all(connection, tables=tables, checkfirst=True)
            now = datetime.now(UTC)
            made = [{"name": table.name, "made_at": now} for table in tables]
            connection.execute(made_tables.insert(), made)
