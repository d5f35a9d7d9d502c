"""The application's counters, and the readings of them that langassets keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import itemgetter

import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.schema import usage_snapshots
from langassets.locales import is_language_code, tag_of


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """One row of the application's `language_stats`, as it stands."""

    language: str
    name: str | None
    total_requests: int
    is_frequent: bool
    is_predefined: bool
    last_used: datetime | None
    created_at: datetime | None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UsageSnapshot:
    """What one language's usage came to when it was read: both counts for all time, and the weight."""

    taken_at: datetime
    language: str
    total_requests: int
    lesson_requests: int
    weighted_requests: float
    last_used: datetime | None

    @property
    def requests(self) -> int:
        """Requests ever: the two sources count the same ones, so the larger holds."""
        return max(self.total_requests, self.lesson_requests)


def language_rows(connection: sa.Connection) -> list[LanguageRow]:
    """The application's counters; nulls read as nothing counted."""
    table = language_stats.c
    query = sa.select(
        table.language_code.label("language"),
        table.language_name.label("name"),
        sa.func.coalesce(table.total_requests, 0).label("total_requests"),
        sa.func.coalesce(table.is_frequent, sa.false()).label("is_frequent"),
        sa.func.coalesce(table.is_predefined, sa.false()).label("is_predefined"),
        table.last_used,
        table.created_at,
        table.updated_at,
    )
    return [LanguageRow(**row._asdict()) for row in connection.execute(query.order_by(table.language_code))]


def record_snapshot(connection: sa.Connection, snapshots: Iterable[UsageSnapshot]) -> None:
    """Keep a reading."""
    connection.execute(usage_snapshots.insert(), [asdict(snapshot) for snapshot in snapshots])


def snapshots(connection: sa.Connection) -> list[UsageSnapshot]:
    """Every reading that was kept, oldest first."""
    query = sa.select(usage_snapshots).order_by(usage_snapshots.c.taken_at, usage_snapshots.c.language)
    return [UsageSnapshot(**row._asdict()) for row in connection.execute(query)]


def snapshot(connection: sa.Connection, taken_at: datetime | None = None) -> dict[str, UsageSnapshot]:
    """The reading of one moment by language, by default the newest; empty where there is none."""
    if taken_at is None:
        taken_at = last_read(connection)
    query = sa.select(usage_snapshots).where(usage_snapshots.c.taken_at == taken_at)
    return {row.language: UsageSnapshot(**row._asdict()) for row in connection.execute(query)}


def last_read(connection: sa.Connection) -> datetime | None:
    """When usage was read last; None where it never was."""
    moment: datetime | None = connection.scalar(sa.select(sa.func.max(usage_snapshots.c.taken_at)))
    return moment


def record_lesson_counts(connection: sa.Connection, counts: Mapping[str, int], at: datetime) -> None:
    """Tell the application how many lessons stand in storage for each language that it knows, under
    whichever codes."""
    by_tag = {tag_of(language): lessons for language, lessons in sorted(counts.items(), key=itemgetter(1))}
    for code in connection.scalars(sa.select(language_stats.c.language_code)).all():
        lessons = counts.get(code, by_tag.get(tag_of(code)) if is_language_code(code) else None)
        if lessons is None:
            continue
        connection.execute(
            language_stats.update()
            .where(
                language_stats.c.language_code == code,
                language_stats.c.total_lessons.is_distinct_from(lessons),
            )
            .values(total_lessons=lessons, updated_at=at)
        )
