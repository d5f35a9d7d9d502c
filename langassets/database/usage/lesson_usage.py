"""Requests by language, lesson and day: written in bulk, aggregated in SQL."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

import sqlalchemy as sa

from langassets.database.connection import writing
from langassets.database.schema import lesson_usage
from langassets.database.upsert import upsert
from langassets.database.usage.bulk import add_many

# From here on the database's own way of taking many rows is worth its preparations.
_FEW = 1000


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
    sums = defaultdict[tuple[str, date, str], int](int)
    for language, lesson, day, requests in rows:
        sums[language, day, lesson] += requests
    added = [(*key, requests) for key, requests in sorted(sums.items())]
    if len(added) > _FEW:
        add_many(connection, added)
        return
    names = ("language", "day", "lesson", "requests")
    upsert(
        connection,
        lesson_usage,
        (dict(zip(names, row, strict=True)) for row in added),
        lambda new: {"requests": lesson_usage.c.requests + new.requests},
    )


def record_request(engine: sa.Engine, language: str, lesson: str, at: datetime) -> None:
    """Add one request that was made at `at` (aware)."""
    add_requests(engine, [UsageRow(language, lesson, at.astimezone(UTC).date(), 1)])


def daily_requests(connection: sa.Connection, since: date | None = None) -> list[DailyRequests]:
    """Requests for each language and day, from `since` on or from the beginning, in that order."""
    usage = lesson_usage.c
    query = (
        sa.select(usage.language, usage.day, _whole(sa.func.sum(usage.requests)))
        .group_by(usage.language, usage.day)
        .order_by(usage.language, usage.day)
    )
    if since is not None:
        query = query.where(usage.day >= since)
    return [DailyRequests(*row) for row in connection.execute(query)]


def lesson_requests(
    connection: sa.Connection, language: str | None = None, since: date | None = None
) -> dict[str, LessonRequests]:
    """How often each lesson was requested in `language` (None: in all together), and when last."""
    usage = lesson_usage.c
    query = sa.select(usage.lesson, _whole(sa.func.sum(usage.requests)), sa.func.max(usage.day)).group_by(
        usage.lesson
    )
    if language is not None:
        query = query.where(usage.language == language)
    if since is not None:
        query = query.where(usage.day >= since)
    return {lesson: LessonRequests(requests, last) for lesson, requests, last in connection.execute(query)}


def total_requests(connection: sa.Connection) -> dict[str, int]:
    """All requests ever recorded for each language."""
    usage = lesson_usage.c
    query = sa.select(usage.language, _whole(sa.func.sum(usage.requests))).group_by(usage.language)
    return {row.language: row[1] for row in connection.execute(query)}


def _whole(total: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """PostgreSQL adds up big integers as numeric, which would arrive as Decimal."""
    return sa.cast(total, sa.BigInteger)
