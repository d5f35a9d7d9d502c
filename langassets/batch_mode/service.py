"""What a provider's batch interface does, whichever it is."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Protocol

from langassets.batch_mode.requests import BatchState, DeferredRequest
from langassets.translation.types import Answer, Batch


class BatchService(Protocol):
    """The batch interface of one account, for one model. Whatever it does raises the provider's errors."""

    name: str
    model: str

    async def submit(self, identifier: str, batches: Sequence[Batch]) -> str: ...

    async def find(self, identifiers: Collection[str]) -> Mapping[str, str]: ...

    async def state(self, provider_batch: str) -> BatchState: ...

    async def cancel(self, provider_batch: str) -> None: ...

    def answers(
        self, state: BatchState, requests: Sequence[DeferredRequest]
    ) -> AsyncIterator[tuple[int, Answer]]: ...
