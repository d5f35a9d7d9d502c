"""Content of Gemini's that comes in pieces, each a response of its own; a whole one is a single piece."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from langassets.translation.providers.answers import AnswerReader, read_answer
from langassets.translation.providers.usage import gemini_usage, usage_so_far
from langassets.translation.types import Answer, Batch, Finish, TokenUsage

# The numbers of `Candidate.FinishReason` that are neither a stop (1) nor the token limit (2) are refusals
# of one kind or another: safety, recitation, language, blocklist, …. 0 says that there is more to come.
_STOP, _MAX_TOKENS = 1, 2


class StreamedContent:
    """Puts an answer to `count` texts together from its pieces."""

    def __init__(self, count: int) -> None:
        self.reader = AnswerReader(count)
        self._usage = TokenUsage()
        self._reason = 0
        self._candidates = False

    @property
    def finished(self) -> bool:
        """Whether the model has said that this was all."""
        return self._reason != 0

    def take(self, response: Any) -> Mapping[int, str]:
        """Add a piece; the texts that are complete by it."""
        counted = response.usage_metadata
        if counted.total_token_count:
            self._usage = gemini_usage(_in_rest(counted))
        if not response.candidates:
            return {}
        self._candidates = True
        candidate = response.candidates[0]
        self._reason = int(candidate.finish_reason) or self._reason
        return self.reader.read("".join(part.text for part in candidate.content.parts))

    def answer(self, batch: Batch, broken: str) -> Answer:
        """What has come; `broken` says by what it ended, where it did not end by itself."""
        content, count = self.reader.content, len(batch.texts)
        if not self._candidates:
            return read_answer("", count, self._usage, Finish.REFUSED)
        estimated = not self._usage.output_tokens
        usage = usage_so_far(batch, content) if estimated else self._usage
        finish = {0: Finish.COMPLETE, _STOP: Finish.COMPLETE, _MAX_TOKENS: Finish.TRUNCATED}
        answer = read_answer(content, count, usage, finish.get(self._reason, Finish.REFUSED))
        answer = replace(answer, estimated=estimated)
        if not self.finished and answer.problem and self.reader.texts:
            broken = broken or "the stream ended before the answer did"
            return replace(answer, texts=self.reader.texts, finish=Finish.BROKEN, problem=broken)
        return answer


def _in_rest(counted: Any) -> Mapping[str, int]:
    """The library's counts under the names that they have over REST."""
    return {
        "promptTokenCount": counted.prompt_token_count,
        "cachedContentTokenCount": counted.cached_content_token_count,
        "candidatesTokenCount": counted.candidates_token_count,
        "totalTokenCount": counted.total_token_count,
    }
