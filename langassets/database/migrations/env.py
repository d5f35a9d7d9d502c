"""What Alembic runs: the connection comes from `migrate`, which holds the lock and ends the transaction."""

from alembic import context

from langassets.database.migrate import version_schema
from langassets.database.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table="schema_version",
    version_table_schema=version_schema(connection),
    include_schemas=True,
    include_name=lambda name, kind, _parents: kind != "schema" or name == version_schema(connection),
)
context.run_migrations()
