"""Usage that was acknowledged is in the database, once."""

import asyncio
import json
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from langassets.api.usage_writer import UsageWriter
from langassets.database.connection import engine_of, reading, writing
from langassets.database.schema import lesson_usage
from langassets.database.usage.lesson_usage import UsageRow, total_requests
from langassets_tests.api.running import BY_TOKEN, answers, served, settings_of, started, wait_until


def rows_in(home: Path) -> set[tuple[str, str, date, int]]:
    """What stands in the database of a home."""
    engine = engine_of(None, home)
    table = lesson_usage.c
    with reading(engine) as connection:
        query = sa.select(table.language, table.lesson, table.day, table.requests)
        found = {(row.language, row.lesson, row.day, row.requests) for row in connection.execute(query)}
    engine.dispose()
    return found


def post(client: httpx.Client, body: Any, **headers: str) -> httpx.Response:
    """Send usage."""
    return client.post("/api/usage", headers={**BY_TOKEN, **headers}, json=body)


def test_one_event_or_many_by_moment_by_day_or_now(api: httpx.Client, home: Path) -> None:
    today = datetime.now(UTC).date()
    one = post(api, {"language": "he", "lesson": 17})
    assert one.json() == {"success": True, "data": {"events": 1, "requests": 1, "replayed": False}}
    many = post(
        api,
        [
            {"language": "he", "lesson": "17", "count": 2},
            {"language": "pt-BR", "lesson": "a b", "day": "2026-01-02", "count": 5},
            # Late in the evening there, the next day in UTC.
            {"language": "ar", "lesson": "3", "at": "2026-01-02T23:30:00-02:00"},
        ],
    )
    assert many.json()["data"] == {"events": 3, "requests": 8, "replayed": False}
    assert rows_in(home) == {
        ("he", "17", today, 3),
        ("pt-BR", "a b", date(2026, 1, 2), 5),
        ("ar", "3", date(2026, 1, 3), 1),
    }


FUTURE = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()


@pytest.mark.parametrize(
    ("event", "where"),
    [
        ({"language": "he"}, "1.lesson"),
        ({"lesson": "1"}, "1.language"),
        ({"language": "../he", "lesson": "1"}, "1.language"),
        ({"language": "he-", "lesson": "1"}, "1.language"),
        ({"language": "aaaa-bbbbbbbbb", "lesson": "1"}, "1.language"),
        ({"language": "he", "lesson": ""}, "1.lesson"),
        ({"language": "he", "lesson": "a\x00b"}, "1"),
        ({"language": "he", "lesson": "x" * 501}, "1.lesson"),
        ({"language": "he", "lesson": "1", "count": 0}, "1.count"),
        ({"language": "he", "lesson": "1", "count": 2.5}, "1.count"),
        ({"language": "he", "lesson": "1", "count": True}, "1.count"),
        ({"language": "he", "lesson": "1", "count": 10**30}, "1.count"),
        ({"language": "he", "lesson": "1", "day": FUTURE}, "1"),
        ({"language": "he", "lesson": "1", "at": "2026-01-02T10:00:00"}, "1.at"),
        ({"language": "he", "lesson": "1", "at": "0001-01-01T00:00:00+14:00"}, "1"),
        ({"language": "he", "lesson": "1", "at": "2026-01-02T10:00:00Z", "day": "2026-01-02"}, "1"),
        ({"language": "he", "lesson": "1", "lang": "ar"}, "1.lang"),
        ("he", "1"),
    ],
)
def test_a_batch_with_one_bad_event_counts_nothing_and_says_where(
    api: httpx.Client, home: Path, event: Any, where: str
) -> None:
    answer = post(api, [{"language": "he", "lesson": "1"}, event])
    assert answer.status_code == 422
    assert any(detail["where"].startswith(where) for detail in answer.json()["error"]["details"]), answer.text
    assert rows_in(home) == set()


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"[[]]", b'"\\ud800"', b"\xff\xfe", b"[" * 9999])
def test_what_is_no_usage_is_refused(api: httpx.Client, body: bytes) -> None:
    assert api.post("/api/usage", headers=BY_TOKEN, content=body).status_code == 422


def test_no_more_than_ten_thousand_at_once(api: httpx.Client, home: Path) -> None:
    event = {"language": "he", "lesson": "1"}
    assert post(api, [event] * 10_000).json()["data"]["requests"] == 10_000
    assert post(api, [event] * 10_001).status_code == 422
    assert {row[3] for row in rows_in(home)} == {10_000}


