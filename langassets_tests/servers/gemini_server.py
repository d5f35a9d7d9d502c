"""Gemini's generateContent over REST, as a server for tests and benchmarks.

with GeminiServer() as server:
    provider = GeminiProvider(server.key, "gemini-3.5-flash-lite", server.url, timeout=10)
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from langassets.translation.types import Finish
from langassets_tests.servers.model_replies import Fault, Json, Reply, Response, tokens
from langassets_tests.servers.model_server import ModelServer
from langassets_tests.servers.tariff import Metered

# Names, or the numbers that the client library asks for.
_FINISHES = {Finish.COMPLETE: "STOP", Finish.TRUNCATED: "MAX_TOKENS", Finish.REFUSED: "SAFETY"}
_NUMBERS = {"STOP": 1, "MAX_TOKENS": 2, "SAFETY": 3}
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


_CREATE_PATH = re.compile(r"/v1beta/models/([\w.-]+):batchGenerateContent\Z")
_BATCH_PATH = re.compile(r"/v1beta/(?:(batches/\w+)(:cancel)?|batches)\Z")
EXPIRES = 48 * 3600.0
"""Seconds after which a batch that is not done expires, with nothing to be had of it."""


@dataclass
class GeminiBatch:
    """A batch as the server has it; `answers` once it is done."""

    name: str
    model: str
    display_name: str
    requests: list[Json]
    created_at: float
    answers: list[Response | Fault] | None = None
    cancelled: bool = False

    def operation(self, seconds: float, now: float) -> Json:
        """The batch as a long-running operation."""
        waited = now - self.created_at
        state = "RUNNING" if waited else "PENDING"
        if self.cancelled:
            state = "CANCELLED"
        elif self.answers is not None:
            state = "SUCCEEDED"
        elif waited >= EXPIRES:
            state = "EXPIRED"
        total = str(len(self.requests))
        stats = {"requestCount": total, "successfulRequestCount": total if self.answers else "0"}
        ends = datetime.fromtimestamp(int(self.created_at + seconds), UTC).isoformat().replace("+00:00", "Z")
        metadata: Json = {
            "state": f"BATCH_STATE_{state}",
            "displayName": self.display_name,
            "batchStats": stats,
            "endTime": ends,
        }
        operation: Json = {
            "name": self.name,
            "metadata": metadata,
            "done": state not in {"RUNNING", "PENDING"},
        }
        if self.answers is not None and not self.cancelled:
            inlined = [
                {"metadata": each["metadata"], **_outcome(answer)}
                for each, answer in zip(self.requests, self.answers, strict=True)
            ]
            operation["response"] = {"inlinedResponses": {"inlinedResponses": inlined[::-1]}}
        return operation


class GeminiServer(ModelServer):
    """The server; hand `url` to the client as its endpoint."""

    def __init__(self, *, models: tuple[str, ...] = (), streams: bool = True, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.streams = streams
        self.batches: list[GeminiBatch] = []
        self.batch_seconds = 0.0
        self.on_create: Fault | None = None
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
        if found := _BATCH_PATH.match(path):
            return self._batch(method, found[1], cancel=bool(found[2]), query=query)
        if method == "POST" and (found := _CREATE_PATH.match(path)):
            return self._create(found[1], json.loads(body)["batch"])
        match = _PATH.match(path)
        if method != "POST" or not match or (self.models and match[1] not in self.models):
            return _error(404, "NOT_FOUND", f"{path} is not found for API version v1beta")
        answer = self._generate(match[1], json.loads(body), stream=match[2] != "generateContent")
        return _numbered(answer) if "int" in query.get("$alt", "") else answer

    def _generate(
        self, model: str, body: Json, *, stream: bool, mode: str = "direct", at: float | None = None
    ) -> Response | Fault:
        config = body.get("generationConfig", {})
        if config.get("responseMimeType") != "application/json" or "responseSchema" not in config:
            return _error(400, "INVALID_ARGUMENT", "There is no response schema.")
        system, user = (_text(part) for part in (body["systemInstruction"], body["contents"][0]))
        flex = body.get("serviceTier") == "flex"
        if flex and (refused := self.no_flex()):
            return _error(refused[0], "RESOURCE_EXHAUSTED", refused[2])
        mode = "flex" if flex else mode
        reply = self.complete(model, system, user, body, int(config.get("maxOutputTokens", 65_536)))
        if isinstance(reply, Reply) and stream and self.streams:
            return Response(200, b"", stream=self._parts(model, system + user, reply))
        if isinstance(reply, Reply):
            tier = {"x-gemini-service-tier": "flex" if flex else "standard"}
            named = self.metered(model, system + user, reply, mode, at)
            return Response.of(200, _generated(*named, reply), tier)
        if reply in _ERRORS:
            status, name, message = _ERRORS[reply]
            return _error(status, name, message, self._details(reply))
        return reply

    def _create(self, model: str, batch: Json) -> Response | Fault:
        """Take a batch in: its requests stand in the call itself."""
        name, requests = f"batches/{len(self.batches) + 1}", batch["inputConfig"]["requests"]["requests"]
        self.batches.append(GeminiBatch(name, model, batch["displayName"], requests, self.wall()))
        return self.on_create or Response.of(200, self.batches[-1].operation(self.batch_seconds, self.wall()))

    def _batch(self, method: str, name: str | None, *, cancel: bool, query: Mapping[str, str]) -> Response:
        if name is None:
            start = int(query.get("pageToken") or 0)
            newest = self.batches[::-1][start : start + 2]
            page: Json = {"operations": [one.operation(self.batch_seconds, self.wall()) for one in newest]}
            more = {"nextPageToken": str(start + 2)} if start + 2 < len(self.batches) else {}
            return Response.of(200, page | more)
        found = next((one for one in self.batches if one.name == name), None)
        if found is None:
            return _error(404, "NOT_FOUND", f"{name} is not found")
        if cancel:
            found.cancelled = True
        waited = self.wall() - found.created_at
        if not found.cancelled and found.answers is None and waited >= self.batch_seconds:
            at = found.created_at + self.batch_seconds
            found.answers = [
                self._generate(found.model, each["request"], stream=False, mode="batch", at=at)
                for each in found.requests
            ]
        return Response.of(200, {} if cancel else found.operation(self.batch_seconds, self.wall()))

    def _parts(self, model: str, prompt: str, reply: Reply) -> Iterator[bytes | Fault]:
        """A list of responses, each with a piece; what they are billed for grows, and the last says why it
        ended."""
        name, metered = self.metered(model, prompt, reply)
        whole, answered = _generated(name, metered, reply), 0
        if "content" in whole["candidates"][0]:
            for number, piece in enumerate(self.pieces(reply)):
                if isinstance(piece, Fault):
                    yield piece
                    return
                answered += tokens(piece)
                part = _generated(name, metered._replace(answered=answered, thought=0), Reply([], piece))
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


def _generated(name: str, metered: Metered, reply: Reply) -> Json:
    usage = {
        "promptTokenCount": metered.sent,
        "cachedContentTokenCount": metered.cached,
        "candidatesTokenCount": metered.answered - metered.thought,
        "thoughtsTokenCount": metered.thought,
        "totalTokenCount": metered.sent + metered.answered,
    }
    candidate: Json = {"finishReason": _FINISHES[reply.finish], "index": 0}
    if reply.finish is not Finish.REFUSED:
        candidate["content"] = {"parts": [{"text": reply.content}], "role": "model"}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "test", "responseId": name}


def _outcome(answer: Response | Fault) -> Json:
    assert isinstance(answer, Response)
    said = json.loads(answer.body)
    return {"response": said} if answer.status == 200 else {"error": said["error"]}


def _numbered(answer: Response | Fault) -> Response | Fault:
    """An answer as the client library asks for it: with numbers for names."""
    if isinstance(answer, Response):
        answer.body = _in_numbers(answer.body)
        if answer.stream is not None:
            parts = answer.stream
            answer.stream = (part if isinstance(part, Fault) else _in_numbers(part) for part in parts)
    return answer


def _in_numbers(body: bytes) -> bytes:
    for name, number in _NUMBERS.items():
        body = body.replace(f'"finishReason": "{name}"'.encode(), f'"finishReason": {number}'.encode())
    return body


def _text(content: Json) -> str:
    return "".join(part["text"] for part in content["parts"])


def _quota(identifier: str) -> Json:
    violation = {"quotaMetric": "generativelanguage.googleapis.com/requests", "quotaId": identifier}
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}


def _error(status: int, name: str, message: str, details: list[Json] | None = None) -> Response:
    body = {"code": status, "message": message, "status": name, "details": details or []}
    return Response.of(status, {"error": body})
