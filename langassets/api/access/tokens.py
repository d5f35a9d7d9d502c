"""Who may do what: bearer tokens, and a limit on guessing them."""

import hashlib
import hmac
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from langassets.api.problems import Problem, documented

_audit = logging.getLogger("langassets.audit")

_FAILURES = 10
_WINDOW = 60.0
_MOST_ADDRESSES = 10_000

_bearer = HTTPBearer(auto_error=False, description="One of the tokens in ADMIN_API_TOKEN.")


class FailedLogins:
    """Wrong tokens by address: after ten in a minute, that address waits until the minute is over."""

    def __init__(self) -> None:
        self._by_address: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds that an address has to wait, 0 where it may try."""
        begun, failures = self._by_address.get(address, (0.0, 0))
        left = begun + _WINDOW - time.monotonic()
        return int(left) + 1 if failures >= _FAILURES and left > 0 else 0

    def note(self, address: str) -> None:
        """Count a wrong token."""
        begun, failures = self._by_address.pop(address, (0.0, 0))
        if time.monotonic() - begun > _WINDOW:
            begun, failures = time.monotonic(), 0
        self._by_address[address] = (begun, failures + 1)
        if len(self._by_address) > _MOST_ADDRESSES:
            self._by_address.popitem(last=False)


class Tokens:
    """The tokens that are accepted. Only their digests are kept, and all are compared, in constant time."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.digests = [_digest(token.encode()) for token in tokens]
        self._failed = FailedLogins()

    def check(self, request: Request) -> str:
        """Which token a request carries, for the log; ends the request with 401, 429 or 503 otherwise."""
        return self.named(self.number_of(request, _given(request)))

    def named(self, number: int) -> str:
        """A token by its number, as the log calls it."""
        return f"token {number} of {len(self.digests)}"

    def number_of(self, request: Request, given: bytes) -> int:
        """The number of the token that was given with a request, from 1; ends it as `check` does."""
        if not self.digests:
            raise Problem(
                503,
                "switched_off",
                "This is switched off, because no token is set: set ADMIN_API_TOKEN and start the API again.",
            )
        address = request.client.host if request.client else ""
        if wait := self._failed.wait(address):
            raise Problem(
                429,
                "too_many_failed_logins",
                f"Too many wrong tokens came from this address: wait {wait} s, then send the right one.",
                headers={"Retry-After": str(wait)},
            )
        found = 0
        for number, digest in enumerate(self.digests, start=1):
            found |= number * hmac.compare_digest(digest, _digest(given))
        if found:
            return found
        if given:
            self._failed.note(address)
            _audit.warning("wrong token from=%r for %s %r", address, request.method, request.url.path[:200])
        raise Problem(
            401,
            "unauthorized",
            (
                "The token is wrong: send one of those in ADMIN_API_TOKEN."
                if given
                else "A token is needed: send one of ADMIN_API_TOKEN as Authorization: Bearer …"
            ),
            headers={"WWW-Authenticate": "Bearer"},
        )


def _given(request: Request) -> bytes:
    headers = request.headers.getlist("authorization")
    if len(headers) != 1:
        return b""
    scheme, _, token = headers[0].partition(" ")
    return token.strip().encode("latin-1") if scheme.lower() == "bearer" else b""


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


# Coroutines, though they wait for nothing: a plain function would go to a thread, for half a millisecond.
async def needs_token(request: Request, _: Annotated[object, Depends(_bearer)] = None) -> str:
    """For routes that change something: which token was given."""
    tokens: Tokens = request.app.state.context.tokens
    return tokens.check(request)


async def needs_token_unless_public(request: Request) -> None:
    """For routes that only read: open, unless `API_PUBLIC_STATUS` is false."""
    context = request.app.state.context
    if not context.settings.api_public_status:
        context.tokens.check(request)


ByToken = Annotated[str, Depends(needs_token)]
MayRead = Depends(needs_token_unless_public)


def by_token(summary: str, *statuses: int) -> dict[str, Any]:
    """What a route is declared with that asks for a token; `statuses` are those that only it answers."""
    return {"summary": summary, "responses": documented(401, 429, 503, *statuses)}


def readable(summary: str, *statuses: int) -> dict[str, Any]:
    """What a route is declared with that only reads."""
    return by_token(summary, *statuses) | {"dependencies": [MayRead]}
