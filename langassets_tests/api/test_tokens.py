"""No trigger and no usage without the right token, by any route, header or method."""

import re
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from langassets_tests.api.running import BY_TOKEN, OTHER_TOKEN, TOKEN, served, settings_of

CLOSED = [
    "/api/jobs/trigger/evaluation",
    "/api/jobs/trigger/cleanup",
    "/api/jobs/trigger/preload",
    "/api/usage",
]
OPEN = ["/api/jobs/status", "/api/jobs/history", "/api/jobs/preload/plan", "/api/languages", "/metrics"]
EVENT = {"language": "he", "lesson": "1"}

WITHOUT = {
    "none": {},
    "empty": {"Authorization": ""},
    "no token": {"Authorization": "Bearer"},
    "another scheme": {"Authorization": f"Basic {TOKEN}"},
    "no scheme": {"Authorization": TOKEN},
    "both at once": {"Authorization": f"Bearer {TOKEN}, {OTHER_TOKEN}"},
    "a part": {"Authorization": f"Bearer {TOKEN[:-1]}"},
    "more": {"Authorization": f"Bearer {TOKEN}x"},
    "another case": {"Authorization": f"Bearer {TOKEN.upper()}"},
    "other header": {"X-Api-Key": TOKEN, "X-Authorization": f"Bearer {TOKEN}", "Cookie": f"token={TOKEN}"},
    "forwarded": {"X-Forwarded-For": "127.0.0.1", "X-Original-URL": "/health", "X-Rewrite-URL": "/health"},
}


@pytest.mark.parametrize("headers", WITHOUT.values(), ids=WITHOUT)
def test_nothing_is_started_or_counted_without_the_token(
    api: httpx.Client, headers: Mapping[str, str]
) -> None:
    for path in CLOSED:
        answer = api.post(path, headers=headers, json=EVENT)
        assert answer.status_code == 401, path
        assert answer.json()["error"]["code"] == "unauthorized"


def test_a_token_in_two_headers_is_none(api: httpx.Client) -> None:
    twice = [("Authorization", "Bearer wrong-wrong-wrong"), ("Authorization", f"Bearer {TOKEN}")]
    assert api.post("/api/usage", headers=twice, json=EVENT).status_code == 401
    assert api.post("/api/usage", headers=twice[::-1], json=EVENT).status_code == 401


def test_no_other_way_leads_to_a_trigger(api: httpx.Client) -> None:
    path = "/api/jobs/trigger/evaluation"
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
        assert api.request(method, path, headers=override).status_code == 405, method
    for trick in (
        f"{path}/",
        f"/{path}",
        "/api/jobs/status/../trigger/evaluation",
        "/api/jobs/%74rigger/evaluation",
        f"{path}?token={TOKEN}",
        f"{path}?_method=GET&access_token={TOKEN}",
        "/API/JOBS/TRIGGER/EVALUATION",
    ):
        assert api.post(trick).status_code in {401, 404}, trick
    assert api.get("/api/jobs/status", headers={"X-HTTP-Method-Override": "POST"}).status_code == 503


_START, _HOST = "POST {path} HTTP/1.1\r\n", "Host: a\r\n"
_CHUNKED = "Transfer-Encoding: chunked\r\n"
RAW = {
    "chunked": f"{_START}{_HOST}{_CHUNKED}\r\n0\r\n\r\n",
    "an absolute address": f"POST http://a{{path}} HTTP/1.1\r\n{_HOST}\r\n",
    "HTTP/1.0": "POST {path} HTTP/1.0\r\n\r\n",
    "a token in a trailer": f"{_START}{_HOST}{_CHUNKED}\r\n0\r\nAuthorization: Bearer {TOKEN}\r\n\r\n",
    "a folded header": f"{_START}{_HOST}X-A: b\r\n Authorization: Bearer {TOKEN}\r\n\r\n",
    "a name with a blank": f"{_START}{_HOST}Authorization : Bearer {TOKEN}\r\n\r\n",
    "two lengths": f"{_START}{_HOST}Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde",
    "a request in a body": f"POST /health HTTP/1.1\r\n{_HOST}Content-Length: 0\r\n{_CHUNKED}\r\n0\r\n\r\n"
    f"{_START}{_HOST}\r\n",
    "a method in small letters": f"post {{path}} HTTP/1.1\r\n{_HOST}\r\n",
    "a tab in the path": f"POST\t{{path}}\tHTTP/1.1\r\n{_HOST}\r\n",
    "a fragment": f"POST {{path}}#/health HTTP/1.1\r\n{_HOST}\r\n",
    "a parameter": f"POST {{path}};jsessionid=1 HTTP/1.1\r\n{_HOST}\r\n",
}


