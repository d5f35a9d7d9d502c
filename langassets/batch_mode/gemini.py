"""Gemini's Batch API over REST: requests within the call, answered within a day, at half the price.

google-generativeai has no words for it. A batch that is cancelled or expires (after two days) has no answers.
Answers come in any order, each with the number that its request was given.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from langassets.batch_mode.requests import BatchState, DeferredRequest, Stage, UnknownBatchError
from langassets.errors import ProviderError
from langassets.translation.providers.gemini import GeminiProvider
from langassets.translation.providers.gemini_api.rest import content_request, read_content
from langassets.translation.types import Answer, Batch, Mode
from langassets.wording import counted

_UNDER_WAY = {"PENDING", "RUNNING", "PAUSED", "CANCELLING", "UNSPECIFIED", "QUEUED"}
# So many of an account's batches are looked through for one of ours, the newest first.
_LOOKED_THROUGH = 2_000


class GeminiBatches:
    """The batch interface of the account that `provider` asks."""

    def __init__(self, provider: GeminiProvider) -> None:
        self.name = provider.name
        self.model = provider.model
        self._provider = provider

    async def submit(self, identifier: str, batches: Sequence[Batch]) -> str:
        model = self.model.removeprefix("models/")
        inlined = [
            {"request": content_request(self.model, batch), "metadata": {"key": str(number)}}
            for number, batch in enumerate(batches)
        ]
        body = {"batch": {"displayName": identifier, "inputConfig": {"requests": {"requests": inlined}}}}
        said = await self._call("POST", f"models/{model}:batchGenerateContent", body)
        return str(said.get("name") or "")

    async def find(self, identifiers: Collection[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        looked_through, page = 0, ""
        while len(found) < len(identifiers) and looked_through < _LOOKED_THROUGH:
            said = await self._call("GET", "batches", pageSize=100, pageToken=page)
            operations = said.get("operations") or ()
            for operation in operations:
                mark = str((operation.get("metadata") or {}).get("displayName"))
                if mark in identifiers:
                    found[mark] = str(operation.get("name"))
            looked_through += len(operations)
            page = str(said.get("nextPageToken") or "")
            if not page:
                break
        return found

    async def state(self, provider_batch: str) -> BatchState:
        return _state(await self._operation(provider_batch))

    async def cancel(self, provider_batch: str) -> None:
        """See `BatchService`: what Gemini answered by then is not to be had."""
        await self._call("POST", f"{provider_batch}:cancel", {})

    async def answers(
        self, state: BatchState, requests: Sequence[DeferredRequest]
    ) -> AsyncIterator[tuple[int, Answer]]:
        for name in state.files:
            operation = await self._operation(name)
            at = _moment((operation.get("metadata") or {}).get("endTime"))
            for position, inlined in enumerate(_inlined(operation)):
                number = _number(inlined, position)
                if "response" in inlined and 0 <= number < len(requests):
                    try:
                        answer = read_content(inlined["response"], requests[number].batch, Mode.BATCH)
                    except (TypeError, ValueError, KeyError, AttributeError):
                        continue  # it means nothing: what it was to bring is missing, and is asked for again
                    yield number, answer.at(at)

    async def _operation(self, name: str) -> dict[str, Any]:
        try:
            return await self._call("GET", name)
        except ProviderError as error:
            if "knows no model" not in str(error):
                raise
            raise UnknownBatchError(name, "GEMINI_API_KEY and GEMINI_API_ENDPOINT") from None

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any
    ) -> dict[str, Any]:
        said, _ = await self._provider.rest().call(method, path, body, **query)
        return said


def _state(operation: Mapping[str, Any]) -> BatchState:
    metadata = operation.get("metadata") or {}
    name = str(metadata.get("state") or "").rpartition("STATE_")[2]
    stats = metadata.get("batchStats") or {}
    total = int(stats.get("requestCount") or 0)
    done = int(stats.get("successfulRequestCount") or 0)
    if name == "FAILED":
        reason = (operation.get("error") or {}).get("message") or "the batch was rejected"
        return BatchState(Stage.REJECTED, done, total, (), str(reason))
    if name in _UNDER_WAY and not operation.get("done"):
        return BatchState(Stage.UNDER_WAY, done, total)
    if name != "SUCCEEDED":
        return BatchState(Stage.OVER, 0, total, (), f"the batch is {name.lower()}: it brought nothing")
    missing = total - done
    problem = f"{missing} of {counted(total, 'request')} brought nothing" if missing else None
    return BatchState(Stage.OVER, done, total, (str(operation.get("name")),), problem)


def _inlined(operation: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Any = operation.get("response") or (operation.get("metadata") or {}).get("output") or {}
    for _ in range(2):
        found = found.get("inlinedResponses") or {} if isinstance(found, dict) else found
    return found if isinstance(found, list) else ()


def _number(inlined: Mapping[str, Any], position: int) -> int:
    key = str((inlined.get("metadata") or {}).get("key", position))
    return int(key) if key.isdecimal() else -1


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None
