"""Gemini's generateContent over REST, as a server for tests and benchmarks.

with GeminiServer() as server:
    provider = GeminiProvider(server.key, "gemini-3.5-flash-lite", server.url, timeout=10)
"""

import json
import re
import time
from collections.abc import Mapping

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
_PATH = re.compile(r"/v1beta/models/([\w.-]+):generateContent\Z")


class GeminiServer(ModelServer):
    """The server; hand `url` to the client as its endpoint."""

    def __init__(self, *, models: tuple[str, ...] = (), **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
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
        return self._generate(match[1], json.loads(body))

    def _generate(self, model: str, body: Json) -> Response | Fault:
        config = body.get("generationConfig", {})
        if config.get("responseMimeType") != "application/json" or "responseSchema" not in config:
            return _error(400, "INVALID_ARGUMENT", "There is no response schema.")
        system, user = (_text(part) for part in (body["systemInstruction"], body["contents"][0]))
        reply = self.complete(model, system, user, body, int(config.get("maxOutputTokens", 65_536)))
        if isinstance(reply, Reply):
            return Response.of(200, _generated(system + user, reply))
        if reply in _ERRORS:
            status, name, message = _ERRORS[reply]
            return _error(status, name, message, self._details(reply))
        return reply

    def _details(self, fault: Fault) -> list[Json]:
        if fault in {Fault.LIMIT_FOR_TODAY, Fault.NO_CREDIT}:
            return [_quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
        if fault is not Fault.LIMIT:
            return []
        wait = self.limiter.retry_after(time.monotonic()) if self.limiter else 0.05
        delay = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{wait:.3f}s"}
        return [_quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"), delay]


def _generated(prompt: str, reply: Reply) -> Json:
    asked, answered = tokens(prompt), tokens(reply.content)
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
