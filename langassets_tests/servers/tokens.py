"""OpenAI's server that charges real tokens, without a tokenizer: as many a character as
`python -m benchmarks.tokens` has counted in the same requests and answers."""

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from langassets.locales import tag_of
from langassets.translation.types import TokenUsage
from langassets_tests.servers.model_replies import Asked, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.tariff import Metered

KEPT = Path(__file__).parents[1] / "translation" / "real_tokens.json"


def real_tokens() -> dict[str, dict[str, int]]:
    """What `KEPT` holds, by language: tokens and characters of input and output."""
    found: dict[str, dict[str, int]] = json.loads(KEPT.read_text("utf-8"))
    return found


class CountingServer(OpenAIServer):
    """A model that says what `translated` says of a language and a text; `took` is what each took."""

    def __init__(self, translated: Callable[[str, str], str], **options: Any) -> None:
        super().__init__(behaviour=self._answer, **options)
        self.took: dict[str, TokenUsage] = defaultdict(TokenUsage)
        self._translated = translated
        self._kept = {tag_of(name): counts for name, counts in real_tokens().items()}

    def _answer(self, asked: Asked, _: Reply) -> Reply:
        language = asked.target_language
        items = [(number, self._translated(language, text)) for number, text in asked.texts.items()]
        written = [{"id": number, "text": text} for number, text in items]
        compact = json.dumps({"translations": written}, ensure_ascii=False, separators=(",", ":"))
        return Reply(items, compact, asked=asked)

    def metered(self, model: str, prompt: str, reply: Reply, *more: Any, **named: Any) -> tuple[str, Metered]:
        """See `ModelServer`."""
        name, _ = super().metered(model, prompt, reply, *more, **named)
        assert reply.asked is not None
        language = reply.asked.target_language
        counts = self._kept[language]
        sent, answered = (
            round(len(text) * counts[f"{kind}_tokens"] / counts[f"{kind}_characters"])
            for kind, text in (("input", prompt), ("output", reply.content))
        )
        with self.lock:
            self.took[language] += TokenUsage(sent, answered)
        return name, Metered(sent, 0, 0, answered, 0)
