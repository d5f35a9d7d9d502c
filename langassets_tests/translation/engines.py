"""Engines over providers in this process, and lessons for them."""

import asyncio
from collections.abc import Iterable

from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.documents.document import document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.sending.listening import Timing
from langassets.translation.engine.tasks import Result, TranslationTask
from langassets.translation.types import Provider


class VirtualTime:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.moment = 0.0

    def timing(self) -> Timing:
        return Timing(lambda: self.moment, self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.moment += seconds
        await asyncio.sleep(0)


def lesson(identifier: str, text: str, target: str = "he", title: str = "A lesson") -> TranslationTask:
    return TranslationTask(identifier, "en", target, title, document("text", {"text": text}))


def run(engine: Engine, tasks: Iterable[TranslationTask]) -> dict[str, Result]:
    async def collect() -> dict[str, Result]:
        return {result.id: result async for result in engine.translate(tasks)}

    return asyncio.run(collect())


def engine(memory: DatabaseMemory, *providers: Provider, **options: object) -> Engine:
    return Engine(providers, memory, timing=VirtualTime().timing(), **options)  # type: ignore[arg-type]


PARAGRAPHS = [
    "The pipeline keeps every lesson fresh in storage.",
    "Open the settings and choose a language for the course.",
    "Each translation is checked before it is stored.",
    "A glossary says which terms stay as they are.",
    "Retries happen at one level only, and with some patience.",
]
TEXT = "\n\n".join(PARAGRAPHS)
