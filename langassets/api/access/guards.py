"""What every request passes: a limit on bodies, and headers that make browsers careful."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from langassets.api.problems import Problem

# 10,000 events at 400 bytes each. Nothing else that is sent here is longer than a few words.
_LARGEST_USAGE = 4 * 1024 * 1024
_LARGEST = 16 * 1024
# A segment that a person corrects, as a form sends it: three characters a byte.
_LARGEST_FORM = 256 * 1024

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Guard:
    """ASGI middleware: refuses bodies that are too large, and adds the headers to every answer."""

    def __init__(self, app: ASGIApp, cross_origin: bool) -> None:
        self._app = app
        self._headers = {k: v for k, v in _HEADERS.items() if not (cross_origin and k.startswith("Cross"))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit, seen = _limit(scope["path"]), 0

        async def counted() -> Message:
            """What arrives of a body that may not say how long it is."""
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _too_large(limit)
            return message

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if _length(scope) > limit:
            await _too_large(limit).response()(scope, receive, guarded)
            return
        await self._app(scope, counted, guarded)


def _limit(path: str) -> int:
    if path.startswith("/lessons/"):
        return _LARGEST_FORM
    return _LARGEST_USAGE if path == "/api/usage" else _LARGEST


def _length(scope: Scope) -> int:
    given = dict(scope["headers"]).get(b"content-length", b"0")
    return int(given) if given.isdigit() else 0


def _too_large(limit: int) -> Problem:
    return Problem(
        413,
        "too_large",
        f"The body is larger than {limit:,} bytes: send it in parts.",
        headers={"Connection": "close"},
    )
