"""Who is signed in at the lessons' pages: a cookie that a token of ADMIN_API_TOKEN has sealed.

It holds the person's name, when it ends, and no token. Nothing is kept here, so it survives a restart and is
good at every process of the API; it ends at once when its token is taken out of ADMIN_API_TOKEN. The API's
own routes do not know it.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from fastapi import Request, Response

from langassets.api.access.tokens import Tokens
from langassets.api.problems import Problem

_COOKIE = "langassets_session"
_LASTS = timedelta(hours=12)


class Visitor(NamedTuple):
    """A person who is signed in, and by which token, as the log calls it."""

    name: str
    token: str


def visitor_of(request: Request, tokens: Tokens, now: datetime) -> Visitor | None:
    """Who sent a request; None for nobody who is signed in."""
    until, _, rest = request.cookies.get(_COOKIE, "").partition(".")
    name, _, seal = rest.partition(".")
    found = 0
    for number, digest in enumerate(tokens.digests, start=1):
        found |= number * hmac.compare_digest(_seal(digest, until, name), seal.encode("utf-8", "replace"))
    if not found or int(until) < now.timestamp():
        return None
    return Visitor(base64.urlsafe_b64decode(name).decode(), tokens.named(found))


def sign_in(
    request: Request, response: Response, tokens: Tokens, token: str, name: str, now: datetime
) -> None:
    """Set the cookie where a token is right; ends the request as `Tokens.check` does where it is not."""
    number = tokens.number_of(request, token.strip().encode())
    until = str(int((now + _LASTS).timestamp()))
    named = base64.urlsafe_b64encode(name.encode()).decode()
    seal = _seal(tokens.digests[number - 1], until, named).decode()
    response.set_cookie(
        _COOKIE,
        f"{until}.{named}.{seal}",
        max_age=int(_LASTS.total_seconds()),
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def sign_out(response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(_COOKIE, httponly=True, samesite="strict")


def from_our_pages(request: Request) -> None:
    """Refuse a form that another site's page sends: of the same machine too, whose cookies are ours."""
    origin = request.headers.get("origin")
    if origin is None or urlsplit(origin).netloc != request.headers.get("host"):
        raise Problem(403, "another_site", "This form was not sent by a page of ours: open the page again.")


def _seal(digest: bytes, until: str, name: str) -> bytes:
    said = f"langassets pages\0{until}\0{name}".encode("utf-8", "replace")
    return base64.urlsafe_b64encode(hmac.digest(digest, said, hashlib.sha256)).rstrip(b"=")
