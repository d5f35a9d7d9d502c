"""Requests that begin alike: one goes ahead, so that the others find the provider's cache filled."""

import asyncio
from collections.abc import Callable

from langassets.translation.cost.tokens import tokens_of
from langassets.translation.types import Batch

LEAST_TOKENS = 1024
"""As long must what prompts have in common be before a provider caches it: OpenAI's figure, and the lowest of
Gemini's."""

# Seconds that a request waits at most for the one ahead of it to be heard of.
_LONGEST_WAIT = 20.0


def worth_sharing(batch: Batch) -> bool:
    """Whether the lessons of a batch are long enough to be cached."""
    return sum(tokens_of(text, batch.source_language) for text in batch.texts) >= LEAST_TOKENS


class SharedPrompts:
    """The beginnings of prompts that went to one provider in a run."""

    def __init__(self) -> None:
        self._begun: dict[int, asyncio.Event] = {}

    async def turn(self, batch: Batch) -> Callable[[], None]:
        """Wait until a request that begins alike has been heard of, where one is on its way. What is returned
        is to be called when this one is heard of, or over."""
        if not batch.shared:
            return lambda: None
        key = hash((batch.source_language, batch.texts, batch.passages))
        first = self._begun.get(key)
        if first is None:
            first = self._begun[key] = asyncio.Event()
        else:
            try:
                await asyncio.wait_for(first.wait(), _LONGEST_WAIT)
            except TimeoutError:
                first.set()
        return first.set
