"""What the API counts of itself while it runs."""

import time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)


class Instruments:
    """Counters and histograms in a registry of their own, so that two applications never share them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "langassets_api_requests",
            "Requests to the API by route (never by address, so that labels stay few), method and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "langassets_api_request_seconds",
            "How long requests to the API took.",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.usage_events = Counter(
            "langassets_api_usage_events",
            "Usage events that are in the database.",
            registry=self.registry,
        )


class Measured:
    """ASGI middleware that counts requests and their time, by route."""

    def __init__(self, app: ASGIApp, instruments: Instruments) -> None:
        self._app, self._instruments = app, instruments

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route: Any = scope.get("route")
            path = getattr(route, "path", "other")
            method = scope["method"] if scope["method"] in {"GET", "POST", "OPTIONS"} else "other"
            self._instruments.requests.labels(path, method, str(status)).inc()
            self._instruments.seconds.labels(path).observe(time.perf_counter() - begun)
