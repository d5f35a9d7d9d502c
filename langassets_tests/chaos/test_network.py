"""What networks do between a job and its storage, its database and its model, one more run mends."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from langassets_tests.chaos.job import JOBS, Task
from langassets_tests.chaos.rounds import ROUNDS, Tally, ended, started
from langassets_tests.chaos.world import NOW, World, Worlds
from langassets_tests.servers.fault_proxy import FaultProxy, Trouble

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]

_STORM = (Trouble.TOO_MANY, Trouble.UNAVAILABLE, Trouble.GATEWAY)
WEATHER: dict[str, tuple[Trouble, ...]] = {
    "latency": (Trouble.LATENCY,),
    "loss": (Trouble.LOSS,),
    "resets": (Trouble.RESET, Trouble.RESET_AFTER),
    "half answers": (Trouble.HALF,),
    "storms": _STORM,
    "everything": tuple(Trouble),
}


@contextmanager
def between(world: World) -> Iterator[tuple[dict[str, FaultProxy], Task]]:
    """Proxies before all that a job talks to, and a job that goes through them."""
    assert world.bucket
    assert world.database_url
    url = sa.make_url(world.database_url)
    socket = str(Path(str(url.query["host"])) / ".s.PGSQL.5432")
    with ExitStack() as stack:
        proxies = {
            "storage": stack.enter_context(FaultProxy(world.bucket.url)),
            "model": stack.enter_context(FaultProxy(world.model.url)),
            "database": stack.enter_context(FaultProxy(socket, http=False)),
        }
        address = f"postgresql://postgres@127.0.0.1:{proxies['database'].port}/{url.database}"
        environ = world.environ | {
            "SUPABASE_URL": proxies["storage"].url,
            "OPENAI_BASE_URL": proxies["model"].url,
            "DATABASE_URL": address,
            "TRANSLATION_TIMEOUT": "2",
        }
        yield proxies, Task("", environ, NOW, patience=1.0)


def foul(
    weather: tuple[Trouble, ...], luck: random.Random, *, stream: bool
) -> Callable[[int], Trouble | None]:
    """Trouble now and then, or all the time from some request on for a while."""
    weather = tuple(one for one in weather if not stream or one not in _STORM) or (Trouble.LATENCY,)
    share = luck.choice([0.02, 0.1]) if stream else luck.choice([0.05, 0.2, 0.5])
    first, last = sorted(luck.sample(range(1, 60), 2))
    steady = luck.random() < 0.3

    def trouble(number: int) -> Trouble | None:
        befalls = first <= number <= last if steady else luck.random() < share
        return luck.choice(weather) if befalls else None

    return trouble


@pytest.mark.parametrize("worlds", [True], indirect=True, ids=["remote"])
@pytest.mark.parametrize("weather", WEATHER)
def test_foul_weather_between_all_is_mended_by_one_run(worlds: Worlds, weather: str, tally: Tally) -> None:
    def disturb(world: World, luck: random.Random) -> str:
        with between(world) as (proxies, task):
            for name, proxy in proxies.items():
                if luck.random() < 0.7:
                    proxy.trouble = foul(WEATHER[weather], luck, stream=name == "database")
            outcome = ended(started(replace(task, job=job)))
            befell = {name: dict(proxy.befell) for name, proxy in proxies.items()}
        return f"{outcome}: {befell}"

    for number in range(max(2, ROUNDS // 12)):
        job = ("preload", *JOBS)[number % 4]
        tally.play(worlds, job, disturb, weather, number)
    tally.check()


@pytest.mark.parametrize("worlds", [True], indirect=True, ids=["remote"])
def test_postgresql_restarted_in_the_middle_of_a_transaction(worlds: Worlds, tally: Tally) -> None:
    def disturb(world: World, luck: random.Random) -> str:
        with between(world) as (proxies, task):
            at = luck.randint(8, 60)

            def trouble(number: int) -> None:
                if number == at:
                    crash(world)

            proxies["database"].trouble = trouble
            outcome = ended(started(replace(task, job=job)))
            befell = proxies["database"].number >= at
        wait_for(world)
        return f"{outcome if befell else 'too late'}: at piece {at}"

    for number in range(max(3, ROUNDS // 8)):
        job = JOBS[number % 3]
        tally.play(worlds, job, disturb, number)
    tally.check()
    assert tally.outcomes["refused"]


def crash(world: World) -> None:
    """Kill the server's process that works for the job: the postmaster then ends all others, recovers, and
    starts anew, as after any crash."""
    url = sa.make_url(str(world.database_url))
    postmaster = int((Path(str(url.query["host"])) / "postmaster.pid").read_text().split()[0])
    for child in psutil.Process(postmaster).children():
        if str(url.database) in " ".join(child.cmdline()):
            os.kill(child.pid, signal.SIGKILL)
            return


def wait_for(world: World) -> None:
    """Until PostgreSQL takes connections again, once it has had the time to see that it crashed."""
    time.sleep(0.5)
    end = time.monotonic() + 60
    while True:
        try:
            with world.data() as data, data.connect():
                return
        except sa.exc.OperationalError:
            assert time.monotonic() < end
            time.sleep(0.1)
