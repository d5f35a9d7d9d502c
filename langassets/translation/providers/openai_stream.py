"""A chat completion that comes in pieces, as server-sent events."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from langassets.translation.providers.answers import AnswerReader
from langassets.translation.types import Heard

if TYPE_CHECKING:
    from openai import AsyncStream

# With and without the usage at the end, and the answer as a whole: some servers refuse the first, some both.
STREAMED: Mapping[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}
WAYS: tuple[Mapping[str, Any], ...] = (STREAMED, {"stream": True}, {})

_END = object()


class StreamedCompletion:
    """Puts a completion together from its pieces, which are read as JSON: servers of other makers leave
    things out. `completion` is the whole, as an answer that does not stream would be."""

    def __init__(self, count: int) -> None:
        self.reader = AnswerReader(count)
        self._usage: Any = None
        self._finish: Any = None
        self._named: dict[str, Any] = {}
        self._refusal = False

    @property
    def completion(self) -> dict[str, Any]:
        """A chat completion's JSON, with what has come by now."""
        message = {"content": self.reader.content, "refusal": self._refusal}
        choices = [{"message": message, "finish_reason": self._finish}]
        return {**self._named, "choices": choices, "usage": self._usage}

    @property
    def finished(self) -> bool:
        """Whether the model has said that this was all."""
        return self._finish is not None

    async def read(self, stream: "AsyncStream[object]", heard: Heard, patience: float) -> None:
        """Read to the end; raises the library's errors, and `TimeoutError` where the model says nothing for
        `patience` seconds, whatever else the connection carries."""
        clock = asyncio.get_running_loop().time
        ends = clock() + patience
        try:
            while True:
                async with asyncio.timeout_at(ends):
                    event = await anext(stream, _END)
                if event is _END:
                    return
                texts = self._take(event)
                if texts is not None:
                    ends = clock() + patience
                    heard(texts)
        finally:
            await stream.close()

    def _take(self, event: object) -> Mapping[int, str] | None:
        """The texts that are complete by an event; None where the model says nothing by it."""
        if not isinstance(event, dict):
            return None
        self._usage = event.get("usage") or self._usage
        self._named.update({name: event[name] for name in ("id", "service_tier") if event.get(name)})
        choice = next(iter(event.get("choices") or ()), None)
        if not isinstance(choice, dict):
            return None
        # Some servers send a whole message at the end, or nothing but that.
        delta = choice.get("delta") or choice.get("message") or {}
        self._finish = choice.get("finish_reason") or self._finish
        self._refusal = self._refusal or bool(delta.get("refusal"))
        said = str(delta.get("content") or "")
        texts = self.reader.read(said)
        thought = delta.get("reasoning_content") or delta.get("reasoning") or ""
        return texts if said.strip() or str(thought).strip() or self.finished else None