@pytest.mark.parametrize("trick", RAW.values(), ids=RAW)
def test_no_spelling_of_a_request_passes_without_the_token(api: httpx.Client, trick: str) -> None:
    """As bytes: a client would not send them."""
    address = (api.base_url.host, api.base_url.port or 80)
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(trick.format(path=CLOSED[0]).encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    statuses = set(re.findall(rb"^HTTP/1\.1 (\d+)", answer, re.MULTILINE))
    assert statuses <= {b"400", b"401", b"404", b"405"}, answer
    assert statuses or not answer


@pytest.mark.parametrize("token", [TOKEN, OTHER_TOKEN])
def test_each_of_several_tokens_is_accepted(api: httpx.Client, token: str) -> None:
    answer = api.post("/api/usage", headers={"Authorization": f"bearer {token}"}, json=EVENT)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("token", [None, "", " , "])
def test_with_no_token_set_triggers_say_why_they_are_off(home: Path, token: str | None) -> None:
    with served(settings_of(home, admin_api_token=token)) as api:
        for path in CLOSED:
            answer = api.post(path, headers=BY_TOKEN, json=EVENT)
            assert answer.status_code == 503
            assert answer.json()["error"]["code"] == "switched_off"
            assert "ADMIN_API_TOKEN" in answer.json()["error"]["message"]
        assert api.get("/api/languages").status_code == 200


def test_what_only_reads_is_closed_where_that_is_asked_for(home: Path) -> None:
    with served(settings_of(home, api_public_status=False)) as api:
        for path in OPEN:
            assert api.get(path).status_code == 401, path
            assert api.get(path, headers=BY_TOKEN).status_code in {200, 503}, path
        assert api.get("/health").status_code == 200


def test_guessing_is_stopped_and_reading_goes_on(home: Path) -> None:
    with served(settings_of(home)) as api:
        guesses = [
            api.post("/api/usage", headers={"Authorization": f"Bearer guess-{number}"}, json=EVENT)
            for number in range(12)
        ]
        assert [answer.status_code for answer in guesses] == [401] * 10 + [429] * 2
        assert 0 < int(guesses[-1].headers["retry-after"]) <= 61
        # Not even the right one, or guessing would go on; nor by another address that the caller makes up.
        right = api.post("/api/usage", headers={**BY_TOKEN, "X-Forwarded-For": "10.9.8.7"}, json=EVENT)
        assert right.status_code == 429
        assert api.get("/api/languages").status_code == 200


def test_the_token_is_in_no_log(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"), served(settings_of(home)) as api:
        api.post("/api/jobs/trigger/evaluation", headers=BY_TOKEN)
        api.post("/api/jobs/trigger/evaluation", headers={"Authorization": "Bearer guess-guess-guess"})
    lines = [record.getMessage() for record in caplog.records if record.name == "langassets.audit"]
    assert "job='evaluation'" in lines[0]
    assert "token 1 of 2" in lines[0]
    assert "wrong token" in lines[1]
    assert TOKEN not in caplog.text
    assert "guess-guess" not in caplog.text


def test_answers_carry_the_headers_that_make_browsers_careful(api: httpx.Client) -> None:
    for path, status in {"/health": 200, "/nothing": 404, "/api/usage": 405, "/api/jobs/status": 503}.items():
        answer = api.get(path)
        assert answer.status_code == status
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert "server" not in answer.headers


def test_other_sites_pages_are_let_in_only_where_they_are_named(home: Path, api: httpx.Client) -> None:
    ask: dict[str, Any] = {"headers": {"Origin": "https://admin.example.org"}}
    assert "access-control-allow-origin" not in api.get("/health", **ask).headers
    with served(settings_of(home, api_cors_origins=("https://admin.example.org",))) as open_api:
        answer = open_api.get("/health", **ask)
        assert answer.headers["access-control-allow-origin"] == "https://admin.example.org"
        other = open_api.get("/health", headers={"Origin": "https://evil.example.org"})
        assert "access-control-allow-origin" not in other.headers


def test_a_body_that_is_too_large_is_refused_said_or_not(api: httpx.Client) -> None:
    large = b"[" + b" " * (5 << 20) + b"]"
    said = api.post("/api/usage", headers=BY_TOKEN, content=large)
    assert (said.status_code, said.json()["error"]["code"]) == (413, "too_large")
    chunks = (large[start : start + 65536] for start in range(0, len(large), 65536))
    unsaid = api.post("/api/usage", headers=BY_TOKEN, content=chunks)
    assert unsaid.status_code == 413
    assert api.post("/api/jobs/trigger/cleanup", headers=BY_TOKEN, content=b"x" * 20_000).status_code == 413


def test_what_goes_wrong_inside_is_told_without_a_trace(home: Path) -> None:
    (home / "langassets.db").unlink()
    (home / "langassets.db").mkdir()
    with served(settings_of(home)) as api:
        answer = api.post("/api/usage", headers=BY_TOKEN, json=EVENT)
        assert answer.status_code == 503
        assert "langassets doctor" in answer.json()["error"]["message"]
        assert str(home) not in answer.text
        assert "Traceback" not in answer.text
        ready = api.get("/ready")
        assert (ready.status_code, ready.json()["database"], ready.json()["dagster"]) == (503, False, False)
