"""The lessons' pages without a browser: who may see and say what, and what stands in them."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from langassets_tests.api.pages import (
    HOSTILE,
    SCRIPT,
    lesson_in,
    preloaded,
    sent,
    settings_beside,
    signed_in,
    stored,
)
from langassets_tests.api.running import OTHER_TOKEN, TOKEN, served, settings_of
from langassets_tests.servers.openai_server import OpenAIServer

MINE, THEIRS = "نفّذ <x1/> قبل أن يبدأ الدرس الأول.", "شغّل <x1/> قبل بداية الدرس الأول."


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def test_a_correction_goes_into_storage_and_the_second_of_two_is_told(
    home: Path, server: OpenAIServer, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_beside(server, home)
    lesson = lesson_in(settings)
    at = {"segment": f"{lesson}/text/0", "say": "correct"}
    with caplog.at_level("INFO", "langassets.audit"), served(settings) as client:
        page = f"/lessons/ar/{lesson}"
        assert client.get(page).headers["location"] == f"/login?to={page}"
        assert signed_in(client, "Ada").status_code == 303
        before = client.get(page).text
        assert "0 to look at" in before
        # In a text from right to left a tag would stand there mirrored.
        assert "\u2066&lt;x1/&gt;\u2069" in before
        said = sent(client, page, at | {"correction": MINE.replace("<x1/>", "\u2066<x1/>\u2069")})
        assert said.status_code == 303, said.text
        after = client.get(said.headers["location"]).text
        assert "accepted by <bdi>Ada</bdi>" in after
        assert "storage gets it with the next preload" in after
        with httpx.Client(base_url=client.base_url) as other:
            signed_in(other, "Ben", OTHER_TOKEN)
            told = sent(other, page, at | {"correction": THEIRS})
            assert told.status_code == 409
            assert "Ada accepted" in told.text
            assert THEIRS.split("<")[0] in told.text
            broken = sent(other, page, at | {"correction": "بلا", "instead": "on"})
            assert (broken.status_code, "tags" in broken.text) == (422, True)
        assert MINE.split("<")[0] not in stored(settings, lesson)
        preloaded(settings, "second")
        assert MINE.split("<")[0] in stored(settings, lesson)
        assert "storage gets it" not in client.get(page).text
    lines = [record.getMessage() for record in caplog.records]
    assert "by='Ada' token='token 1 of 2'" in lines[0]
    assert "by='Ben' token='token 2 of 2'" in lines[1]


def test_what_a_lesson_says_stands_there_as_text(home: Path, server: OpenAIServer) -> None:
    settings = settings_beside(server, home)
    lesson = lesson_in(settings)
    with served(settings) as client:
        signed_in(client, SCRIPT)
        for path in ("/", "/jobs", "/lessons/ar", f"/lessons/ar/{lesson}"):
            page = client.get(path)
            assert page.status_code == 200, page.text
            assert SCRIPT not in page.text, path
            assert "<img" not in page.text, path
            policy = page.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
        assert "&lt;script&gt;" in page.text
        assert HOSTILE.split("`")[2].strip() in page.text


def test_without_the_token_nothing_is_said_and_no_lesson_shown(home: Path) -> None:
    with served(settings_of(home)) as client:
        assert client.get("/").status_code == 200
        for path in ("/lessons/ar", "/lessons/ar/1"):
            assert client.get(path).status_code == 303
        assert signed_in(client, "Eve", "wrong-wrong-wrong").status_code == 401
        assert not client.cookies
        for path in ("/lessons/ar/1", "/jobs/preload"):
            assert sent(client, path, {}).headers["location"].startswith("/login")
        assert signed_in(client, " ").status_code == 422
        assert signed_in(client, "Ada").status_code == 303
        elsewhere = sent(client, "/jobs/preload", {}, "http://evil.example")
        assert (elsewhere.status_code, client.post("/jobs/preload").status_code) == (403, 403)
        # The cookie opens the pages alone.
        assert client.post("/api/review", json={}).status_code == 401
        assert sent(client, "/jobs/preload", {}).status_code == 503
        assert sent(client, "/lessons/ar/99", {"segment": "98/text/0", "say": "accept"}).status_code == 422
        assert client.get("/lessons/ar/99").status_code == 404
        away = sent(client, "/login", {"token": TOKEN, "name": "Ada", "to": "//evil.example"})
        assert away.headers["location"] == "/"


def test_a_session_is_nobodys_invention_and_ends_with_its_token(home: Path) -> None:
    with served(settings_of(home)) as client:
        signed_in(client, "Ada")
        [(name, cookie)] = client.cookies.items()
    until, who, seal = cookie.split(".")
    forged = [
        f"{int(until) + 1}.{who}.{seal}",
        f"{until}.{who[:-4]}AAAA.{seal}",
        f"{until}.{who}.",
        "..",
        "é",
    ]
    with served(settings_of(home)) as again:
        page = "/lessons/ar/1"
        assert again.get(page, headers={"Cookie": f"{name}={cookie}"}).status_code == 404
        for one in forged:
            given = {b"Cookie": f"{name}={one}".encode()}
            assert again.get(page, headers=given).status_code == 303, one
    with served(settings_of(home, admin_api_token=OTHER_TOKEN)) as other:
        assert other.get(page, headers={"Cookie": f"{name}={cookie}"}).status_code == 303


def test_the_pages_are_closed_where_reading_is(home: Path) -> None:
    with served(settings_of(home, api_public_status=False)) as client:
        for path in ("/", "/jobs"):
            assert client.get(path).headers["location"].startswith("/login"), path
        signed_in(client, "Ada")
        for path in ("/", "/jobs"):
            assert client.get(path).status_code == 200, path
