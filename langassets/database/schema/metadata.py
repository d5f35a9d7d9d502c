"""What all tables of langassets' own are defined in and by.

Columns that stand together in a table and are alike are named together, with their types.
"""

from typing import Any

import sqlalchemy as sa

SCHEMA = "langassets"
metadata = sa.MetaData(schema=SCHEMA)

Columns = list[sa.Column[Any]]


def keys(**types: Any) -> Columns:
    """Columns of the primary key."""
    return [sa.Column(name, kind, primary_key=True) for name, kind in types.items()]


def required(**types: Any) -> Columns:
    """Columns that always have a value."""
    return [sa.Column(name, kind, nullable=False) for name, kind in types.items()]


def optional(**types: Any) -> Columns:
    """Columns that may be NULL."""
    return [sa.Column(name, kind) for name, kind in types.items()]


def required_index(name: str, kind: Any) -> sa.Column[Any]:
    """A column that always has a value, and is looked up by."""
    return sa.Column(name, kind, nullable=False, index=True)


def counts(*names: str) -> Columns:
    """Numbers that came to a table later: 0 in the rows from before."""
    return [sa.Column(name, sa.BigInteger, nullable=False, server_default="0") for name in names]
