"""The engine with real client libraries against real servers: limits, faults, and a kill in the middle."""

import asyncio
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from langassets.database.connection import engine_of
from langassets.database.translations.memory import DatabaseMemory
from langassets.translation.cost.limits import SpendingLimits
from langassets.translation.cost.usage import Spent
from langassets.translation.engine.engine import Engine
from langassets.translation.engine.sending.client import ProviderClient
from langassets.translation.engine.sending.listening import Timing
from langassets.translation.engine.sending.rate_limiter import RateLimiter
from langassets.translation.engine.tasks import Result, Translated
from langassets.translation.providers.gemini import GeminiProvider
from langassets.translation.providers.openai import OpenAIProvider
from langassets.translation.types import Batch, Provider
from langassets_tests.servers.gemini_server import GeminiServer
from langassets_tests.servers.limiters import Bucket, FixedWindow, Limiter, SlidingWindow
from langassets_tests.servers.model_replies import Asked, Fault, Reply
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.translation.killed_run import AT_ONCE, run, tasks

# It waits for most of its time, and begins early by this.
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def folder(migrated_sqlite: Path, tmp_path: Path) -> Path:
    (tmp_path / "langassets.db").write_bytes(migrated_sqlite.read_bytes())
    return tmp_path


def results_of(engine: Engine, wanted: Iterable[object]) -> list[Result]:
    async def collect() -> list[Result]:
        results = [result async for result in engine.translate(wanted)]  # type: ignore[arg-type]
        await engine.close()
        return results

    return asyncio.run(collect())


@pytest.mark.parametrize("says_limits", [True, False], ids=["with headers", "without"])
@pytest.mark.parametrize("kind", [FixedWindow, SlidingWindow, Bucket])
def test_a_limit_is_hardly_ever_met(kind: type[Limiter], says_limits: bool) -> None:
    limiter = kind(60, 0.6)  # type: ignore[call-arg]
    spent = Spent()

    async def send_all(url: str) -> None:
        provider = OpenAIProvider("a-key-for-tests", "gpt-6-luna", url, 10.0)
        client = ProviderClient(provider, SpendingLimits(), RateLimiter(16, period=0.6))
        await asyncio.gather(*(client.send(Batch("en", "he", (f"Text {n}",)), spent) for n in range(150)))
        await provider.close()

    with OpenAIServer(limiter=limiter, says_limits=says_limits, latency=0.01) as server:
        asyncio.run(send_all(server.url))
    assert len(server.requests) == 150
    assert spent.refused == server.refused
    # Without a word beforehand, the limit has to be met to be known. Windows of 0.6 s: on a busy machine,
    # some requests come late to theirs.
    assert server.refused <= (10 if says_limits else 30)


def test_everything_that_can_go_wrong_at_a_server(folder: Path) -> None:
    chance = random.Random(3)
    faults = [fault for fault in Fault if fault not in {Fault.NO_CREDIT, Fault.LIMIT_FOR_TODAY}]

    def behaviour(asked: Asked, reply: Reply) -> Reply | Fault:
        return chance.choice(faults) if asked.number > 1 and chance.random() < 0.3 else reply

    data = engine_of(None, folder)
    with OpenAIServer(behaviour=behaviour) as first, GeminiServer(behaviour=behaviour) as second:
        first.patience = second.patience = 1.0
        providers: list[Provider] = [
            GeminiProvider(second.key, "a-small-model", second.url, 0.5),
            OpenAIProvider(first.key, "a-small-model", first.url, 0.5),
        ]
        # Naps a twentieth as long as in earnest.
        timing = Timing(sleep=lambda seconds: asyncio.sleep(seconds / 20))
        results = results_of(Engine(providers, DatabaseMemory(data), timing=timing), tasks())
    assert [result for result in results if not isinstance(result, Translated)] == []
    data.dispose()


def test_a_used_up_account_hands_over_to_the_other(folder: Path) -> None:
    data = engine_of(None, folder)
    with (
        GeminiServer(behaviour=lambda _asked, _reply: Fault.NO_CREDIT) as empty,
        OpenAIServer() as full,
    ):
        providers: list[Provider] = [
            GeminiProvider(empty.key, "gemini-3.5-flash-lite", empty.url, 5.0),
            OpenAIProvider(full.key, "gpt-6-luna", full.url, 5.0),
        ]
        results = results_of(Engine(providers, DatabaseMemory(data), concurrency=2), tasks())
    assert all(isinstance(result, Translated) for result in results)
    assert len(empty.requests) <= 2
    data.dispose()


def test_after_a_kill_only_what_was_under_way_is_asked_for_again(folder: Path) -> None:
    with OpenAIServer(latency=0.02) as server:
        command = [sys.executable, "-m", "langassets_tests.translation.killed_run", str(folder), server.url]
        kills = (4, 9)
        for requests in kills:
            # Not asserted to be in the middle of anything: wherever it strikes, the same has to hold.
            process = subprocess.Popen(command)
            while len(server.requests) < requests and process.poll() is None:
                time.sleep(0.001)
            process.kill()
            assert process.wait() < 0
        done = asyncio.run(run(folder, server.url))
        asked_before = len(server.requests)
        again = asyncio.run(run(folder, server.url))
    everything = list(tasks())
    assert done == again == len(everything)
    assert len(server.requests) == asked_before
    times = Counter(
        (asked.target_language, text) for asked in server.requests for text in asked.texts.values()
    )
    wanted = {
        (task.target_language, segment.text) for task in everything for segment in task.document.segments
    }
    assert times.keys() == wanted
    largest = max(len(asked.texts) for asked in server.requests)
    paid_again = sum(number - 1 for number in times.values())
    assert paid_again <= len(kills) * AT_ONCE * largest
