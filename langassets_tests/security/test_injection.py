"""Codes, ids and names that are more than they seem: kept as they are, or refused, never obeyed."""

from urllib.parse import quote

import httpx
import pytest
import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.connection import reading, writing
from langassets.database.schema import lesson_usage
from langassets.database.usage.lesson_usage import UsageRow, add_requests
from langassets.errors import InvalidKeyError
from langassets.jobs.evaluation.evaluate import read_usage
from langassets.storage import keys
from langassets_tests.api.conftest import api, home
from langassets_tests.api.running import BY_TOKEN
from langassets_tests.jobs.lessons import NOW

__all__ = ["api", "home"]  # fixtures

SQL = [
    "'; DROP TABLE lesson_usage; --",
    "1) OR 1=1",
    "%' OR '1'='1",
    '"; SELECT pg_sleep(9)',
    "\\.",
    "{0}",
    "%s",
    ":x",
]
PATHS = [
    "../../etc/passwd",
    "..",
    "a/../../b",
    "/etc/passwd",
    "a\\..\\b",
    "a%2f..%2fb",
    "con.json",
    "a\x00b",
    "．．",
]


def test_what_a_caller_sends_is_a_value(api: httpx.Client) -> None:
    for hostile in SQL:
        answer = api.post("/api/usage", headers=BY_TOKEN, json=[{"language": "he", "lesson": hostile}])
        assert answer.status_code == 200, answer.text
        for path in ("/api/jobs/history", f"/api/jobs/runs/{quote(hostile, safe='')}"):
            assert api.get(path, params={"job": hostile, "before": hostile}).status_code == 422


def test_a_lesson_id_is_a_value_to_the_database(engine: sa.Engine) -> None:
    add_requests(engine, [UsageRow("he", hostile, NOW.date(), 2) for hostile in SQL])
    with reading(engine) as connection:
        for hostile in SQL:
            query = sa.select(lesson_usage.c.requests).where(lesson_usage.c.lesson == hostile)
            assert connection.scalars(query).all() == [2]


def test_a_language_that_is_none_is_left_out_and_named(engine: sa.Engine) -> None:
    codes = {hostile[:10] for hostile in (*SQL, *PATHS) if "\x00" not in hostile}  # the column's width
    with writing(engine) as connection:
        connection.execute(
            language_stats.insert(),
            [{"language_code": code, "total_requests": 500} for code in ("en", *codes)],
        )
    seen = read_usage(engine, 28, NOW)
    assert [snapshot.language for snapshot in seen.snapshots if snapshot.requests] == ["en"]
    assert codes <= set(seen.ignored)


@pytest.mark.parametrize("hostile", [*SQL, *PATHS])
def test_no_part_of_a_key_leads_elsewhere(hostile: str) -> None:
    for parts in ((hostile, "1", "text"), ("he", hostile, "text"), ("he", "1", hostile)):
        with pytest.raises(InvalidKeyError):
            keys.LessonKey(*parts)
    assert keys.parse(f"he/lessons/{hostile}/text.json") is None
    for prefix in (keys.lessons_prefix, keys.archive_prefix):
        with pytest.raises(InvalidKeyError):
            prefix(hostile)
