"""Requests by language, lesson and day: written in bulk, aggregated in SQL."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.application import topics
from langassets.database.connection import writing
from langassets.database.schema import lesson_usage
from langassets.database.usage.incoming import UPSERT, stage, table_of, take_in
from langassets.database.usage.lesson_names import lesson_names
from langassets.locales import is_language_code, tag_of

# PostgreSQL adds up big integers as numeric, which would arrive as Decimal.
_SUM = sa.cast(sa.func.sum(lesson_usage.c.requests), sa.BigInteger)
_FEW = 1000  # more go in bulk: one by one they take fifteen times as long in PostgreSQL


class UsageRow(NamedTuple):
    """So many requests for a lesson in a language (the application's code) on a day, in UTC."""

    language: str
    lesson: str
    day: date
    requests: int


class DailyRequests(NamedTuple):
    """All requests for a language on a day, in UTC."""

    language: str
    day: date
    requests: int


class LessonRequests(NamedTuple):
    """How often a lesson was requested, and when last."""

    requests: int
    last_day: date


def add_requests(engine: sa.Engine, rows: Iterable[UsageRow]) -> None:
    """Add requests to what is recorded, all or nothing; whether they make sense is checked before."""
    with writing(engine) as connection:
        add_requests_within(connection, rows)


def add_requests_within(connection: sa.Connection, rows: Iterable[UsageRow]) -> None:
    """The same as part of the caller's transaction. Holds the rows in memory: hand in 100,000 at most."""
    # A statement may touch a row only once; and writers that go in the same order never lock each other out.
    sums = defaultdict[tuple[str, str, str], int](int)
    for language, lesson, day, requests in rows:
        sums[language, day.isoformat(), lesson] += requests
    added = [(*key, requests) for key, requests in sorted(sums.items())]
    if len(added) > _FEW:
        stage(connection, added)
        take_in(connection)
    elif added:
        # The driver's own executemany: through SQLAlchemy's, SQLite takes three times as long.
        sign = "%s" if connection.dialect.name == "postgresql" else "?"
        values = f"VALUES ({', '.join([sign] * 4)})"
        connection.exec_driver_sql(UPSERT.format(table=table_of(connection), rows=values), added)


def record_request(engine: sa.Engine, language: str, lesson: str, at: datetime) -> None:
    """Add one request that was made at `at` (aware)."""
    add_requests(engine, [UsageRow(language, lesson, at.astimezone(UTC).date(), 1)])


def daily_requests(connection: sa.Connection) -> list[DailyRequests]:
    """Requests for each language and day, in that order."""
    by = (lesson_usage.c.language, lesson_usage.c.day)
    query = sa.select(*by, _SUM).group_by(*by).order_by(*by)
    return [DailyRequests(*row) for row in connection.execute(query)]


def lesson_requests(connection: sa.Connection, language: str | None = None) -> dict[str, LessonRequests]:
    """How often each lesson was requested in `language`, under whichever of its codes (None: in all languages
    together), and when last; by number, whatever it was called, and by what was written where that means no
    lesson."""
    usage = lesson_usage.c
    query = sa.select(usage.lesson, _SUM, sa.func.max(usage.day)).group_by(usage.lesson)
    if language is not None:
        codes = [code for code in spellings(connection) if is_language_code(code)]
        query = query.where(usage.language.in_([code for code in codes if tag_of(code) == tag_of(language)]))
    numbers = _numbers_of(connection, _strange_names(connection))
    found: dict[str, LessonRequests] = {}
    for name, requests, last in connection.execute(query):
        lesson = numbers.get(name, name)
        before = found.get(lesson, LessonRequests(0, last))
        found[lesson] = LessonRequests(before.requests + requests, max(before.last_day, last))
    return found


def settle_names(connection: sa.Connection, numbers: Collection[str]) -> None:
    """Have the usage of these lessons stand under their numbers, before the names that it came under go."""
    usage = lesson_usage.c
    for name, number in _numbers_of(connection, _strange_names(connection)).items():
        if number not in numbers:
            continue
        rows = connection.execute(sa.select(lesson_usage).where(usage.lesson == name)).all()
        connection.execute(lesson_usage.delete().where(usage.lesson == name))
        add_requests_within(
            connection, [UsageRow(row.language, number, row.day, row.requests) for row in rows]
        )


def unmatched_requests(connection: sa.Connection) -> dict[str, int]:
    """Requests, in all languages, under names that mean no lesson: the most requested first."""
    usage = lesson_usage.c
    query = sa.select(usage.lesson, _SUM).where(_IS_STRANGE).group_by(usage.lesson)
    requests = dict(row._tuple() for row in connection.execute(query))
    numbers = _numbers_of(connection, requests)
    unmatched = [(name, count) for name, count in requests.items() if name not in numbers]
    return dict(sorted(unmatched, key=lambda one: (-one[1], one[0])))


# What is no number of a lesson: nearly always nothing, so that names are seldom read.
_IS_STRANGE = lesson_usage.c.lesson.not_in(sa.select(sa.cast(topics.c.topic_id, sa.String)))


def _strange_names(connection: sa.Connection) -> list[str]:
    return list(connection.scalars(sa.select(lesson_usage.c.lesson).where(_IS_STRANGE).distinct()))


def _numbers_of(connection: sa.Connection, written: Collection[str]) -> dict[str, str]:
    """By name, the numbers of the lessons that are meant; what means none is left out."""
    if not written:
        return {}
    names = lesson_names(connection)
    return {name: number for name in written if (number := names.number_of(name)) is not None}


def spellings(connection: sa.Connection) -> list[str]:
    """The codes that usage was recorded under, in order. One look into the index for each."""
    usage = lesson_usage.c
    codes = sa.select(sa.func.min(usage.language).label("code")).cte("codes", recursive=True)
    later = sa.select(sa.func.min(usage.language)).where(usage.language > codes.c.code).scalar_subquery()
    codes = codes.union_all(sa.select(later).where(codes.c.code.is_not(None)))
    return list(connection.scalars(sa.select(codes.c.code).where(codes.c.code.is_not(None))))


def total_requests(connection: sa.Connection) -> dict[str, int]:
    """All requests ever recorded for each language."""
    usage = lesson_usage.c
    query = sa.select(usage.language, _SUM).group_by(usage.language)
    return dict(row._tuple() for row in connection.execute(query))
