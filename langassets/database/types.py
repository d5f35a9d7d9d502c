"""Column types that mean the same on PostgreSQL and SQLite."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from langassets import lazy

_PARTS = 10**12


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: aware in Python, naive UTC in the database, as the application's own columns are."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored: it could be any of 26 hours")
        return (value if value.tzinfo is UTC else value.astimezone(UTC)).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Dollars(sa.types.TypeDecorator[Decimal]):
    """Money: decimal in Python, and a whole number of millionths of a millionth of a dollar in the database,
    so that both add it up exactly: SQLite has no decimals, and its sums hold up to nine million dollars."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int((value * _PARTS).to_integral_value())

    def process_result_value(self, value: int | Decimal | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / _PARTS


class Json(sa.types.TypeDecorator[Any]):
    """Anything that JSON can say. PostgreSQL's own types are loaded where PostgreSQL is used."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(lazy.sqlalchemy_dialects_postgresql.JSONB())
        return dialect.type_descriptor(sa.JSON())


class Texts(Json):
    """A list of texts."""

    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(lazy.sqlalchemy_dialects_postgresql.ARRAY(sa.Text()))
        return super().load_dialect_impl(dialect)
