"""What a request is likely to be billed for, where no provider has said it yet, or ever will."""

from collections.abc import Mapping
from typing import Any

from langassets.translation.cost.tokens import answer_tokens, tokens_of
from langassets.translation.providers.prompts import instructions, payload
from langassets.translation.types import Batch, TokenUsage


def expected_usage(batch: Batch) -> TokenUsage:
    """About what a batch will be billed for."""
    return TokenUsage(_sent(batch), sum(answer_tokens(text, batch.target_language) for text in batch.texts))


def usage_so_far(batch: Batch, content: str) -> TokenUsage:
    """About what a batch is billed for of which `content` has been answered."""
    return TokenUsage(_sent(batch), tokens_of(content, batch.target_language))


def openai_usage(reported: Mapping[str, Any]) -> TokenUsage:
    """The usage of a chat completion's JSON; servers of other makers leave parts of it out.

    Raises what a thing that is no usage raises.
    """

    def count(name: str, within: Mapping[str, Any] | None = reported) -> int:
        return max(0, int((within or {}).get(name) or 0))

    sent, said = reported.get("prompt_tokens_details"), reported.get("completion_tokens_details")
    return TokenUsage(
        count("prompt_tokens"),
        count("completion_tokens"),
        cached_tokens=count("cached_tokens", sent),
        written_tokens=count("cache_write_tokens", sent),
        reasoning_tokens=count("reasoning_tokens", said),
    )


def _sent(batch: Batch) -> int:
    return round(len(instructions(batch)) / 4 + tokens_of(payload(batch), batch.source_language))
