"""Answers that are kept: read once however many ask, and never too old."""

import asyncio

import pytest

from langassets.api.cached import Cached


class Source:
    """Counts how often it was read; can be slow, and can fail."""

    def __init__(self) -> None:
        self.reads = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.failing = False

    async def read(self) -> int:
        """The number of this reading."""
        self.reads += 1
        number = self.reads
        await self.gate.wait()
        if self.failing:
            raise OSError("down")
        return number


async def test_a_thousand_that_ask_at_once_cost_one_reading() -> None:
    source = Source()
    cached = Cached(source.read, refresh_after=60, max_age=60)
    readings = await asyncio.gather(*(cached.get() for _ in range(1000)))
    assert {reading.value for reading in readings} == {1}
    assert source.reads == 1


async def test_what_is_due_is_read_in_the_background_while_it_may_still_be_given() -> None:
    source = Source()
    cached = Cached(source.read, refresh_after=0, max_age=60)
    assert (await cached.get()).value == 1
    source.gate.clear()
    assert [(await cached.get()).value for _ in range(5)] == [1] * 5
    source.gate.set()
    await asyncio.sleep(0.01)
    assert source.reads == 2
    assert (await cached.get()).value == 2


async def test_what_is_too_old_is_never_given() -> None:
    source = Source()
    cached = Cached(source.read, refresh_after=0, max_age=0)
    assert (await cached.get()).value == 1
    assert (await cached.get()).value == 2
    source.failing = True
    with pytest.raises(OSError, match="down"):
        await cached.get()


async def test_what_is_down_is_not_asked_by_everyone() -> None:
    source = Source()
    source.failing = True
    cached = Cached(source.read, refresh_after=0, max_age=0)
    for _ in range(50):
        with pytest.raises(OSError, match="down"):
            await cached.get()
    assert source.reads == 1


async def test_one_who_goes_away_takes_nothing_from_the_others() -> None:
    source = Source()
    source.gate.clear()
    cached = Cached(source.read, refresh_after=60, max_age=60)
    first, second = asyncio.create_task(cached.get()), asyncio.create_task(cached.get())
    await asyncio.sleep(0.01)
    first.cancel()
    source.gate.set()
    assert (await second).value == 1
    assert source.reads == 1
