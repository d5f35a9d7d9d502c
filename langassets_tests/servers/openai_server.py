"""OpenAI's chat completions, as a server for tests and benchmarks.

with OpenAIServer(latency=0.3, limiter=FixedWindow(50, 1.0)) as server:
    provider = OpenAIProvider(server.key, "gpt-6-luna", server.url, timeout=10)
    ...
    assert len(server.requests) == 4 and server.refused == 0
"""

import json
import time
from collections.abc import Iterator, Mapping
from enum import Enum

from langassets.translation.types import Finish
from langassets_tests.servers.model_replies import Fault, Json, Reply, Response
from langassets_tests.servers.model_server import ModelServer
from langassets_tests.servers.openai_batch_api import BatchApi

_FINISHES = {Finish.COMPLETE: "stop", Finish.TRUNCATED: "length", Finish.REFUSED: "content_filter"}
_ERRORS: dict[Fault, tuple[int, str, str]] = {
    Fault.ERROR_500: (500, "server_error", "The server had an error"),
    Fault.ERROR_503: (503, "overloaded", "The engine is currently overloaded"),
    Fault.LIMIT: (429, "rate_limit_exceeded", "Rate limit reached for requests"),
    Fault.LIMIT_WITHOUT_A_WORD: (429, "rate_limit_exceeded", "Rate limit reached for requests"),
    Fault.LIMIT_FOR_TODAY: (429, "rate_limit_exceeded", "Rate limit reached for requests per day"),
    Fault.NO_CREDIT: (429, "insufficient_quota", "You exceeded your current quota"),
    Fault.TOO_LONG: (400, "context_length_exceeded", "This model's maximum context length is exceeded"),
    Fault.FILTERED: (400, "content_filter", "The prompt was filtered"),
    Fault.BAD_REQUEST: (400, "invalid_value", "Something in the request is wrong"),
}


class Streams(Enum):
    """What a server does when it is asked to stream."""

    YES = "it does"
    WITHOUT_USAGE = "it does, and takes no stream_options"
    IGNORED = "it answers as a whole"
    REFUSED = "400"


