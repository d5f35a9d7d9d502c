"""Putting the demonstration into a database that is still empty."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from langassets.database.application import language_stats, topics
from langassets.database.connection import writing
from langassets.database.schema import lesson_usage
from langassets.database.usage.lesson_usage import UsageRow, add_requests_within
from langassets.ingestion.demo import history
from langassets.ingestion.lessons.tables import refuse_application, write_content

_MADE_BY = "langassets-demo"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was loaded, with `requests_before` from before the first of these days, which the counters hold;
    all zero where nothing was, and `left_out` says why."""

    lessons: int = 0
    contents: int = 0
    languages: int = 0
    requests: int = 0
    requests_before: int = 0
    left_out: str = ""

    def __str__(self) -> str:
        if self.left_out:
            return f"Demo: {self.left_out}, so nothing was changed."
        return (
            f"Demo: {self.lessons} lessons with {self.contents} contents, and {self.requests:,} requests "
            f"in {self.languages} languages over {history.DAYS} days, with {self.requests_before:,} before "
            "them."
        )


def load_demo(engine: sa.Engine, now: datetime) -> DemoReport:
    """Load the demonstration, with usage up to the day before `now` (aware), all or nothing.

    Where it was loaded before, or where there are lessons or statistics of any other origin, nothing is
    changed. Raises `InputError` where the database belongs to an existing application.
    """
    with writing(engine) as connection:
        refuse_application(connection, language_stats)
        if connection.scalar(sa.select(topics.c.topic_id).where(topics.c.trainer_id == _MADE_BY).limit(1)):
            return DemoReport(left_out="it is loaded already")
        if any(connection.execute(sa.select(table).limit(1)).first() for table in _MUST_BE_EMPTY):
            return DemoReport(left_out="the database holds lessons or usage of your own")
        lessons = [_add_lesson(connection, lesson, now) for lesson in _lessons()]
        usage = history.lesson_usage(now, [topic for topic, _ in lessons])
        add_requests_within(connection, usage)
        counters = history.counters(now, usage)
        connection.execute(language_stats.insert(), counters)
        _count_uses(connection, usage)
    requests = sum(row.requests for row in usage)
    before = sum(row["total_requests"] for row in counters) - requests
    return DemoReport(len(lessons), sum(n for _, n in lessons), len(counters), requests, before)


_MUST_BE_EMPTY = (topics, language_stats, lesson_usage)


def _lessons() -> list[dict[str, Any]]:
    folder = files("langassets.ingestion.demo") / "lessons"
    found = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda f: f.name)
    return [json.loads(file.read_text(encoding="utf-8")) for file in found]


def _add_lesson(connection: sa.Connection, lesson: dict[str, Any], now: datetime) -> tuple[str, int]:
    """The new lesson's id, and how many contents it has."""
    added = topics.insert().values(
        topic_name=lesson["title"],
        description=lesson["description"],
        language="en",
        skills=lesson["skills"],
        status="active",
        trainer_id=_MADE_BY,
        created_at=now,
        updated_at=now,
    )
    topic_id: int = connection.execute(added.returning(topics.c.topic_id)).scalar_one()
    for content_type, data in lesson["contents"].items():
        write_content(connection, topic_id, content_type, data, now)
    return str(topic_id), len(lesson["contents"])


def _count_uses(connection: sa.Connection, usage: list[UsageRow]) -> None:
    uses = Counter[str]()
    for row in usage:
        uses[row.lesson] += row.requests
    for lesson, requests in uses.items():
        of_lesson = topics.update().where(topics.c.topic_id == int(lesson))
        connection.execute(of_lesson.values(usage_count=requests))
