"""What translating takes: model calls, characters sent, refusals. `make bench` has the plain loop beside it.

    .venv/bin/python benchmarks/translation.py              all of it, some eight minutes
    .venv/bin/python benchmarks/translation.py lessons      a part: lessons, changes, limit, chaos

The models are servers on this machine that answer after a set time; the client libraries are the real ones.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from langassets.database.connection import engine_of
from langassets.database.migrate import migrate
from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.checks import tidy
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.usage import Spent
from langassets.translation.documents.document import document
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.sending.client import ProviderClient
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.engine.tasks import Translated, TranslationTask
from langassets.translation.providers.openai import OpenAIProvider
from langassets.translation.types import Batch, Provider
from langassets_tests.servers.limiters import FixedWindow
from langassets_tests.servers.openai_server import OpenAIServer, content_of
from langassets_tests.translation.chaos import HOPELESS, Chaos, lessons, sound
from langassets_tests.translation.engines import VirtualTime
from langassets_tests.translation.scripted import ScriptedProvider

LANGUAGES = ("he", "ar", "es")
LESSONS = Path(__file__).resolve().parents[1].parent / "shared" / "lessons" / "en"


@contextmanager
def memory() -> Iterator[DatabaseMemory]:
    """An empty translation memory of its own."""
    with tempfile.TemporaryDirectory() as folder:
        data = engine_of(None, Path(folder))
        migrate(data)
        yield DatabaseMemory(data)
        data.dispose()


def translate(
    tasks: Iterable[TranslationTask], held: DatabaseMemory, provider: Provider, **options: object
) -> float:
    """Translate `tasks` and say how long it took, in seconds; fails where one does not come back whole."""

    async def run() -> None:
        engine = Engine([provider], held, **options)  # type: ignore[arg-type]
        async for result in engine.translate(tasks):
            assert isinstance(result, Translated), result
        await engine.close()

    started = time.perf_counter()
    asyncio.run(run())
    return time.perf_counter() - started


def characters_sent(server: OpenAIServer) -> int:
    """Characters of all messages, the instructions included."""
    messages = [message for asked in server.requests for message in asked.body["messages"]]
    return sum(len(content_of(message["content"])) for message in messages)


def real_lessons() -> None:
    """Characters sent for the real lessons, all requests together, instructions included."""
    if not LESSONS.is_dir():
        print(f"The real lessons are not here: {LESSONS}")
        return
    files = {path.stem: path.read_text(encoding="utf-8") for path in sorted(LESSONS.glob("*.md"))}
    row("real lessons", "model calls", "sent / files", "sent / text to translate")
    for languages in (("he",), ("he", "ar", "es", "fr")):
        tasks = [
            TranslationTask(f"{language}/{name}", "en", language, name, document("text", {"text": text}))
            for name, text in files.items()
            for language in languages
        ]
        prose = sum(len(segment.text) for task in tasks for segment in task.document.segments)
        with memory() as held, OpenAIServer() as server:
            translate(tasks, held, OpenAIProvider(server.key, "gpt-6-luna", server.url, 60.0))
        sent = characters_sent(server)
        whole = sum(map(len, files.values())) * len(languages)
        row(", ".join(languages), len(server.requests), f"{sent / whole:.2f}", f"{sent / prose:.2f}")


def changes() -> None:
    """What a change costs: nothing, one paragraph of a lesson, a title that 200 lessons share."""

    def course(changed: str = "") -> Iterator[TranslationTask]:
        for number in range(200):
            end = changed if number == 7 else ""
            text = f"# What you will learn\n\nThe story of chapter {number}.\n\nIt ends well{end}."
            made = document("text", {"text": text})
            for language in LANGUAGES:
                yield TranslationTask(f"{language}/{number}", "en", language, f"Chapter {number}", made)

    row("200 lessons, 3 languages", "model calls", "texts sent", "'What you will learn' sent")
    with memory() as held:
        for name, tasks in {
            "at first": course(),
            "nothing changed": course(),
            "one paragraph changed": course(" for all"),
        }.items():
            with OpenAIServer() as server:
                translate(tasks, held, OpenAIProvider(server.key, "gpt-6-luna", server.url, 60.0))
            title = server.sent.count("What you will learn")
            row(name, len(server.requests), len(server.sent), title)


def limit() -> None:
    """An endpoint that allows 500 requests in a window and answers 429 beyond, for four windows.

    A window is 20 s here and a minute in earnest: the same requests, three times as fast.
    """
    windows, period = 4, 20.0
    row("500 requests a window", "requests let through", "of what was allowed", "refused")
    for says_limits in (True, False):
        limiter = FixedWindow(500, period)
        spent = Spent()
        with OpenAIServer(latency=0.1, limiter=limiter, says_limits=says_limits) as server:
            asyncio.run(send_for(windows * period, server, spent, period))
        let_through = len(server.requests)
        share = let_through / (500 * windows)
        refused = server.refused / (server.refused + let_through)
        name = "with x-ratelimit headers" if says_limits else "without a word beforehand"
        row(name, let_through, f"{share:.1%}", f"{refused:.2%}")


async def send_for(seconds: float, server: OpenAIServer, spent: Spent, period: float) -> None:
    """Requests without end through one lane, for so many seconds."""
    provider = OpenAIProvider(server.key, "gpt-6-luna", server.url, 60.0)
    client = ProviderClient(provider, SpendingLimits(), RateLimiter(16, period=period))
    ends = time.monotonic() + seconds

    async def worker(number: int) -> None:
        while time.monotonic() < ends:
            number += 1
            await client.send(Batch("en", "he", (f"Text {number}",)), spent)

    tasks = [asyncio.create_task(worker(number)) for number in range(16)]
    await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await provider.close()


def chaos(answers: int = 10_000) -> None:
    """A model that gets everything wrong, over 10,000 answers: what is kept, and what is rescued."""
    model = Chaos(seed=2026)
    counts = dict.fromkeys(("given back", "wrong", "rescuable", "rescued", "beyond rescue"), 0)
    seed = 0
    with memory() as held:
        while model.answers < answers:
            seed += 1
            tasks = {task.id: task for task in lessons(6, seed)}
            asyncio.run(
                judge(tasks, Engine([ScriptedProvider(model)], held, timing=VirtualTime().timing()), counts)
            )
    row(f"{model.answers:,} answers", *(f"{number:,} {name}" for name, number in counts.items()))
    print("  mistakes:", ", ".join(f"{name} {number:,}" for name, number in model.faults.most_common()))


async def judge(tasks: dict[str, TranslationTask], engine: Engine, counts: dict[str, int]) -> None:
    """Count what came back, and hold each translation against the one right answer."""
    async for result in engine.translate(tasks.values()):
        task = tasks[result.id]
        hopeless = any(HOPELESS in segment.text for segment in task.document.segments)
        counts["beyond rescue" if hopeless else "rescuable"] += 1
        if isinstance(result, Translated):
            counts["given back"] += 1
            counts["rescued"] += not hopeless
            language = task.target_language
            counts["wrong"] += any(
                translation != tidy(text, sound(text, language), language)
                for text, translation in result.translations.items()
            )


def row(name: str, *cells: object) -> None:
    """Print one line of a table."""
    print(f"{name:36}" + "".join(f"{cell!s:>26}" for cell in cells))


PARTS: dict[str, Callable[[], None]] = {
    "lessons": real_lessons,
    "changes": changes,
    "limit": limit,
    "chaos": chaos,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
        print()
