"""A server that lists models as OpenAI and Gemini do, with a clock that may be wrong."""

import json
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from langassets_tests.servers.threaded import serving

KEY, MODEL = "sk-the-right-key", "the-model"


class _Handler(BaseHTTPRequestHandler):
    ahead = timedelta()

    def do_GET(self) -> None:
        keys = {
            self.headers.get("Authorization", "").removeprefix("Bearer "),
            self.headers.get("x-goog-api-key"),
        }
        known = self.path in {f"/v1/models/{MODEL}", f"/v1beta/models/{MODEL}"}
        status = 401 if KEY not in keys else 200 if known else 404
        body = json.dumps({"id": MODEL}).encode()
        self.send_response_only(status)
        self.send_header("Date", format_datetime(datetime.now(UTC) + self.ahead, usegmt=True))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def model_listing(ahead: timedelta = timedelta()) -> AbstractContextManager[str]:
    """The server's address, while it runs; its clock is `ahead`."""
    handler = type("Handler", (_Handler,), {"ahead": ahead})
    return serving(ThreadingHTTPServer(("127.0.0.1", 0), handler))