class OpenAIServer(ModelServer):
    """The server; hand `url` to the client as its base address."""

    def __init__(
        self,
        *,
        models: tuple[str, ...] = (),
        plain: bool = False,
        streams: Streams = Streams.YES,
        **options: object,
    ) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.models = models
        self.streams = streams
        self.batches = BatchApi(self._in_batch, self.wall)
        self.plain = plain
        """Whether any prompt is taken, and answered with a few words."""

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL would name."""
        return f"{self.origin}/v1"

    def answer(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Response | Fault:
        """One HTTP request."""
        if headers.get("authorization") != f"Bearer {self.key}":
            given = headers.get("authorization", "").removeprefix("Bearer ")
            return _error(401, "invalid_api_key", f"Incorrect API key provided: {given}")
        if (method, path) == ("POST", "/v1/chat/completions"):
            return self._chat(json.loads(body))
        if method == "GET" and (model := path.removeprefix("/v1/models/")) != path:
            if self.models and model not in self.models:
                return _error(404, "model_not_found", f"The model `{model}` does not exist")
            return Response.of(200, {"id": model, "object": "model", "created": 1, "owned_by": "test"})
        if path.startswith(("/v1/files", "/v1/batches")):
            return self.batches.answer(method, path.removeprefix("/v1"), query, headers, body)
        return _error(404, "unknown_url", f"Unknown request URL: {method} {path}")

    def _in_batch(self, body: Json, at: float) -> Response | Fault:
        return self._chat(body, "batch", at)

    def _chat(self, body: Json, mode: str = "direct", at: float | None = None) -> Response | Fault:
        if self.plain:
            self.closing.wait(self.latency)
            return Response.of(200, self.completion(body["model"], "", Reply([], "Hola")))
        if body.get("service_tier") == "flex" and (refused := self.no_flex()):
            return _error(*refused)
        if problem := _problem(body) or self._refused(body):
            return _error(400, "invalid_request_error", problem)
        if self.models and body["model"] not in self.models:
            return _error(404, "model_not_found", f"The model `{body['model']}` does not exist")
        system, user = (content_of(message["content"]) for message in body["messages"])
        most = body.get("max_completion_tokens", 128_000)
        reply = self.complete(body["model"], system, user, body, most)
        mode = mode if body.get("service_tier") != "flex" else "flex"
        if isinstance(reply, Reply) and body.get("stream") and self.streams is not Streams.IGNORED:
            headers = {"content-type": "text/event-stream; charset=utf-8", **self._limits()}
            return Response(200, b"", headers, self._events(body, system + user, reply, mode))
        if isinstance(reply, Reply):
            whole = self.completion(body["model"], system + user, reply, mode, at, _marked(body))
            return Response.of(200, whole, self._limits())
        if reply in _ERRORS:
            status, code, message = _ERRORS[reply]
            return _error(status, code, message, self._waits(reply))
        return reply

    def _refused(self, body: Json) -> str | None:
        if self.streams is Streams.REFUSED and body.get("stream"):
            return "Streaming is not supported"
        if self.streams is Streams.WITHOUT_USAGE and "stream_options" in body:
            return "Unrecognized request argument supplied: stream_options"
        return None

    def _events(self, body: Json, prompt: str, reply: Reply, mode: str) -> Iterator[bytes | Fault]:
        """The completion in pieces, as server-sent events."""
        whole = self.completion(body["model"], prompt, reply, mode, marked=_marked(body))
        told = {**whole, "object": "chat.completion.chunk", "usage": None}
        yield _event(told, {"role": "assistant", "content": ""})
        for piece in self.pieces(reply):
            if isinstance(piece, Fault):
                yield piece
                return
            yield b": a comment that keeps the connection open\n\n" + _event(told, {"content": piece})
        yield _event(told, {}, _FINISHES[reply.finish])
        if body.get("stream_options", {}).get("include_usage"):
            yield _sse({**told, "choices": [], "usage": whole["usage"]})
        yield b"data: [DONE]\n\n"

    def completion(
        self,
        model: str,
        prompt: str,
        reply: Reply,
        mode: str = "direct",
        at: float | None = None,
        marked: str | None = None,
    ) -> Json:
        """A chat completion with this reply."""
        content = reply.content
        at = self.wall() if at is None else at
        name, metered = self.metered(model, prompt, reply, mode, at, marked)
        message = {"role": "assistant", "content": content, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": _FINISHES[reply.finish], "logprobs": None}
        usage: Json = {"prompt_tokens": metered.sent, "completion_tokens": metered.answered}
        usage["total_tokens"] = sum(usage.values())
        usage["prompt_tokens_details"] = {
            "cached_tokens": metered.cached,
            "cache_write_tokens": metered.written,
        }
        usage["completion_tokens_details"] = {"reasoning_tokens": metered.thought}
        return {
            "id": name,
            "service_tier": "flex" if mode == "flex" else "default",
            "object": "chat.completion",
            "created": int(at),
            "model": model,
            "choices": [choice],
            "usage": usage,
        }

    def _limits(self) -> dict[str, str]:
        if self.limiter is None or not self.says_limits:
            return {}
        with self.lock:
            now = time.monotonic()
            remaining, reset = self.limiter.remaining(now), self.limiter.reset(now)
        return {
            "x-ratelimit-limit-requests": str(self.limiter.limit),
            "x-ratelimit-remaining-requests": str(remaining),
            "x-ratelimit-reset-requests": f"{max(0, round(reset * 1000))}ms",
        }

    def _waits(self, fault: Fault) -> dict[str, str]:
        if fault is Fault.LIMIT_FOR_TODAY:
            return {"retry-after": "40000"}
        if fault is not Fault.LIMIT:
            return {}
        wait = self.limiter.retry_after(time.monotonic()) if self.limiter else 0.05
        return {
            "retry-after-ms": f"{wait * 1000:.0f}",
            "retry-after": str(-int(-wait // 1)),
            **self._limits(),
        }


def _marked(body: Json) -> str | None:
    """As far as a prompt is to be cached by its own word, None where it says none."""
    if body.get("prompt_cache_options", {}).get("mode") != "explicit":
        return None
    beginning, found = "", ""
    for message in body["messages"]:
        content = message["content"]
        for part in [{"text": content}] if isinstance(content, str) else content:
            beginning += part["text"]
            found = beginning if "prompt_cache_breakpoint" in part else found
    return found


def content_of(content: str | list[Json]) -> str:
    """The text of a message, in parts or not."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _event(told: Json, delta: Json, finish: str | None = None) -> bytes:
    return _sse({**told, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _sse(event: Json) -> bytes:
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


def _problem(body: Json) -> str | None:
    """What a server with strict structured output would refuse."""
    if [message.get("role") for message in body.get("messages", ())] != ["system", "user"]:
        return "messages are missing"
    wanted = body.get("response_format", {})
    schema = wanted.get("json_schema", {})
    if wanted.get("type") != "json_schema" or not schema.get("name") or schema.get("strict") is not True:
        return "response_format is not a strict JSON schema"
    return _not_strict(schema["schema"])


def _not_strict(schema: Json) -> str | None:
    if schema["type"] == "object":
        if schema.get("additionalProperties") is not False or set(schema["required"]) != set(
            schema["properties"]
        ):
            return "every property must be required, and no other allowed"
        return next(filter(None, map(_not_strict, schema["properties"].values())), None)
    return _not_strict(schema["items"]) if schema["type"] == "array" else None


def _error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    kind = "insufficient_quota" if code == "insufficient_quota" else "invalid_request_error"
    return Response.of(
        status, {"error": {"message": message, "type": kind, "param": None, "code": code}}, headers
    )
