"""OpenAI's files and batches, for `OpenAIServer`: in memory, and answered by the same model."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from langassets_tests.servers.model_replies import Fault, Json, Response

DAY = 86_400.0
"""Seconds after which a batch that is not done expires."""

Complete = Callable[[Json, float], Response | Fault]


@dataclass
class BatchApi:
    """`seconds` is how long a batch takes, by the clock `now`. `answered` is to how many of its requests it
    brings an answer before it expires, None for all; `rejected` is why batches are rejected as a whole.
    `on_create` is what becomes of the answer to a creation: the batch is there in any case.
    """

    complete: Complete
    now: Callable[[], float] = time.time
    seconds: float = 0.0
    answered: int | None = None
    rejected: str | None = None
    on_create: Fault | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    batches: list[Json] = field(default_factory=list)
    limit: int = 2

    def answer(
        self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
    ) -> Response | Fault:
        """One HTTP request below `/v1`."""
        if (method, path) == ("POST", "/files"):
            return self._upload(headers, body)
        if match := re.fullmatch(r"/files/([\w-]+)/content", path):
            if match[1] not in self.files:
                return _unknown(f"No such File object: {match[1]}")
            return Response(200, self.files[match[1]], {"content-type": "application/octet-stream"})
        if (method, path) == ("POST", "/batches"):
            return self._create(json.loads(body))
        if (method, path) == ("GET", "/batches"):
            return self._list(query.get("after"))
        if match := re.fullmatch(r"/batches/([\w-]+)(/cancel)?", path):
            for batch in self.batches:
                if batch["id"] == match[1]:
                    self._work(batch, cancelled=bool(match[2]))
                    return Response.of(200, batch)
            return _unknown(f"No batch found with id '{match[1]}'.")
        return Response.of(404, {"error": {"message": f"unknown {path}", "code": "unknown_url"}})

    def _upload(self, headers: Mapping[str, str], body: bytes) -> Response:
        boundary = headers["content-type"].partition("boundary=")[2].encode()
        [content] = [
            part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")
            for part in body.split(b"--" + boundary)
            if b'name="file"' in part
        ]
        identifier = self._file(content)
        return Response.of(
            200,
            {
                "id": identifier,
                "object": "file",
                "bytes": len(content),
                "created_at": int(self.now()),
                "filename": "requests.jsonl",
                "purpose": "batch",
                "status": "processed",
            },
        )

    def _file(self, content: bytes) -> str:
        identifier = f"file-{len(self.files) + 1}"
        self.files[identifier] = content
        return identifier

    def _create(self, body: Json) -> Response | Fault:
        batch = {
            "id": f"batch_{len(self.batches) + 1}",
            "object": "batch",
            "status": "validating",
            "created_at": self.now(),
            **body,
            "request_counts": {"total": 0, "completed": 0, "failed": 0},
        }
        self.batches.append(batch)
        return self.on_create or Response.of(200, batch)

    def _list(self, after: str | None) -> Response:
        newest_first = self.batches[::-1]
        start = next((n + 1 for n, batch in enumerate(newest_first) if batch["id"] == after), 0)
        page = newest_first[start : start + self.limit]
        more = start + self.limit < len(newest_first)
        return Response.of(200, {"object": "list", "data": page, "has_more": more})

    def _work(self, batch: Json, *, cancelled: bool) -> None:
        """Go on with a batch; the answers that it has when it is cancelled are charged for, and there."""
        if "output_file_id" in batch or batch["status"] == "failed":
            return
        waited = self.now() - batch["created_at"]
        late = waited >= DAY < self.seconds
        if waited < self.seconds and not cancelled and not late:
            batch["status"] = "in_progress"
            return
        if self.rejected:
            batch["status"] = "failed"
            batch["errors"] = {
                "object": "list",
                "data": [{"code": "token_limit_exceeded", "message": self.rejected}],
            }
            return
        lines = [json.loads(line) for line in self.files[batch["input_file_id"]].splitlines()]
        answered = len(lines) if self.answered is None else self.answered
        if cancelled or late:
            answered = min(answered, int(len(lines) * waited / self.seconds))
        moments = [
            batch["created_at"] + self.seconds * (number + 1) / len(lines) for number in range(answered)
        ]
        done = [self._line(*each) for each in zip(lines[:answered], moments, strict=True)]
        done.reverse()  # they come in any order
        sound = [line for line in done if line["response"]["status_code"] == 200]
        bad = [line for line in done if line not in sound] + [_expired(line) for line in lines[answered:]]
        batch["output_file_id"] = self._lines(sound)
        batch["error_file_id"] = self._lines(bad)
        batch["status"] = "completed" if answered >= len(lines) else "cancelled" if cancelled else "expired"
        batch["request_counts"] = {
            "total": len(lines),
            "completed": len(sound),
            "failed": len(done) - len(sound),
        }

    def _lines(self, lines: list[Json]) -> str | None:
        return self._file("\n".join(map(json.dumps, lines)).encode() + b"\n") if lines else None

    def _line(self, line: Json, at: float) -> Json:
        response = self.complete(line["body"], at)
        assert isinstance(response, Response)
        said = json.loads(response.body)
        body = {"status_code": response.status, "request_id": said.get("id"), "body": said}
        return {"id": "x", "custom_id": line["custom_id"], "response": body, "error": None}


def _unknown(message: str) -> Response:
    error = {"message": message, "type": "invalid_request_error", "param": "id", "code": None}
    return Response.of(404, {"error": error})


def _expired(line: Json) -> Json:
    error = {"code": "batch_expired", "message": "This request could not be executed in time."}
    return {"id": "x", "custom_id": line["custom_id"], "response": None, "error": error}