def test_anything_but_json_is_refused(api: httpx.Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = api.post("/api/usage", headers={**BY_TOKEN, "Content-Type": kind}, content=b"{}")
        assert answer.status_code == 415


def test_a_batch_sent_again_with_its_key_counts_once(api: httpx.Client, home: Path) -> None:
    batch = [{"language": "he", "lesson": "1", "count": 7}]
    keyed = {"Idempotency-Key": "2026-11-23/1"}
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda _: post(api, batch, **keyed).json()["data"], range(6)))
    assert sorted(answer["replayed"] for answer in together) == [False] + [True] * 5
    other = post(api, [{"language": "he", "lesson": "2"}], **keyed)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    assert {row[3] for row in rows_in(home)} == {7}


@pytest.mark.parametrize("key", ["", "x" * 201, "two words"])
def test_a_key_is_short_and_printable(api: httpx.Client, key: str) -> None:
    assert post(api, {"language": "he", "lesson": "1"}, **{"Idempotency-Key": key}).status_code == 422


async def test_writers_on_both_databases_agree_on_keys(engine: sa.Engine) -> None:
    row = UsageRow("he", "1", date(2026, 1, 2), 1)
    writers = [UsageWriter(lambda: engine) for _ in range(2)]
    outcomes = await asyncio.gather(
        *(writer.add([row], "one", "hash") for writer in writers for _ in range(5))
    )
    for writer in writers:
        await writer.close()
    assert sorted(outcomes) == [False] * 9 + [True]
    with reading(engine) as connection:
        assert total_requests(connection) == {"he": 1}


async def test_one_that_cannot_be_written_takes_no_other_with_it(engine: sa.Engine) -> None:
    if engine.dialect.name == "sqlite":
        trigger = (
            "CREATE TRIGGER no_bad BEFORE INSERT ON lesson_usage WHEN NEW.lesson = 'bad' "
            "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
        remove = "DROP TRIGGER no_bad"
    else:
        trigger = "ALTER TABLE langassets.lesson_usage ADD CONSTRAINT no_bad CHECK (lesson <> 'bad')"
        remove = "ALTER TABLE langassets.lesson_usage DROP CONSTRAINT no_bad"
    with writing(engine) as connection:
        connection.exec_driver_sql(trigger)
    writer = UsageWriter(lambda: engine)
    day = date(2026, 1, 2)
    try:
        outcomes = await asyncio.gather(
            *(writer.add([UsageRow("he", lesson, day, 1)]) for lesson in ("1", "bad", "2")),
            return_exceptions=True,
        )
        await writer.close()
    finally:
        with writing(engine) as connection:
            connection.exec_driver_sql(remove)
    assert [type(outcome).__name__ for outcome in outcomes] == ["bool", "DatabaseError", "bool"]
    with reading(engine) as connection:
        assert total_requests(connection) == {"he": 2}


def batches(count: int, size: int) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Batches of usage by key, each of lessons of its own, so that it can be told whether it is there."""
    for number in range(count):
        events: list[dict[str, object]] = [
            {"language": "he", "lesson": f"{number}-{n}", "day": "2026-01-02"} for n in range(size)
        ]
        yield str(number), events


def test_what_was_acknowledged_before_a_stop_is_there_and_the_rest_counts_once_when_sent_again(
    tmp_path: Path,
) -> None:
    sent = dict(batches(60, 500))
    acknowledged = set[str]()

    def send(client: httpx.Client, key: str) -> None:
        try:
            answer = post(client, sent[key], **{"Idempotency-Key": key})
        except httpx.HTTPError:
            return
        if answer.status_code == 200:
            acknowledged.add(key)

    with started("api", tmp_path) as running, closing(running.client()) as client:
        wait_until(lambda: answers(client, "/health"), 90, "the API did not start")
        with ThreadPoolExecutor(8) as threads:
            waiting = [threads.submit(send, client, key) for key in sent]
            wait_until(lambda: len(acknowledged) >= 10, 60)
            running.process.send_signal(signal.SIGTERM)
            for one in waiting:
                one.result()
        assert running.process.wait(60) is not None
        stood = {row[1] for row in rows_in(running.home)}
        assert len(acknowledged) < len(sent), "everything was through before the stop: nothing was tested"
        assert all(event["lesson"] in stood for key in acknowledged for event in sent[key])

    with served(settings_of(tmp_path / "langassets")) as client:
        for key in sent:
            assert post(client, sent[key], **{"Idempotency-Key": key}).status_code == 200
    expected = {("he", str(event["lesson"]), date(2026, 1, 2), 1) for key in sent for event in sent[key]}
    assert rows_in(tmp_path / "langassets") == expected


def test_the_body_that_is_described_is_the_one_that_is_taken(api: httpx.Client) -> None:
    description = api.get("/openapi.json").json()
    body = description["paths"]["/api/usage"]["post"]["requestBody"]["content"]["application/json"]
    assert post(api, body["example"]).status_code == 200
    assert json.dumps(body["schema"]).count('"maxItems": 10000') == 1
