"""Recorded usage adds up, in bulk, on both databases."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.usage.lesson_usage import (
    DailyRequests,
    LessonRequests,
    UsageRow,
    add_requests,
    daily_requests,
    lesson_requests,
    record_request,
    total_requests,
)

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def test_requests_add_up(engine: sa.Engine) -> None:
    add_requests(engine, [UsageRow("es", "1", MONDAY, 2), UsageRow("es", "1", MONDAY, 3)])
    add_requests(engine, [UsageRow("es", "1", MONDAY, 5), UsageRow("es", "2", TUESDAY, 1)])
    record_request(engine, "pt_BR", "1", datetime(2026, 3, 3, 23, 59, tzinfo=UTC))
    with reading(engine) as connection:
        assert daily_requests(connection) == [
            DailyRequests("es", MONDAY, 10),
            DailyRequests("es", TUESDAY, 1),
            DailyRequests("pt_BR", TUESDAY, 1),
        ]
        assert lesson_requests(connection, "es") == {
            "1": LessonRequests(10, MONDAY),
            "2": LessonRequests(1, TUESDAY),
        }
        assert lesson_requests(connection)["1"] == LessonRequests(11, TUESDAY)
        assert total_requests(connection) == {"es": 11, "pt_BR": 1}
        assert all(type(count) is int for count in total_requests(connection).values())


def test_a_moment_belongs_to_its_day_in_utc(engine: sa.Engine) -> None:
    record_request(engine, "es", "1", datetime.fromisoformat("2026-03-03T01:30:00+05:00"))
    with reading(engine) as connection:
        assert lesson_requests(connection) == {"1": LessonRequests(1, MONDAY)}


def test_rows_are_added_all_or_none(engine: sa.Engine) -> None:
    def rows() -> Iterator[UsageRow]:
        yield UsageRow("es", "1", MONDAY, 2)
        raise RuntimeError("the source broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        add_requests(engine, rows())
    with reading(engine) as connection:
        assert daily_requests(connection) == []


def test_writers_at_once_lose_nothing(engine: sa.Engine) -> None:
    rows = [UsageRow(code, str(lesson), MONDAY, 1) for code in ("es", "fr") for lesson in range(50)]
    writers = [
        threading.Thread(target=add_requests, args=(engine, rows[::direction]))
        for direction in (1, -1, 1, -1)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with reading(engine) as connection:
        assert total_requests(connection) == {"es": 200, "fr": 200}
