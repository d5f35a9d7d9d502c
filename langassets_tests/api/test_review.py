"""Words of people over HTTP: with a token, kept with who and why, and the second of two is told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of, reading
from langassets.database.schema import place_reviews, reviews
from langassets.database.translations.memory import DatabaseMemory
from langassets.services import Services
from langassets.translation.types import Remembered
from langassets_tests.api.running import BY_TOKEN, served, settings_of
from langassets_tests.jobs.lessons import add_lesson

TEXT = "The first paragraph says how the work is saved."
GOOD, BETTER = "הפסקה הראשונה אומרת איך העבודה נשמרת.", "הפסקה הראשונה מסבירה איך העבודה נשמרת."


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, home: Path) -> str | None:
    """The address of the API's database; None for SQLite's file in its home."""
    return None if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def data(home: Path, database: str | None) -> Iterator[sa.Engine]:
    """A database with a lesson and its translation."""
    made = engine_of(database, home)
    services = Services(settings_of(home, predefined_languages=["he"]))
    add_lesson(made, "Work", {"text": {"text": f"{TEXT}\n\nSupabase"}})
    keys = [services.recipes.keys(text, "en", "he")[0] for text in (TEXT, "Supabase")]
    kept = [Remembered(key, said, "pseudo", "") for key, said in zip(keys, (GOOD, "בסיס"), strict=True)]
    DatabaseMemory(made).remember(kept)
    yield made
    made.dispose()


@pytest.fixture
def client(home: Path, data: sa.Engine, database: str | None) -> Iterator[httpx.Client]:
    """An API over it."""
    more: dict[str, Any] = {} if database is None else {"database_url": database}
    with served(settings_of(home, **more)) as client:
        yield client


def say(client: httpx.Client, **word: Any) -> httpx.Response:
    body = {"verdict": "accept", "language": "he", "by": "Ada"} | word
    return client.post("/api/review", headers=BY_TOKEN, json=body)


def words(data: sa.Engine) -> list[tuple[str, ...]]:
    with reading(data) as connection:
        return sorted(
            tuple(row)
            for table in (reviews, place_reviews)
            for row in connection.execute(
                sa.select(table.c.verdict, table.c.translation, table.c.reviewer, table.c.reason)
            )
        )


def test_what_waits_is_listed_and_spoken_for(client: httpx.Client, data: sa.Engine) -> None:
    waits = client.get("/api/review/waiting", params={"language": "he"}, headers=BY_TOKEN).json()["data"]
    assert waits["total"] == 2
    [one] = [one for one in waits["waiting"] if one["source"] == TEXT]
    assert (one["translation"], one["segments"], one["targetLanguage"]) == (GOOD, ["1/text/0"], "he")
    taken = say(client, segment="1/text/0", translation=GOOD, reason="as in the book")
    assert taken.status_code == 200, taken.text
    assert [each["outcome"] for each in taken.json()["data"]["answers"]] == ["taken"]
    assert words(data) == [("accepted", GOOD, "Ada", "as in the book")]
    rejected = say(client, verdict="reject", text="Supabase", reason="a name")
    assert rejected.json()["data"]["answers"][0]["translation"] == "בסיס"
    as_it_is = say(client, text="Supabase", translation="Supabase").json()["data"]
    assert as_it_is["glossaryLine"] == "Supabase,he,"
    everywhere = say(client, language="all", text="Supabase").json()["data"]
    assert (everywhere["glossaryLine"], everywhere["answers"][0]["outcome"]) == ("Supabase,*,", "already")
    after = client.get("/api/review/waiting", params={"language": "he"}, headers=BY_TOKEN).json()["data"]
    assert after == {"waiting": [], "total": 0}


def test_of_two_at_once_the_second_is_told(client: httpx.Client, data: sa.Engine) -> None:
    def speak(who: str, translation: str) -> httpx.Response:
        return say(client, segment="1/text/0", by=who, translation=translation)

    with ThreadPoolExecutor(2) as people:
        found = list(people.map(speak, ("Ada", "Ben"), (GOOD, BETTER)))
    assert sorted(one.status_code for one in found) == [200, 409]
    [first], [second] = ([one for one in found if one.status_code == status] for status in (200, 409))
    [said] = words(data)
    assert said[1] == first.json()["data"]["answers"][0]["translation"]
    problem = second.json()["error"]
    assert problem["code"] == "said_otherwise"
    assert problem["details"][0]["problem"].startswith(f"{said[2]} accepted '{said[1]}' on 20")
    other = {"Ada": ("Ben", BETTER), "Ben": ("Ada", GOOD)}[said[2]]
    instead = say(client, segment="1/text/0", by=other[0], translation=other[1], instead=True)
    assert instead.status_code == 200


def test_nothing_without_a_token_and_nothing_wrong(client: httpx.Client, data: sa.Engine) -> None:
    assert client.post("/api/review", json={}).status_code == 401
    assert client.get("/api/review/waiting", params={"language": "he"}).status_code == 401
    for wrong, status in (
        ({}, 422),
        ({"segment": "1/text/0", "text": TEXT}, 422),
        ({"segment": "1/text/0", "by": " "}, 422),
        ({"segment": "1/text/9"}, 404),
        ({"segment": "nowhere"}, 404),
        ({"text": "Nobody wrote this."}, 404),
        ({"text": "A \0 text"}, 404),
        ({"segment": "1/text/0", "language": "he", "translation": " <x1/> "}, 422),
    ):
        answered = say(client, **wrong)
        assert answered.status_code == status, (wrong, answered.text)
        assert answered.json()["success"] is False
    assert words(data) == []
