"""The migrations themselves, by Alembic: loaded only where `migrate` has found something to do."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from langassets.database import application
from langassets.database.connection import writing
from langassets.database.migrate import MIGRATIONS, is_newer, known_revisions, missing, revision
from langassets.database.schema import SCHEMA, made_tables
from langassets.errors import DatabaseError

# Any number that nobody else takes an advisory lock by: the bytes of "lang".
_LOCK = 0x6C616E67


def upgrade(engine: sa.Engine) -> None:
    """Run what has not been run, and make what is missing, in one transaction; see `migrate` for what is
    raised."""
    config = _config()
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Held to the end of the transaction: it works behind a pooler in transaction mode too.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
        at = revision(connection)
        if is_newer(at):
            _make_missing(connection)
            return
        if at is not None and at not in known_revisions():
            raise DatabaseError(
                f"The database was last used by a newer langassets (its schema is {at}, this version "
                f"knows {max(known_revisions())} as the newest): upgrade langassets, or restore a backup "
                "from before."
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _make_missing(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _make_missing(connection: sa.Connection) -> None:
    tables = missing(connection)
    if not tables:
        return
    application.metadata.create_all(connection, tables=tables, checkfirst=True)
    now = datetime.now(UTC)
    connection.execute(made_tables.insert(), [{"name": table.name, "made_at": now} for table in tables])
