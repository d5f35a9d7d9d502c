"""What the servers of every model protocol have in common: a model that translates, and all that goes wrong.

Real HTTP on 127.0.0.1, a thread for each connection. Subclasses speak a protocol.
"""

import re
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from langassets.translation.types import Finish
from langassets_tests.servers.limiters import Limiter
from langassets_tests.servers.model_replies import (
    Asked,
    Behaviour,
    Fault,
    Flex,
    Json,
    Reply,
    Response,
    item_ends,
    read_message,
    sound,
    tokens,
)
from langassets_tests.servers.tariff import Books, Metered, PromptCache


class ModelServer(ABC):
    """A server, in threads of its own. `behaviour` makes something else of a sound reply, or a fault.

    `latency` is the time of an answer in seconds, refusals come at once; `limiter` refuses what is too
    much, and with `says_limits` the protocol's headers say so beforehand. `most_tokens` cuts answers.
    An answer that is to stream comes in pieces of `piece` characters, `pace` seconds apart, and goes out in
    `packet` bytes at a time. `said` are the texts whose translations have gone out whole, with the request's
    number and language. `cache` makes what begins alike cheaper, `reasoning` are tokens that the model thinks
    for each answer, and `books` hold what is charged for. `requests` are those that reached the model,
    `refused` counts those that met the limit. `wall` is the clock that batches go by, `flex` what becomes of
    requests in the cheaper tier.
    """

    def __init__(
        self,
        *,
        behaviour: Behaviour = lambda _asked, reply: reply,
        latency: float = 0.0,
        limiter: Limiter | None = None,
        says_limits: bool = True,
        most_tokens: int | None = None,
        key: str = "a-key-for-tests",
        piece: int = 200,
        pace: float = 0.0,
        packet: int = 65_536,
        cache: PromptCache | None = None,
        reasoning: int = 0,
        books: Books | None = None,
        wall: Callable[[], float] = time.time,
        flex: Flex = Flex.YES,
    ) -> None:
        self.wall, self.flex = wall, flex
        self.cache, self.reasoning, self.books = cache, reasoning, books
        self.piece, self.pace, self.packet = piece, pace, packet
        self.said: list[tuple[int, str, str]] = []
        self.behaviour = behaviour
        self.latency = latency
        self.limiter = limiter
        self.says_limits = says_limits
        self.most_tokens = most_tokens
        self.key = key
        self.patience = 5.0
        self.requests: list[Asked] = []
        self.refused = 0
        self.most_at_once = 0
        self._under_way = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self._http = _Server(("127.0.0.1", 0), self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="model-server")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """Where it listens: `http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def sent(self) -> list[str]:
        """Every text that was asked for, as often as it was."""
        return [text for asked in self.requests for text in asked.texts.values()]

    @abstractmethod
    def answer(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Response | Fault:
        """The answer to one HTTP request: a protocol's own."""

    def complete(self, model: str, system: str, payload: str, body: Json, most_tokens: int) -> Reply | Fault:
        """What the model makes of a request, after `latency`."""
        with self.lock:
            now = time.monotonic()
            if self.limiter is not None and not self.limiter.admit(now):
                self.refused += 1
                return Fault.LIMIT
            told, data = read_message(payload)
            # Earlier versions name the language in the instructions.
            target = re.search(r"into [^\n]+?\(([\w-]+)\)\.", told or system)
            assert target, payload
            asked = Asked(len(self.requests) + 1, now, model, target[1], system + told, data, body)
            self.requests.append(asked)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
        try:
            self.closing.wait(self.latency)
            reply = self._cut(self.behaviour(asked, sound(asked)), most_tokens)
            if isinstance(reply, Reply):
                reply.asked = asked
            return reply
        finally:
            with self.lock:
                self._under_way -= 1

    def metered(
        self,
        model: str,
        prompt: str,
        reply: Reply,
        mode: str = "direct",
        at: float | None = None,
        marked: str | None = None,
    ) -> tuple[str, Metered]:
        """The request's name, and what its answer takes; charged for from now on."""
        with self.lock:
            cached, written = 0, 0
            if self.cache:
                of = self.cache.hit(model, prompt) if marked is None else self.cache.marked(model, marked)
                cached, written = of
            answered = tokens(reply.content) + self.reasoning
            metered = Metered(tokens(prompt), cached, written, answered, self.reasoning)
            name = f"r-{reply.asked.number if reply.asked else 0}"
            if self.books is not None:
                self.books.note(name, model, mode, metered, self.wall() if at is None else at)
        return name, metered

    def no_flex(self) -> tuple[int, str, str] | None:
        """Why a request in the cheaper tier is refused, None where it is not."""
        return {
            Flex.YES: None,
            Flex.NO_ROOM: (429, "resource_unavailable", "There is no room for flex"),
            Flex.UNKNOWN: (400, "invalid_value", "Invalid service_tier argument"),
        }[self.flex]

    def pieces(self, reply: Reply) -> Iterator[str | Fault]:
        """A reply as it streams, up to where it breaks off."""
        content, broken = reply.content, reply.breaks_after
        ends = item_ends(reply)
        for start in range(0, len(content), self.piece):
            end = min(start + self.piece, len(content) if broken is None else broken)
            if start < end:
                yield content[start:end]
                self._note(reply, [number for number, at in ends if start < at <= end])
            if broken is not None and end >= broken:
                yield reply.breaks_by or Fault.RESET
                return
            self.closing.wait(self.pace)

    def _note(self, reply: Reply, numbers: list[int]) -> None:
        asked = reply.asked
        if asked is not None:
            with self.lock:
                self.said += [(asked.number, asked.target_language, asked.texts[each]) for each in numbers]

    def _cut(self, reply: Reply | Fault, most_tokens: int) -> Reply | Fault:
        most = min(most_tokens, self.most_tokens or most_tokens)
        if isinstance(reply, Reply) and tokens(reply.content) > most:
            return Reply([], reply.content[: most * 4], Finish.TRUNCATED)
        return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], models: ModelServer) -> None:
        super().__init__(address, _Handler)
        self.models = models

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    # Without it, the second half of an answer waits for the client's acknowledgement of the first.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self._respond("POST")

    def do_GET(self) -> None:
        self._respond("GET")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing goes to the terminal."""

    def _respond(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        response = self.server.models.answer(method, address.path, query, headers, body)
        if response is Fault.HANG:
            self.server.models.closing.wait(self.server.models.patience)
            response = Fault.RESET
        if response is Fault.RESET:
            self._reset()
            return
        if isinstance(response, Fault):
            page = b"<html><body>Welcome</body></html>" if response is Fault.HTML else b"{}"
            response = Response(200, page, {} if response is Fault.EMPTY else {"content-type": "text/html"})
        self.send_response(response.status)
        for name, value in {"content-type": "application/json", **response.headers}.items():
            self.send_header(name, value)
        if response.stream is not None:
            self._send(response.stream)
            return
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    def _send(self, parts: Iterator[bytes | Fault]) -> None:
        """In HTTP's chunks, the last of which says that there is no more."""
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        size = self.server.models.packet
        for part in parts:
            if isinstance(part, Fault):
                if part is Fault.HANG:
                    self.server.models.closing.wait(self.server.models.patience)
                if part is not Fault.EMPTY:
                    self._reset()
                    return
                break
            for packet in (part[start : start + size] for start in range(0, len(part), size)):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(packet), packet))
                self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def _reset(self) -> None:
        # With this, closing sends RST: the client sees its connection cut, not ended.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()
