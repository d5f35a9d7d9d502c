"""Two models in this process: what they find hard, how they fail, and what each was asked for and said."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from langassets.errors import (
    LangassetsError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    RateLimitedError,
)
from langassets.translation.providers.answers import AnswerReader, read_answer
from langassets.translation.types import Answer, Batch, Finish, Heard, Mode, TokenUsage, unheard
from langassets_tests.chaos.segments.ledger import Asked, Said
from langassets_tests.chaos.segments.texts import DOUBTS, ERRORS, number_of, sound
from langassets_tests.servers.model_replies import Reply

if TYPE_CHECKING:
    from langassets_tests.chaos.segments.world import World

_PIECE = 60
_KINDS = {**ERRORS, **DOUBTS}
_ERRORS: tuple[Callable[[], LangassetsError], ...] = (
    lambda: ProviderUnavailableError("500"),
    lambda: ProviderTimeoutError("time-out"),
    lambda: RateLimitedError("429", 0.5),
    lambda: RateLimitedError("429"),
)
_WHOLE: tuple[Callable[[Random, Reply], Reply], ...] = (
    lambda _chance, _reply: Reply([], "I can't help with that.", Finish.REFUSED),
    lambda _chance, _reply: Reply([], "What a lovely day it is."),
    lambda _chance, reply: Reply(reply.items[:-1]),
    lambda chance, reply: _cut(chance, reply, Finish.TRUNCATED),
    lambda chance, reply: _cut(chance, reply, Finish.BROKEN),
)


def _cut(chance: Random, reply: Reply, finish: Finish) -> Reply:
    content = reply.content
    return Reply([], content[: chance.randrange(1, len(content))], finish)


@dataclass
class Models:
    """What the models do. `hard` are numbers of paragraphs that one of them never gets right in a language,
    and how it fails; `away` who does not answer at all; `chance` makes both fail now and then. `sound` and
    `doubtful` are what each has said, by model, language and text, and `heard` what came of it to its end."""

    hard: dict[tuple[str, str, int], str] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    chance: Random | None = None
    sound: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    doubtful: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    heard: dict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    rejected: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def reply(self, provider: str, model: str, batch: Batch) -> tuple[Reply | LangassetsError, list[bool]]:
        """What comes of a request, and which of its texts are well translated in it."""
        if provider in self.away:
            return ProviderUnavailableError("away"), []
        chance = self.chance
        if chance and chance.random() < 0.25:
            return chance.choice(_ERRORS)(), []
        language, items, well = batch.target_language, [], []
        for number, text in enumerate(batch.texts, 1):
            kind = self.hard.get((provider, language, number_of(text)))
            if chance and kind is None and chance.random() < 0.2:
                kind = chance.choice(list(_KINDS))
            if kind is None:
                said = sound(text, language, model, self.rejected[language, text])
                self.sound[model, language, text].add(said)
            else:
                said = _KINDS[kind](text, language)
                if kind in DOUBTS:
                    self.doubtful[model, language, text].add(said)
            items.append((number, said))
            well.append(kind is None)
        reply = Reply(items)
        if chance and chance.random() < 0.25:
            return chance.choice(_WHOLE)(chance, reply), well
        return reply, well


class StagedProvider:
    """One of the models, as the engine asks it; an answer streams in pieces."""

    def __init__(self, world: "World", name: str, model: str) -> None:
        self.world, self.name, self.model = world, name, model
        self.mode = Mode.DIRECT

    async def close(self) -> None: ...

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
        world = self.world
        if world.trip.step(may_fail=True):
            raise ProviderUnavailableError("away for a moment")
        questions = [Asked(self.name, self.model, batch.target_language, text) for text in batch.texts]
        world.asks(questions)
        reply, well = world.models.reply(self.name, self.model, batch)
        await asyncio.sleep(0)
        if isinstance(reply, LangassetsError):
            self._note(questions, {}, [])
            raise reply
        return await self._stream(questions, reply, well, heard)

    async def _stream(self, questions: list[Asked], reply: Reply, well: list[bool], heard: Heard) -> Answer:
        content, reader = reply.content, AnswerReader(len(questions))
        for start in range(0, len(content), _PIECE):
            heard(reader.read(content[start : start + _PIECE]))
            await asyncio.sleep(0)
            self.world.trip.step()
        answer = read_answer(content, len(questions), TokenUsage(100, len(content) // 4), reply.finish)
        if reply.finish is Finish.BROKEN and not answer.texts:
            self._note(questions, {}, [])
            raise ProviderUnavailableError("cut before a word")
        self._note(questions, dict(answer.texts), well, reply.finish)
        return answer

    def _note(
        self, questions: list[Asked], texts: dict[int, str], well: list[bool], finish: Finish = Finish.BROKEN
    ) -> None:
        """What came of each: a text that only its company was refused with has had no answer yet."""
        for index, question in enumerate(questions):
            if index in texts:
                said = Said.SOUND if well[index] else Said.UNSOUND
                if well[index]:
                    self.world.models.heard[question[1:]].add(texts[index])
            else:
                alone = len(questions) == 1 and finish is not Finish.BROKEN
                said = Said.UNSOUND if alone else Said.NOTHING
            self.world.ledger.hear(question, said)
