"""OpenAI's Batch API: files of requests, answered within a day, at half the price.

What it may do, and what is made of it: a batch may be rejected as a whole (`failed`), expire with some of its
answers, or be `completed` with every request failed and no output file. Answers come in any order.
"""

import json
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from langassets import lazy
from langassets.batch_mode.requests import BatchState, DeferredRequest, Stage, UnknownBatchError
from langassets.errors import ProviderUnavailableError
from langassets.translation.providers.openai import OpenAIProvider, read_completion, request
from langassets.translation.types import Answer, Batch, Mode
from langassets.wording import counted

_ENDPOINT: Literal["/v1/chat/completions"] = "/v1/chat/completions"
# The key of a batch's metadata under which our identifier stands.
_MARK = "langassets"
_OVER = {"completed", "expired", "cancelled"}
# So many of an account's batches are looked through for one of ours, the newest first.
_LOOKED_THROUGH = 2_000


class OpenAIBatches:
    """The batch interface of the account that `provider` asks."""

    def __init__(self, provider: OpenAIProvider) -> None:
        self.name = provider.name
        self.model = provider.model
        self._provider = provider

    async def submit(self, identifier: str, batches: Sequence[Batch]) -> str:
        lines = [
            {"custom_id": str(number), "method": "POST", "url": _ENDPOINT, "body": request(self.model, batch)}
            for number, batch in enumerate(batches)
        ]
        content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()
        client = self._provider.client
        with self._provider.errors():
            file = await client.files.create(file=(f"{identifier}.jsonl", content), purpose="batch")
            batch = await client.batches.create(
                input_file_id=file.id,
                endpoint=_ENDPOINT,
                completion_window="24h",
                metadata={_MARK: identifier},
                # Not documented for batches, and no harm where it is not heeded.
                extra_headers={"Idempotency-Key": identifier},
            )
            return str(batch.id)

    async def find(self, identifiers: Collection[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        looked_through = 0
        with self._provider.errors():
            async for batch in self._provider.client.batches.list(limit=100):
                looked_through += 1
                mark = (batch.metadata or {}).get(_MARK)
                if mark is not None and mark in identifiers:
                    found[mark] = batch.id
                if len(found) == len(identifiers) or looked_through == _LOOKED_THROUGH:
                    break
        return found

    async def state(self, provider_batch: str) -> BatchState:
        with self._provider.errors(), _known(provider_batch):
            return _state(await self._provider.client.batches.retrieve(provider_batch))

    async def cancel(self, provider_batch: str) -> None:
        """See `BatchService`: what was answered by then is charged for, and comes in its files."""
        with self._provider.errors(), _known(provider_batch):
            await self._provider.client.batches.cancel(provider_batch)

    async def answers(
        self, state: BatchState, requests: Sequence[DeferredRequest]
    ) -> AsyncIterator[tuple[int, Answer]]:
        for file in state.files:
            with self._provider.errors(), _known(file):
                content = self._provider.client.files.with_streaming_response.content(file)
                async with content as response:
                    async for line in response.iter_lines():
                        answered = _answered(line, requests)
                        if answered is not None:
                            yield answered


@contextmanager
def _known(what: str) -> Iterator[None]:
    """Raise `UnknownBatchError` for the server's word that there is no such batch or file."""
    try:
        yield
    except lazy.openai.NotFoundError:
        raise UnknownBatchError(what, "OPENAI_API_KEY and OPENAI_BASE_URL") from None


def _state(batch: Any) -> BatchState:
    counts = batch.request_counts
    done, failed, total = (counts.completed, counts.failed, counts.total) if counts else (0, 0, 0)
    if batch.status == "failed":
        errors = (batch.errors.data or ()) if batch.errors else ()
        reasons = "; ".join(error.message or error.code or "" for error in errors)
        return BatchState(Stage.REJECTED, done, total, (), reasons or "the batch was rejected")
    if batch.status not in _OVER:
        return BatchState(Stage.UNDER_WAY, done, total)
    files = tuple(file for file in (batch.output_file_id, batch.error_file_id) if file)
    problem = None if batch.status == "completed" else f"the batch is {batch.status}"
    if failed or not batch.output_file_id:
        unanswered = f"{total - done} of {counted(total, 'request')} brought nothing"
        problem = f"{problem or 'the batch is completed'}: {unanswered}"
    return BatchState(Stage.OVER, done, total, files, problem)


def _answered(line: str, requests: Sequence[DeferredRequest]) -> tuple[int, Answer] | None:
    """Number and answer of a line; None for a request that failed, and for a line that means nothing: what
    it was to bring is missing then, and is asked for again."""
    try:
        entry = json.loads(line)
        number = int(entry["custom_id"])
        response = entry["response"]
        body = response["body"]
        if response["status_code"] != 200 or not 0 <= number < len(requests):
            return None
        answer = read_completion(body, requests[number].batch, "the file")
        made_at = datetime.fromtimestamp(int(body.get("created") or 0), UTC)
    except (ValueError, KeyError, TypeError, OverflowError, ProviderUnavailableError):
        return None
    answer = answer.at(made_at if body.get("created") else None)
    return number, replace(
        answer, mode=Mode.BATCH, request_id=response.get("request_id") or answer.request_id
    )
