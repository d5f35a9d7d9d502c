"""Which installation a database belongs to."""

import sqlalchemy as sa

from langassets.database.schema import installation


def installation_id(connection: sa.Connection) -> str:
    """The identity of this database's installation, a UUID: it stays when the database moves."""
    found: str = connection.execute(sa.select(installation.c.id)).scalar_one()
    return found
