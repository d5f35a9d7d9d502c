"""Which installation a database belongs to, and with a bucket which deployment."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from langassets import database, lazy

if TYPE_CHECKING:
    import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Deployment:
    """One database and one bucket: `tag` are 8 hexadecimal digits that tell it from any other, however its
    database is addressed; `database` and `bucket` say for people where they are, without a secret."""

    tag: str
    database: str
    bucket: str

    def __str__(self) -> str:
        return f"{self.tag} (database {self.database}, bucket {self.bucket})"


def installation_id(connection: sa.Connection) -> str:
    """The identity of this database's installation, a UUID: it stays when the database moves."""
    found: str = connection.execute(lazy.sqlalchemy.select(database.schema.installation.c.id)).scalar_one()
    return found


def deployment_of(installation: str, database: str, bucket: str) -> Deployment:
    """The deployment of the database with this identity and the bucket at `bucket`."""
    tag = hashlib.sha256(f"{installation}\n{bucket}".encode()).hexdigest()[:8]
    return Deployment(tag, database, bucket)


def named(url: sa.URL) -> str:
    """A database for people: the file of an embedded one, else host, port and name."""
    if url.drivername.startswith("sqlite"):
        return str(Path(url.database or "").resolve())
    host = url.host or url.query.get("host") or "localhost"
    return f"{host}:{url.port or 5432}/{url.database or ''}"
