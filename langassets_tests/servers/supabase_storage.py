"""A storage server for tests and benchmarks: real HTTP on 127.0.0.1, and faults on demand.

with SupabaseStorageServer() as server:
    store = SupabaseStore(server.url, server.key, "media")
    server.objects.put("he/lessons/1/text.json", b"{}")      # as the application would
    server.faults[3] = Injected(Fault.RESET, after=True)     # the third request from the start
    ...
    assert server.counts == {"list": 1, "delete": 1}
"""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import struct
from collections import Counter, deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from langassets_tests.servers.storage_api import ROUTES, Answer, Call, StorageApi, answer, cursor_after, error
from langassets_tests.servers.storage_bucket import Objects, StoredBody
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.streams import Streams, StreamServer

_BASE = "/storage/v1"
_HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class SupabaseStorageServer(StreamServer):
    """The server; `bucket` is there from the start, and `objects` what it holds.

    `faults` are by number of request, counted from 1; `always` is the fault of every request that has
    none of its own. `requests` is the log. `api.stuck` holds keys that no deletion removes,
    `api.delete_limit` is how many keys one may name, `api.largest_page` how many objects a page holds;
    with `api.wildcards`, '_' in a prefix stands for any character, as in SQL's LIKE. Its clock is `ahead`.
    `behind` is how many changes a former listing does not know of yet.
    """

    def __init__(self, bucket: str = "media") -> None:
        super().__init__("storage-server")
        self.key = _token("service_role")
        self.anonymous_key = _token("anon")
        self.faults: dict[int, Injected] = {}
        self.always: Injected | None = None
        self.requests: list[Call] = []
        self.bytes_exchanged = 0  # of bodies, both ways
        self.api = StorageApi({self.key: "service_role", self.anonymous_key: "anon"}.get)
        self.objects = self.api.buckets[bucket] = Objects()
        self.ahead = timedelta()
        self._bucket = bucket
        self._former: deque[dict[str, StoredBody]] = deque(maxlen=1)

    @property
    def behind(self) -> int:
        return (self._former.maxlen or 1) - 1

    @behind.setter
    def behind(self, changes: int) -> None:
        self._former = deque([dict(self.objects)], maxlen=changes + 1)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def counts(self) -> Counter[str]:
        """How many requests of each kind came in."""
        return Counter(call.kind for call in self.requests)

    async def _converse(self, client: Streams) -> None:
        while await self._exchange(*client):
            pass

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection stays open."""
        call = await self._read(reader)
        injected = self.faults.get(call.number, self.always)
        if injected is None or call.kind not in _ONLY.get(injected.fault, {call.kind}):
            reply = self.api.answer(call, _all)
        else:
            faulty = self._faulty(call, injected)
            if faulty is None:
                return await self._break_off(call, injected, reader, writer)
            reply = faulty
        if self.behind and call.kind in _CHANGES:
            self._former.append(dict(self.objects))
        call.status = reply.status
        self.bytes_exchanged += len(call.body) + len(reply.body)
        writer.write(_head(reply, datetime.now(UTC) + self.ahead) + reply.body)
        await writer.drain()
        return True

    async def _read(self, reader: asyncio.StreamReader) -> Call:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = target.partition("?")[0].removeprefix(_BASE)
        call = Call(len(self.requests) + 1, "unknown", method, path, headers, body)
        call.query = target.partition("?")[2]
        for kind, verb, route in ROUTES:
            match = route.match(path) if verb == method and target.startswith(_BASE) else None
            if match is not None:
                call.kind, call.match = kind, match.groups()
                break
        self.requests.append(call)
        return call

    def _faulty(self, call: Call, injected: Injected) -> Answer | None:
        """The answer that a fault makes of a request; None where the connection breaks instead."""
        fault = injected.fault
        if fault in _REMOVING:
            return self.api.answer(call, _REMOVING[fault])
        if fault in (Fault.EMPTY_PAGE, Fault.SAME_PAGE):
            return _empty_page(call, fault)
        if fault is Fault.UNDONE:
            return self._of(dict(self.objects), call)
        if fault is Fault.FORMER_LIST:
            return self._of(self._former[0], call)
        if fault is Fault.OTHER_BODY:
            bodies = [*self.objects.values()] or [StoredBody(b"")]
            other = bodies[call.number % len(bodies)]
            return Answer(200, other.body, {"content-type": other.content_type, "etag": other.etag})
        if fault in _ANSWERS:
            if injected.after:
                self.api.answer(call, _all)
            status, body, kind = _ANSWERS[fault]
            headers = {"content-type": kind}
            return Answer(status, body, headers | {"retry-after": injected.retry_after or "0"})
        if fault is Fault.ECHO:
            return error(403, "Unauthorized", f"{call.headers.get('authorization')} is not welcome")
        if fault is Fault.CUT:
            whole = self.api.answer(call, _all)
            half = whole.body if call.kind == "download" else whole.body[: len(whole.body) // 2]
            return Answer(whole.status, half, whole.headers)
        return None

    def _of(self, objects: Mapping[str, StoredBody], call: Call) -> Answer:
        """The answer that a bucket with these objects would give."""
        self.api.buckets[self._bucket] = other = Objects()
        other.update(objects)
        try:
            return self.api.answer(call, _all)
        finally:
            self.api.buckets[self._bucket] = self.objects

    async def _break_off(
        self, call: Call, injected: Injected, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        reply = self.api.answer(call, _all) if injected.after or injected.fault is Fault.HALF else None
        if injected.fault is Fault.TIMEOUT:
            await reader.read()  # until the client has had enough and hangs up
        elif injected.fault is Fault.HALF and reply is not None:
            writer.write(_head(reply, datetime.now(UTC) + self.ahead) + reply.body[: len(reply.body) // 2])
            await writer.drain()
        else:
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        return False


def _all(there: list[str]) -> tuple[list[str], list[str]]:
    return there, there


_REMOVING = {
    Fault.DELETE_NONE: lambda there: ([], []),
    Fault.DELETE_SOME: lambda there: (there[::2], there[::2]),
    Fault.DELETE_UNNAMED: lambda there: (there, there[::2]),
}
_CHANGES = {"upload", "move", "delete"}
# The kinds of requests that a fault is for.
_ONLY = {
    Fault.EMPTY_PAGE: {"list"},
    Fault.SAME_PAGE: {"list"},
    Fault.UNDONE: _CHANGES,
    Fault.FORMER_LIST: {"list"},
    Fault.OTHER_BODY: {"download"},
}
_BUSY = error(429, "too_many_connections", "Too many connections issued to the database").body
_BROKEN = error(500, "Internal", "Internal Server Error").body
_ANSWERS = {
    Fault.TOO_MANY: (429, _BUSY, "application/json"),
    Fault.FAILURE: (500, _BROKEN, "application/json"),
    Fault.GATEWAY: (502, _HTML, "text/html"),
    Fault.PROXY_PAGE: (200, _HTML, "text/html"),
}


def _empty_page(call: Call, fault: Fault) -> Answer:
    cursor = call.json().get("cursor", cursor_after(""))
    after = base64.b64decode(cursor).decode().removeprefix("l:").partition("\n")[0]
    onward = cursor if fault is Fault.SAME_PAGE else cursor_after(after, f"o:{call.number}")
    page = {"hasNext": True, "nextCursor": onward}
    return answer(page | {"folders": [], "objects": []})


def _head(reply: Answer, now: datetime) -> bytes:
    headers = reply.headers | {
        "content-length": str(len(reply.body)),
        "date": format_datetime(now, usegmt=True),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {reply.status} -\r\n{lines}\r\n".encode()


def _token(role: str) -> str:
    """A JSON Web Token as Supabase makes them."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"role": role, "iss": "supabase", "exp": 4102444800}]
    signed = ".".join(_base64(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_base64(hmac.digest(b'only for tests', signed.encode(), hashlib.sha256))}"


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
