"""A run in a process of its own, to be killed: python -m langassets_tests.translation.killed_run DIR URL"""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from langassets.database.connection import engine_of
from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.documents.document import document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.tasks import Translated, TranslationTask
from langassets.translation.providers.openai import OpenAIProvider

AT_ONCE = 4
LANGUAGES = ("he", "ar", "es")


def tasks() -> Iterator[TranslationTask]:
    """Some lessons in some languages; their requests are many because the model can answer little at once."""
    for number in range(6):
        paragraphs = [f"Paragraph {n} of lesson {number} says something of its own." for n in range(30)]
        made = document("text", {"text": "\n\n".join(paragraphs)})
        for language in LANGUAGES:
            yield TranslationTask(f"{language}/{number}", "en", language, f"Lesson {number}", made)


async def run(folder: Path, url: str) -> int:
    """Translate everything; returns how many documents came back whole."""
    data = engine_of(None, folder)
    engine = Engine(
        [OpenAIProvider("a-key-for-tests", "a-small-model", url, 10.0)],
        DatabaseMemory(data),
        concurrency=AT_ONCE,
    )
    whole = 0
    async for result in engine.translate(tasks()):
        whole += isinstance(result, Translated)
    await engine.close()
    data.dispose()
    return whole


if __name__ == "__main__":
    print(asyncio.run(run(Path(sys.argv[1]), sys.argv[2])))
