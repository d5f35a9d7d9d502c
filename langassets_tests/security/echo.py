"""A server that refuses everything, and quotes all that it was told: what the worst of them do."""

import json
from contextlib import AbstractContextManager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from langassets_tests.servers.threaded import serving


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        told = f"{self.command} {self.path} {dict(self.headers.items())}"
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps({"error": {"message": f"Wrong key: {told}", "code": 401}, "message": told}).encode()
        self.send_response(401, "Unauthorized")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def echoing() -> AbstractContextManager[str]:
    """Its address, while it runs."""
    return serving(ThreadingHTTPServer(("127.0.0.1", 0), _Handler))
