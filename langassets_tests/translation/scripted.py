"""A provider in this process that answers as it is told to: for volume, and for what servers rarely do.

Its answers are written out as a model writes them and read by the code that reads a model's.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from langassets.errors import LangassetsError
from langassets.translation.providers.answers import read_answer
from langassets.translation.types import Answer, Batch, Heard, Mode, TokenUsage, unheard
from langassets_tests.servers.model_replies import Reply
from langassets_tests.servers.translator import translate

Behaviour = Callable[[int, Batch, Reply], Reply | LangassetsError]


@dataclass
class ScriptedProvider:
    """Translates soundly, unless `behaviour` makes something else of the reply, or an error; it is told
    the number of the request, from 1."""

    behaviour: Behaviour = lambda _number, _batch, reply: reply
    name: str = "openai"
    model: str = "gpt-6-luna"
    mode: Mode = Mode.DIRECT
    seconds: float = 0.0
    batches: list[Batch] = field(default_factory=list)

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
        self.batches.append(batch)
        reply = self.behaviour(len(self.batches), batch, sound(batch))
        await asyncio.sleep(self.seconds)
        if isinstance(reply, LangassetsError):
            raise reply
        sent = sum(len(text) for text in batch.texts)
        usage = TokenUsage(100 + sent // 4, len(reply.content) // 4)
        return read_answer(reply.content, len(batch.texts), usage, reply.finish)

    async def close(self) -> None: ...

    @property
    def sent(self) -> list[str]:
        """Every text that was asked for, as often as it was."""
        return [text for batch in self.batches for text in batch.texts]


def sound(batch: Batch) -> Reply:
    """The reply of a model that does what it is told."""
    terms = {term.source: term.translation for term in batch.terms}
    texts = enumerate(batch.texts, start=1)
    return Reply([(number, translate(text, batch.target_language, terms)) for number, text in texts])
