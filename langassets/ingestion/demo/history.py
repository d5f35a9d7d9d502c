"""A plausible history of requests: made up, always the same, and always the 90 days before today.

The first evaluation over it promotes Spanish, which has grown from nothing, and demotes French, which
was popular until three months ago: the counters alone would keep it frequent for years. Portuguese
stays for being between the two thresholds, German waits for the same reason.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from langassets.database.usage.lesson_usage import UsageRow
from langassets.locales import english_name

DAYS = 90
_COUNTED_FOR = timedelta(days=3 * 365)
_WEEKEND, _WEEKDAY = 0.75, 1.1


@dataclass(frozen=True, slots=True)
class _Language:
    """Requests a day at the beginning and at the end of the 90 days, and how many there were before; how many
    lessons were requested at all, None for every one."""

    first: float
    last: float
    before: int
    frequent: bool = False
    predefined: bool = False
    lessons: int | None = None


_LANGUAGES = {
    "en": _Language(400, 440, 380_000, frequent=True, predefined=True),
    "he": _Language(140, 160, 140_000, frequent=True, predefined=True),
    "ar": _Language(105, 115, 95_000, frequent=True, predefined=True),
    "es": _Language(10, 190, 12_000),
    "fr": _Language(7, 5, 120_000, frequent=True, lessons=3),
    "pt-BR": _Language(42, 38, 36_000, frequent=True),
    "de": _Language(44, 44, 50_000),
    "zh-CN": _Language(22, 26, 15_000),
    "ru": _Language(28, 18, 24_000),
    "hi": _Language(14, 20, 9_000),
    "ja": _Language(14, 14, 14_000),
    "tr": _Language(7, 9, 6_000),
}


def lesson_usage(now: datetime, lessons: Sequence[str]) -> list[UsageRow]:
    """Requests by language, lesson and day in the 90 days before today, most for the first lessons."""
    return [
        row
        for code, language in _LANGUAGES.items()
        for row in _requests(code, language, now, lessons[: language.lessons])
    ]


def counters(now: datetime, usage: Sequence[UsageRow]) -> list[dict[str, Any]]:
    """Rows of `language_stats` that count the requests of `usage`, and those of the years before it."""
    rows = []
    for code, language in _LANGUAGES.items():
        own = [row for row in usage if row.language == code]
        last_day = max(row.day for row in own)
        rows.append(
            {
                "language_code": code,
                "language_name": english_name(code),
                "total_requests": language.before + sum(row.requests for row in own),
                "last_used": datetime.combine(last_day, time(21, 30), UTC),
                "is_frequent": language.frequent,
                "is_predefined": language.predefined,
                "created_at": now - _COUNTED_FOR,
                "updated_at": now,
            }
        )
    return rows


def _requests(code: str, language: _Language, now: datetime, lessons: Sequence[str]) -> list[UsageRow]:
    draw = random.Random(f"demonstration {code}")  # noqa: S311 nothing here is a secret
    popularity = [1 / (rank + 1) ** 0.7 for rank in range(len(lessons))]
    today = now.astimezone(UTC).date()
    rows = []
    for age in range(DAYS, 0, -1):
        day = today - timedelta(days=age)
        level = language.first + (language.last - language.first) * (DAYS - age) / (DAYS - 1)
        level *= (_WEEKEND if day.weekday() >= 5 else _WEEKDAY) * draw.uniform(0.85, 1.15)
        for lesson, weight in zip(lessons, popularity, strict=True):
            # Rounded up or down by chance, so that small numbers keep their mean.
            requests = int(level * weight / sum(popularity) + draw.random())
            if requests:
                rows.append(UsageRow(code, lesson, day, requests))
    return rows
