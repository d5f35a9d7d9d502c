"""Content of Gemini's that comes in pieces, each a response of its own; a whole one is a single piece."""

from collections.abc import Mapping
from typing import Any

from langassets.translation.providers.answers import AnswerReader, answer_to, read_answer
from langassets.translation.providers.usage import gemini_usage
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

    def answer(self, batch: Batch) -> Answer:
        if not self._candidates:
            return read_answer("", len(batch.texts), self._usage, Finish.REFUSED)
        finish = {0: Finish.COMPLETE, _STOP: Finish.COMPLETE, _MAX_TOKENS: Finish.TRUNCATED}
        # Without a word of the answer the library has counted what was sent alone.
        usage = self._usage if self._usage.output_tokens else TokenUsage()
        return answer_to(batch, self.reader.content, usage, finish.get(self._reason, Finish.REFUSED))


def _in_rest(counted: Any) -> Mapping[str, int]:
    """The library's counts under the names that they have over REST."""
    return {
        "promptTokenCount": counted.prompt_token_count,
        "cachedContentTokenCount": counted.cached_content_token_count,
        "candidatesTokenCount": counted.candidates_token_count,
        "totalTokenCount": counted.total_token_count,
    }
