"""Usage under every spelling of a language, added up to that of one language."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from operator import attrgetter

import sqlalchemy as sa

from langassets.database.usage import statistics
from langassets.database.usage.lesson_usage import DailyRequests
from langassets.database.usage.statistics import LanguageRow, UsageSnapshot
from langassets.locales import is_language_code
from langassets.tiering.language_keys import LanguageKeys


def counters(rows: Iterable[LanguageRow], keys: LanguageKeys) -> dict[str, LanguageRow]:
    """One row a language, by the code that it is kept under: counts added up, flags set where one is, the
    newest use, the oldest row. Codes that are none are left out."""
    groups = defaultdict[str, list[LanguageRow]](list)
    for row in rows:
        if is_language_code(row.language):
            groups[keys.of(row.language)].append(row)
    return {key: _row(key, group) for key, group in groups.items()}


def snapshots(taken: Iterable[UsageSnapshot], keys: LanguageKeys) -> list[UsageSnapshot]:
    """One snapshot a language and reading, in order of time; those of earlier versions are of a spelling."""
    groups = defaultdict[tuple[datetime, str], list[UsageSnapshot]](list)
    for one in taken:
        groups[one.taken_at, keys.of(one.language)].append(one)
    return [_snapshot(key, groups[moment, key]) for moment, key in sorted(groups)]


def snapshot(
    connection: sa.Connection, keys: LanguageKeys, taken_at: datetime | None = None
) -> dict[str, UsageSnapshot]:
    """The reading of one moment, by default the newest, by language."""
    taken = statistics.snapshot(connection, taken_at).values()
    return {one.language: one for one in snapshots(taken, keys)}


def standing(
    at: datetime,
    rows: Mapping[str, LanguageRow],
    recorded: Mapping[str, int],
    weights: Mapping[str, float],
) -> tuple[UsageSnapshot, ...]:
    """One snapshot a language of what stands at a moment: of counters, of requests that were recorded for
    lessons, and of what they weigh, each by language."""
    return tuple(
        UsageSnapshot(
            at,
            code,
            rows[code].total_requests if code in rows else 0,
            recorded.get(code, 0),
            weights.get(code, 0.0),
            rows[code].last_used if code in rows else None,
        )
        for code in sorted({*rows, *recorded})
    )


def requests(counts: Mapping[str, int], keys: LanguageKeys) -> dict[str, int]:
    """Requests by language. Codes that are none are left out."""
    sums = Counter[str]()
    for code, count in counts.items():
        if is_language_code(code):
            sums[keys.of(code)] += count
    return sums


def days(rows: Iterable[DailyRequests], keys: LanguageKeys) -> list[DailyRequests]:
    """Requests by day, each under the code that its language is kept under; a day may come twice."""
    return [row._replace(language=keys.of(row.language)) for row in rows if is_language_code(row.language)]


def _row(key: str, group: list[LanguageRow]) -> LanguageRow:
    first = min(group, key=lambda row: row.language != key)
    return replace(
        first,
        language=key,
        name=first.name or next((row.name for row in group if row.name), None),
        total_requests=sum(row.total_requests for row in group),
        is_frequent=any(row.is_frequent for row in group),
        is_predefined=any(row.is_predefined for row in group),
        last_used=max(filter(None, map(attrgetter("last_used"), group)), default=None),
        created_at=min(filter(None, map(attrgetter("created_at"), group)), default=None),
        updated_at=max(filter(None, map(attrgetter("updated_at"), group)), default=None),
    )


def _snapshot(key: str, group: list[UsageSnapshot]) -> UsageSnapshot:
    return UsageSnapshot(
        group[0].taken_at,
        key,
        sum(one.total_requests for one in group),
        sum(one.lesson_requests for one in group),
        sum(one.weighted_requests for one in group),
        max((one.last_used for one in group if one.last_used), default=None),
    )
