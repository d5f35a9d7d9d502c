"""The cookie of the lessons' pages: how long it is good, and for whom."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from fastapi import Request, Response

from langassets.api.access.sessions import Visitor, sign_in, visitor_of
from langassets.api.access.tokens import Tokens
from langassets_tests.chaos.world import NOW

TOKEN = "a-token-of-the-tests-that-is-long-enough"


def asked(cookie: str = "", scheme: str = "http") -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    about = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "client": ("127.0.0.1", 1)}
    return Request({**about, "scheme": scheme, "server": ("a.example", 80), "headers": headers})


@pytest.mark.parametrize(("hours", "good"), [(0, True), (11.9, True), (12.1, False), (400, False)])
def test_it_ends_after_twelve_hours(hours: float, good: bool) -> None:
    tokens, response = Tokens([TOKEN]), Response()
    sign_in(asked(scheme="https"), response, tokens, TOKEN, "Ada", NOW)
    [held] = SimpleCookie(response.headers["set-cookie"]).values()
    assert held["secure"], "what came by https goes back by it alone"
    assert TOKEN not in response.headers["set-cookie"]
    visitor = visitor_of(asked(f"{held.key}={held.value}"), tokens, NOW + timedelta(hours=hours))
    assert (visitor == Visitor("Ada", tokens.named(1))) is good
