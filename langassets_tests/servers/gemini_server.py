"""Gemini's generateContent over REST, as a server for tests and benchmarks.

with GeminiServer() as server:
    provider = GeminiProvider(server.key, "gemini-3.5-flash-lite", server.url, timeout=10)
"""

import json
import re
import time
from collections.abc import Iterator, Mapping

from langassets.translation.types import Finish
from langassets_tests.servers.model_server import Fault, Json, ModelServer, Reply, Response, tokens

# Numbers, for the client asks for them: stop, the token limit, safety.
_FINISHES = {Finish.COMPLETE: 1, Finish.TRUNCATED: 2, Finish.REFUSED: 3}
_ERRORS: dict[Fault, tuple[int, str, str]] = {
    Fault.ERROR_500: (500, "INTERNAL", "An internal error has occurred."),
    Fault.ERROR_503: (503, "UNAVAILABLE", "The model is overloaded."),
    Fault.LIMIT: (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    Fault.LIMIT_WITHOUT_A_WORD: (429, "RESOURCE_EXHAUSTED", "Resource has been exhausted."),
    Fault.LIMIT_FOR_TODAY: (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    Fault.NO_CREDIT: (429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
    Fault.TOO_LONG: (400, "INVALID_ARGUMENT", "The input token count exceeds the maximum allowed."),
    Fault.FILTERED: (400, "INVALID_ARGUMENT", "The request was filtered."),
    Fault.BAD_REQUEST: (400, "INVALID_ARGUMENT", "Something in the request is wrong."),
}
_PATH = re.compile(r"/v1beta/models/([\w.-]+):(generateContent|streamGenerateContent)\Z")


class GeminiServer(ModelServer):
    """The server; hand `url` to the client as its endpoint."""

    def __init__(self, *, models: tuple[str, ...] = (), streams: bool = True, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.streams = streams
        self.models = models

    @property
    def url(self) -> str:
        """What GEMINI_API_ENDPOINT would name."""
        return self.origin

    def answer(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Response | Fault:
        """One HTTP request."""
        if headers.get("x-goog-api-key") != self.key:
            return _error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")
        match = _PATH.match(path)
        if method != "POST" or not match or (self.models and match[1] not in self.models):
            return _error(404, "NOT_FOUND", f"{path} is not found for API version v1beta")
        return self._generate(match[1], json.loads(body), stream=match[2] != "generateContent")

    def _generate(self, model: str, body: Json, *, stream: bool) -> Response | Fault:
        config = body.get("generationConfig", {})
        if config.get("responseMimeType") != "application/json" or "responseSchema" not in config:
            return _error(400, "INVALID_ARGUMENT", "There is no response schema.")
        system, user = (_text(part) for part in (body["systemInstruction"], body["contents"][0]))
        reply = self.complete(model, system, user, body, int(config.get("maxOutputTokens", 65_536)))
        if isinstance(reply, Reply) and stream and self.streams:
            return Response(200, b"", stream=self._parts(system + user, reply))
        if isinstance(reply, Reply):
            return Response.of(200, _generated(system + user, reply))
        if reply in _ERRORS:
            status, name, message = _ERRORS[reply]
            return _error(status, name, message, self._details(reply))
        return reply

    def _parts(self, prompt: str, reply: Reply) -> Iterator[bytes | Fault]:
        """A list of responses, each with a piece; what they are billed for grows, and the last says why it
        ended."""
        whole, answered = _generated(prompt, reply), 0
        if "content" in whole["candidates"][0]:
            for number, piece in enumerate(self.pieces(reply)):
                if isinstance(piece, Fault):
                    yield piece
                    return
                answered += tokens(piece)
                part = _generated(prompt, Reply([], piece), answered)
                del part["candidates"][0]["finishReason"]
                yield (b",\n" if number else b"[") + json.dumps(part, ensure_ascii=False).encode()
            whole["candidates"][0]["content"]["parts"] = [{"text": ""}]
        yield (b",\n" if answered else b"[") + json.dumps(whole).encode() + b"]\n"

    def _details(self, fault: Fault) -> list[Json]:
        if fault in {Fault.LIMIT_FOR_TODAY, Fault.NO_CREDIT}:
            return [_quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
        if fault is not Fault.LIMIT:
            return []
        wait = self.limiter.retry_after(time.monotonic()) if self.limiter else 0.05
        delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{wait:.3f}s"}
        return [_quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"), delay]


def _generated(prompt: str, reply: Reply, answered: int | None = None) -> Json:
    asked, answered = tokens(prompt), tokens(reply.content) if answered is None else answered
    usage = {
        "promptTokenCount": asked,
        "candidatesTokenCount": answered,
        "totalTokenCount": asked + answered,
    }
    candidate: Json = {"finishReason": _FINISHES[reply.finish], "index": 0}
    if reply.finish is not Finish.REFUSED:
        candidate["content"] = {"parts": [{"text": reply.content}], "role": "model"}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "test"}


def _text(content: Json) -> str:
    return "".join(part["text"] for part in content["parts"])


def _quota(identifier: str) -> Json:
    violation = {"quotaMetric": "generativelanguage.googleapis.com/requests", "quotaId": identifier}
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}


def _error(status: int, name: str, message: str, details: list[Json] | None = None) -> Response:
    body = {"code": status, "message": message, "status": name, "details": details or []}
    return Response.of(status, {"error": body})
