"""What is handed to a provider's batch interface, and kept until its answers come: requests as JSON; and what
such an interface does, whichever it is.

Everything that an answer is judged and remembered by is written down with it: by the time it comes, the
lessons, the glossary and the instructions may be others.
"""

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from langassets.errors import ProviderError
from langassets.translation.cost.bill import Billed
from langassets.translation.cost.ways import LAST_CALL, RESERVE
from langassets.translation.types import Answer, Batch, MemoryKey, Passage, Segment, Term


class UnknownBatchError(ProviderError):
    """The provider does not know a batch, or no longer has its answers; `settings` name the account."""

    def __init__(self, what: str, settings: str) -> None:
        super().__init__(
            f"The account has no {what}: see whether {settings} are those that it was handed in with."
        )


@dataclass(frozen=True, slots=True)
class DeferredRequest:
    """One request: its batch, the segment of each text, and the key that its translation is kept under. Its
    `lessons`, with their characters in it, go on the bill and are not kept here."""

    batch: Batch
    segments: tuple[Segment, ...]
    keys: tuple[MemoryKey, ...]
    lessons: Mapping[str, int] = field(default_factory=dict, compare=False)

    def without(self, indices: Set[int]) -> "DeferredRequest":
        """What is left of it when these texts are there."""
        rest = [index for index in range(len(self.keys)) if index not in indices]
        texts = tuple(self.batch.texts[index] for index in rest)
        batch = Batch(self.batch.source_language, self.batch.target_language, texts)
        segments = tuple(self.segments[index] for index in rest)
        return DeferredRequest(batch, segments, tuple(self.keys[index] for index in rest))


def to_json(requests: Sequence[DeferredRequest]) -> str:
    return json.dumps([_packed(request) for request in requests], separators=(",", ":"))


def from_json(text: str) -> list[DeferredRequest]:
    return [_unpacked(each) for each in json.loads(text)]


def _packed(request: DeferredRequest) -> dict[str, Any]:
    batch = request.batch
    return {
        "source": batch.source_language,
        "target": batch.target_language,
        "texts": [
            [segment.text, list(segment.protected), key.recipe]
            for segment, key in zip(request.segments, request.keys, strict=True)
        ],
        "passages": [[passage.start, passage.title, passage.before] for passage in batch.passages],
        "terms": [term.parts for term in batch.terms],
        "complaints": list(batch.complaints.items()),
        "refused": list(batch.refused.items()),
    }


def _unpacked(packed: Mapping[str, Any]) -> DeferredRequest:
    source, target = packed["source"], packed["target"]
    texts = packed["texts"]
    batch = Batch(
        source,
        target,
        tuple(text for text, _, _ in texts),
        tuple(Passage(*passage) for passage in packed["passages"]),
        tuple(Term.of(*term) for term in packed["terms"]),
        # Batches of earlier versions have neither.
        dict(packed.get("complaints", ())),
        dict(packed.get("refused", ())),
    )
    segments = tuple(Segment(text, tuple(protected)) for text, protected, _ in texts)
    return DeferredRequest(
        batch, segments, tuple(MemoryKey(text, source, target, recipe) for text, _, recipe in texts)
    )


class Stage(StrEnum):
    """How far a provider is with a batch."""

    UNDER_WAY = "under way"
    OVER = "over"  # completed, expired or cancelled: there may be answers to some of its requests
    REJECTED = "rejected"  # as a whole, before any request was tried


@dataclass(frozen=True, slots=True)
class BatchState:
    """What a provider says of a batch: `files` hold its answers, `problem` is None where all went well."""

    stage: Stage
    done: int
    total: int
    files: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch for `model` that has not been collected: `provider_batch` is None while nobody knows whether
    the provider has it. By `due_at` its texts must be there, None for no such moment; `cancelled_at` is when
    the provider was told to end it."""

    id: str
    model: str
    provider_batch: str | None
    requests: tuple[DeferredRequest, ...]
    planned_at: datetime
    due_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def texts(self) -> int:
        """How many it was to translate."""
        return sum(len(request.keys) for request in self.requests)

    def on_bill(self, number: int) -> str:
        """What the bill calls the request with this number."""
        return f"{self.id}:{number}"

    def unbilled(self) -> list[Billed]:
        """What the bill says where none of its requests was charged for."""
        return [Billed(self.on_bill(number), None) for number in range(len(self.requests))]

    def is_to_end(self, now: datetime) -> bool:
        """Whether its texts are due so soon that the provider is to be told to end it."""
        return self.due_at is not None and self.cancelled_at is None and now >= self.due_at - RESERVE

    def is_late(self, now: datetime) -> bool:
        """Whether they are due so soon that they are asked for without it."""
        return self.due_at is not None and now >= self.due_at - LAST_CALL


class BatchService(Protocol):
    """The batch interface of one account, for one model. Whatever it does raises the provider's errors."""

    name: str
    model: str

    async def submit(self, identifier: str, batches: Sequence[Batch]) -> str:
        """Hand in requests under an identifier of ours; returns the provider's own."""

    async def find(self, identifiers: Collection[str]) -> Mapping[str, str]:
        """Which of our identifiers the provider knows, with its own for each."""

    async def state(self, provider_batch: str) -> BatchState:
        """How far a batch is."""

    async def cancel(self, provider_batch: str) -> None:
        """Have a batch ended."""

    def answers(
        self, state: BatchState, requests: Sequence[DeferredRequest]
    ) -> AsyncIterator[tuple[int, Answer]]:
        """The answers of a batch, each with the number of its request in `requests`. Those that failed are
        left out: their texts are not there."""
