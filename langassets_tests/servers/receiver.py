"""A webhook's receiver: keeps what it is sent, and refuses it while it is told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langassets_tests.servers.threaded import serving


class Receiver(ThreadingHTTPServer):
    """Listens on 127.0.0.1. `received` are the bodies of POST requests, `asked` the paths of GET requests;
    `status` is what it answers."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.status = 200

    @property
    def alerts(self) -> str:
        """An Apprise address of it, with something secret in it."""
        return f"json://user:opensesame@127.0.0.1:{self.server_port}/hook"

    @property
    def address(self) -> str:
        """Its web address."""
        return f"http://127.0.0.1:{self.server_port}/ping/opensesame"

    def titles(self) -> list[str]:
        """The titles of the alerts so far."""
        return [body["title"] for body in self.received]


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.received.append(body)
        self._answer()

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self._answer()

    def _answer(self) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing goes to the terminal."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens while the block runs."""
    server = Receiver()
    with serving(server):
        yield server
