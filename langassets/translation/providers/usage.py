"""What a request is billed for, in tokens: as the provider says, or as is likely where it has not said it
yet, or never will."""

from collections.abc import Iterator, Mapping
from typing import Any

from langassets.translation.cost.expected import tokenizer_of
from langassets.translation.cost.tokens import ITEM_TOKENS, answer_tokens, tokens_of
from langassets.translation.providers.prompts import instructions, payload
from langassets.translation.types import Batch, TokenUsage


def openai_usage(said: Any) -> TokenUsage:
    """`usage` of a chat completion: what was cached is within the prompt, what was thought within the
    completion; servers of other makers leave parts of it out. Raises TypeError, ValueError or AttributeError
    where it is something else."""
    said = said or {}
    of_input = said.get("prompt_tokens_details") or {}
    of_output = said.get("completion_tokens_details") or {}
    return _within(
        _count(said, "prompt_tokens"),
        _count(said, "completion_tokens"),
        _count(of_input, "cached_tokens"),
        _count(of_input, "cache_write_tokens"),
        _count(of_output, "reasoning_tokens"),
    )


def gemini_usage(said: Any) -> TokenUsage:
    """`usageMetadata` of Gemini's REST interface: what was cached is within the prompt, what was thought is
    beside the candidates and billed as they are. Raises as `openai_usage` does."""
    said = said or {}
    prompt, candidates = _count(said, "promptTokenCount"), _count(said, "candidatesTokenCount")
    # google-generativeai knows no count of thoughts; they are in its total all the same.
    thoughts = max(
        _count(said, "thoughtsTokenCount"), _count(said, "totalTokenCount") - prompt - candidates, 0
    )
    return _within(prompt, candidates + thoughts, _count(said, "cachedContentTokenCount"), 0, thoughts)


def _within(sent: int, answered: int, cached: int, written: int, thought: int) -> TokenUsage:
    """The parts of a usage, none larger than its whole."""
    cached = min(cached, sent)
    return TokenUsage(sent, answered, cached, min(written, sent - cached), min(thought, answered))


def _count(said: Any, name: str) -> int:
    return max(0, int(said.get(name) or 0))


def likely_usage(batch: Batch, model: str) -> TokenUsage:
    """What `model` is likely to be billed for a batch: the whole request as it is sent, and the middle of
    what answers take. For plans; limits go by `expected_usage`, which is on the careful side."""
    tokenizer = tokenizer_of(model)
    source, target = batch.source_language, batch.target_language
    sent = tokenizer.request(instructions(batch), payload(batch), _texts(batch))
    return TokenUsage(round(sent), round(tokenizer.reply(batch.texts, source, target)))


def _texts(batch: Batch) -> Iterator[tuple[str, str]]:
    """Every text within a request, with its language."""
    source, target = batch.source_language, batch.target_language
    for text in batch.texts:
        yield text, source
    for passage in batch.passages:
        yield passage.title, source
        yield passage.before, source
    for term in batch.terms:
        yield term.source, source
        yield "|".join([term.translation or "", *term.others]), target
        yield term.note, "en"
    for former in batch.former.values():
        yield former.source, source
        yield former.translation, target
    for said in batch.complaints.values():
        yield said, "en"
    for said in batch.refused.values():
        yield said, target


def expected_usage(batch: Batch) -> TokenUsage:
    """What a batch will be billed for, on the careful side."""
    return TokenUsage(_sent(batch), sum(answer_tokens(text, batch.target_language) for text in batch.texts))


def usage_so_far(batch: Batch, content: str) -> TokenUsage:
    """About what a batch is billed for of which `content` has been answered."""
    return TokenUsage(_sent(batch), tokens_of(content, batch.target_language))


def usage_heard(batch: Batch, said: Mapping[int, str]) -> TokenUsage:
    """About what a batch is billed for of whose answer these texts were heard."""
    written = sum(tokens_of(text, batch.target_language) + ITEM_TOKENS for text in said.values())
    return TokenUsage(_sent(batch), written)


def _sent(batch: Batch) -> int:
    return round(len(instructions(batch)) / 4 + tokens_of(payload(batch), batch.source_language))
