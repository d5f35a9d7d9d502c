"""What a request is likely to be billed for, where no provider has said it yet, or ever will."""

from langassets.translation.cost.tokens import answer_tokens, tokens_of
from langassets.translation.providers.prompts import instructions, payload
from langassets.translation.types import Batch, TokenUsage


def expected_usage(batch: Batch) -> TokenUsage:
    """About what a batch will be billed for."""
    return TokenUsage(_sent(batch), sum(answer_tokens(text, batch.target_language) for text in batch.texts))


def usage_so_far(batch: Batch, content: str) -> TokenUsage:
    """About what a batch is billed for of which `content` has been answered."""
    return TokenUsage(_sent(batch), tokens_of(content, batch.target_language))


def _sent(batch: Batch) -> int:
    return round(len(instructions(batch)) / 4 + tokens_of(payload(batch), batch.source_language))
