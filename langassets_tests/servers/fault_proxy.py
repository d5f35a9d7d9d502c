"""A proxy that stands before storage, a model or PostgreSQL, and does what networks do.

with FaultProxy(server.url) as proxy:                        # requests of HTTP, one after the other
    proxy.trouble = lambda number: Trouble.HALF if number == 3 else None
    client = SupabaseStore(proxy.url, …)

with FaultProxy("/tmp/…/.s.PGSQL.5432", http=False) as proxy:    # any bytes; a number for each piece
"""

import asyncio
import re
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from enum import StrEnum
from urllib.parse import urlsplit

from langassets_tests.servers.streams import Streams, StreamServer


class Trouble(StrEnum):
    """What befalls a request, or a piece of a stream."""

    LATENCY = "late"
    LOSS = "swallowed: nothing comes back, ever"
    RESET = "reset before it arrives"
    RESET_AFTER = "reset after it took effect"
    HALF = "half an answer, then the end"
    TOO_MANY = "429"
    UNAVAILABLE = "503"
    GATEWAY = "502 with a page of HTML"


_STATUS = {
    Trouble.TOO_MANY: (429, "application/json", b'{"statusCode":"429","error":"x","message":"slow down"}'),
    Trouble.UNAVAILABLE: (503, "application/json", b'{"statusCode":"503","error":"x","message":"later"}'),
    Trouble.GATEWAY: (502, "text/html", b"<html><body><h1>502 Bad Gateway</h1></body></html>"),
}
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class FaultProxy(StreamServer):
    """The proxy, before `upstream`: an address, or the path of a socket.

    `trouble` says by number, counted from 1, what befalls a request; `befell` counts what did. `latency`
    and `silence` are in seconds: how late what is late is, and after how long a stream that carries
    nothing any more is found to be broken, as keepalives find it.
    """

    def __init__(self, upstream: str, *, http: bool = True) -> None:
        super().__init__("fault-proxy")
        self.trouble: Callable[[int], Trouble | None] = lambda _: None
        self.befell: Counter[Trouble] = Counter()
        self.latency, self.silence = 0.05, 0.5
        self.number = 0
        self._upstream, self._http = upstream, http

    @property
    def url(self) -> str:
        """Where it listens, with the path that the upstream's address has."""
        return f"http://127.0.0.1:{self.port}{urlsplit(self._upstream).path if self._http else ''}"

    async def _converse(self, client: Streams) -> None:
        upstream = await self._connected()
        try:
            await (self._requests if self._http else self._stream)(client, upstream)
        finally:
            upstream[1].close()

    async def _connected(self) -> Streams:
        if not self._http:
            return await asyncio.open_unix_connection(self._upstream)
        parts = urlsplit(self._upstream)
        return await asyncio.open_connection(parts.hostname, parts.port)

    def _next(self) -> Trouble | None:
        self.number += 1
        trouble = self.trouble(self.number)
        if trouble:
            self.befell[trouble] += 1
        return trouble

    async def _requests(self, client: Streams, server: Streams) -> None:
        """Requests and their answers, until one end hangs up."""
        while True:
            request = await _message(client[0])
            trouble = self._next()
            if trouble is Trouble.LATENCY:
                await asyncio.sleep(self.latency)
            elif trouble is Trouble.LOSS:
                await client[0].read()  # until the client has had enough
                return
            elif trouble is Trouble.RESET:
                _reset(client[1])
                return
            elif trouble in _STATUS:
                client[1].write(_status(trouble))
                continue
            server[1].write(request)
            answer = await _message(server[0])
            if trouble is Trouble.RESET_AFTER:
                _reset(client[1])
                return
            client[1].write(answer[: len(answer) // 2] if trouble is Trouble.HALF else answer)
            await client[1].drain()
            if trouble is Trouble.HALF:
                return

    async def _stream(self, client: Streams, server: Streams) -> None:
        """Bytes in both directions; what befalls a piece of the client's befalls the connection."""
        back = asyncio.create_task(_pumped(server[0], client[1]))
        try:
            while piece := await client[0].read(65536):
                trouble = self._next()
                if trouble is Trouble.LATENCY:
                    await asyncio.sleep(self.latency)
                elif trouble is not None:
                    await _stopped(back)
                    await self._broken(trouble, piece, client, server)
                    return
                server[1].write(piece)
                await server[1].drain()
        finally:
            back.cancel()

    async def _broken(self, trouble: Trouble, piece: bytes, client: Streams, server: Streams) -> None:
        if trouble is not Trouble.RESET:
            server[1].write(piece)  # it takes effect, and nobody hears of it, or not of all
            answer = await server[0].read(65536)
            if trouble is Trouble.HALF:
                client[1].write(answer[: len(answer) // 2])
                await client[1].drain()
        if trouble is Trouble.LOSS:
            await asyncio.sleep(self.silence)
        _reset(client[1])


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _pumped(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(65536):
            target.write(piece)
            await target.drain()
    target.close()  # the server is gone, and its client hears of it


async def _message(reader: asyncio.StreamReader) -> bytes:
    """A request or an answer of HTTP, whole: it says how long it is, or comes in chunks, as a stream does."""
    head = await reader.readuntil(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        return head + b"".join([chunk async for chunk in _chunks(reader)])
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    size = b""
    while size.strip() != b"0":
        size = await reader.readuntil(b"\r\n")
        yield size + await reader.readexactly(int(size, 16) + 2)


def _status(trouble: Trouble) -> bytes:
    status, kind, body = _STATUS[trouble]
    head = [f"HTTP/1.1 {status} -", f"content-type: {kind}", "retry-after: 0", f"content-length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


def _reset(writer: asyncio.StreamWriter) -> None:
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
