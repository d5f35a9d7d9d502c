"""Servers in processes of their own: what they take of memory and time is not the measured side's."""

import multiprocessing
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from benchmarks.course import keys_of, translated
from langassets_tests.servers.model_replies import Fault, Reply, Response
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.storage_bucket import Objects, StoredBody
from langassets_tests.servers.supabase_storage import SupabaseStorageServer
from langassets_tests.servers.translator import translate

_Server = TypeVar("_Server", bound=AbstractContextManager[Any])
_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a server was asked since it last forgot: requests, bytes of bodies both ways, tokens billed."""

    requests: int = 0
    bytes: int = 0
    tokens: int = 0

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(self.requests + other.requests, self.bytes + other.bytes, self.tokens + other.tokens)


class Remote(Generic[_Server]):
    """A server that runs in a process of its own; `ask` has a function done over there."""

    def __init__(self, made_by: Callable[[], _Server]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._here, there = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(made_by, there), name="server", daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._here.send(None)
        self._process.join(30)

    def ask(
        self,
        function: Callable[Concatenate[_Server, _Given], _Answer],
        *given: _Given.args,
        **named: _Given.kwargs,
    ) -> _Answer:
        """What `function(server, *given)` returns in the server's process; a function of a module's own."""
        self._here.send((function, given, named))
        answer, error = self._here.recv()
        if error:
            raise RuntimeError(error)
        made: _Answer = answer
        return made


def _serve(made_by: Callable[[], AbstractContextManager[Any]], link: Connection) -> None:
    with made_by() as server:
        while (asked := link.recv()) is not None:
            function, given, named = asked
            try:
                link.send((function(server, *given, **named), None))
            except Exception as error:  # noqa: BLE001  (goes to whoever asked)
                link.send((None, repr(error)))


_TOKENS = re.compile(rb'"total_tokens": ?(\d+)')
_PIECE = 4_000  # characters: what wraps the pieces of a stream is not what is measured


class CountingModels(OpenAIServer):
    """OpenAI's protocol; counts requests, bytes and tokens, and keeps no request. In its `plain` manner any
    prompt is taken: the loop's."""

    def __init__(self, latency: float, *, plain: bool = False) -> None:
        super().__init__(latency=latency, plain=plain, piece=_PIECE)
        self.traffic = Traffic()

    def _chat(self, body: dict[str, Any], mode: str = "direct", at: float | None = None) -> Response | Fault:
        if not self.plain:
            return super()._chat(body, mode, at)
        prompt = body["messages"][-1]["content"]
        language = prompt.partition("from English to ")[2].partition(".")[0]
        self.closing.wait(self.latency)
        reply = Reply([], translate(prompt.partition("Text to translate:\n")[2], language))
        return Response.of(200, self.completion(body["model"], prompt, reply))

    def answer(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Response | Fault:
        reply = super().answer(method, path, query, headers, body)
        assert isinstance(reply, Response)
        parts = [part for part in reply.stream or [reply.body] if isinstance(part, bytes)]
        told = b"".join(parts)
        billed = _TOKENS.findall(told)
        with self.lock:
            self.traffic += Traffic(1, len(body) + len(told), int(billed[-1]) if billed else 0)
            self.requests.clear()
            self.said.clear()
        return replace(reply, stream=iter(parts)) if reply.stream else reply


def model_traffic(server: CountingModels) -> Traffic:
    """What it was asked, forgotten with this."""
    with server.lock:
        traffic, server.traffic = server.traffic, Traffic()
    return traffic


def address(server: SupabaseStorageServer | OpenAIServer) -> tuple[str, str]:
    """The address and the key that opens it."""
    return server.url, server.key


def storage_traffic(server: SupabaseStorageServer) -> Traffic:
    """What it was asked, forgotten with this."""
    traffic = Traffic(len(server.requests), server.bytes_exchanged)
    server.requests.clear()
    server.bytes_exchanged = 0
    return traffic


def fill(server: SupabaseStorageServer, languages: Sequence[str], lessons: int, types: Sequence[str]) -> None:
    """Let the bucket hold just the objects of these lessons, each with its own key for a body."""
    server.objects = server.api.buckets["media"] = Objects()
    for key in keys_of(languages, lessons, types):
        server.objects[key] = StoredBody(key.encode())


def fill_as_made(
    server: SupabaseStorageServer, languages: Sequence[str], lessons: int, types: Sequence[str]
) -> None:
    """The same, each with the body that memory makes."""
    fill(server, languages, lessons, types)
    for n in range(lessons):
        for kind in types:
            body = StoredBody(translated(n, kind))
            server.objects |= {f"{language}/lessons/{n}/{kind}.json": body for language in languages}
