"""TRANSLATION_MODE=auto against tariff servers that keep books of their own, by days of a fake clock."""

import asyncio
import json
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.batch_mode.job import collect
from langassets.database.connection import reading
from langassets.database.records.bill_totals import Totals, totals
from langassets.database.schema import model_usage
from langassets.jobs.lessons import load_desired
from langassets.jobs.preload.job import preload
from langassets.jobs.preload.plan import plan_languages
from langassets.jobs.preload.ways import segments_by_way
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.jobs.lessons import add_lesson, change_lesson
from langassets_tests.jobs.tariffs import SIDES, Side
from langassets_tests.servers.gemini_server import GeminiServer
from langassets_tests.servers.model_replies import Fault, Flex
from langassets_tests.servers.tariff import PromptCache

AT_HOURS = (0.2, 1.5, 6.0, 12.0, 18.0, 21.5, 22.2, 22.6, 23.2)

"""When the sensor looks, after a preload; in truth every five minutes."""


@dataclass
class World:
    """An installation, its provider, and what is known of what was wanted by when."""

    side: Side
    server: Any
    home: Path
    random: random.Random
    now: datetime
    languages: list[str] = field(default_factory=lambda: ["he", "ar"])
    soon: set[tuple[str, str]] = field(default_factory=lambda: {("he", "*"), ("ar", "*")})
    """Languages and paragraphs that users waited for."""
    lessons: list[str] = field(default_factory=list)
    runs: Any = field(default_factory=count)
    paragraphs: Any = field(default_factory=count)

    def services(self) -> Services:
        """As a process that has just started has them."""
        return Services(load_settings(self.side.settings(self.server, self.home)), lambda: self.now)

    def text(self, size: int) -> list[str]:
        """New paragraphs."""
        return [f"Paragraph {next(self.paragraphs)} says something of its own." for _ in range(size)]

    def batches_take(self, hours: float) -> None:
        """Have batches that are not over take so long."""
        if self.side.name == "openai":
            self.server.batches.seconds = hours * 3600
        else:
            self.server.batch_seconds = hours * 3600

    def breaks_on_create(self, fault: Fault | None) -> None:
        """What becomes of the answer where a batch is handed in."""
        if self.side.name == "openai":
            self.server.batches.on_create = fault
        else:
            self.server.on_create = fault

    async def preload(self, due: datetime) -> None:
        """A run, in a process of its own."""
        services = self.services()
        await preload(services, ["en", *self.languages], run_id=f"run-{next(self.runs)}", due=due)
        services.data.dispose()

    async def sensor(self, due: datetime) -> None:
        """A look at the batches, and the run that follows where something is over."""
        services = self.services()
        found = await collect(services)
        services.data.dispose()
        if any(one.over or one.late for one in found):
            await self.preload(due)


async def _day(world: World, number: int) -> None:
    """What happens from one preload to the next: lessons are added and changed, languages are promoted."""
    draw = world.random
    begin = world.now
    due = begin + timedelta(days=1)
    services = world.services()
    if number:
        await _held(world, services)
    for _ in range(draw.choice((0, 1, 1, 2)) if number else 8):
        text = world.text(draw.choice((2, 3, 4, 4, 90)) if number else 3)
        world.lessons.append(add_lesson(services.data, "A lesson", {"text": {"text": "\n\n".join(text)}}))
    if world.lessons and draw.random() < 0.4:
        _change(world, services)
    if number and number % 13 == 0:
        _promote(world, services)
    services.data.dispose()
    world.batches_take(draw.choice((0.3, 0.3, 1.0, 5.0, 40.0)))
    world.breaks_on_create(Fault.RESET if draw.random() < 0.1 else None)
    world.server.flex = draw.choice((Flex.YES, Flex.YES, Flex.UNKNOWN))
    if number:
        await _plan_says_what_happens(world, due)
    else:
        await world.preload(due)
    world.breaks_on_create(None)
    evening = draw.random() < 0.3
    for hours in AT_HOURS:
        world.now = begin + timedelta(hours=hours)
        await world.sensor(due)
        if evening and hours == 21.5:
            await _new_by_hand(world, due)
    world.now = due


async def _plan_says_what_happens(world: World, due: datetime) -> None:
    """As many segments go by each way as `plan preload` says beforehand."""
    services = world.services()
    desired, _ = load_desired(services.data)
    async with services.store() as store:
        plans = await plan_languages(services, store, world.languages, desired)
    ways = [segments_by_way(services, plan, due) for plan in plans.values()]
    planned = {way: sum(one.get(way, 0) for one in ways) for way in ("direct", "batch")}
    before = len(world.server.requests), len(_handed_in(world.server))
    services.data.dispose()
    await world.preload(due)
    asked = sum(len(one.texts) for one in world.server.requests[before[0] :])
    assert planned == {"direct": asked, "batch": len(_handed_in(world.server)) - before[1]}


def _change(world: World, services: Services) -> None:
    text = world.text(3)
    lesson = world.random.choice(world.lessons)
    change_lesson(services.data, lesson, {"text": "\n\n".join(text)})
    world.soon |= {(language, one) for language in world.languages for one in text}


def _promote(world: World, services: Services) -> None:
    language = ["es", "fr", "ru", "pt"][len(world.languages) - 2]
    world.languages.append(language)
    world.soon.add((language, "*"))


async def _new_by_hand(world: World, due: datetime) -> None:
    """A lesson that somebody adds in the evening, and a run that somebody starts then."""
    services = world.services()
    lesson = add_lesson(services.data, "A late one", {"text": {"text": "\n\n".join(world.text(2))}})
    world.lessons.append(lesson)
    services.data.dispose()
    await world.preload(due)


async def _held(world: World, services: Services) -> None:
    """What was wanted by now stands."""
    desired, _ = load_desired(services.data)
    async with services.store() as store:
        plans = await plan_languages(services, store, world.languages, desired)
    missing = {code: len(plan.to_make) for code, plan in plans.items() if plan.to_make}
    assert not missing, (world.now, missing)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("days", [7, pytest.param(60, marks=[pytest.mark.chaos, pytest.mark.timeout(900)])])
def test_the_bill_is_the_providers_and_all_is_there_in_time_the_cheapest_way(
    side: str, days: int, tmp_path: Path
) -> None:
    chosen = SIDES[side]
    made: list[World] = []
    with chosen.server(cache=PromptCache(), wall=lambda: made[0].now.timestamp()) as server:
        world = World(chosen, server, tmp_path, random.Random(days), chosen.start)
        made.append(world)

        async def live() -> None:
            for number in range(days):
                await _day(world, number)
            await _held(world, world.services())

        asyncio.run(live())
        with reading(world.services().data) as connection:
            bill = sum((one for _, one in totals(connection)), Totals())
            runs = connection.execute(sa.select(sa.func.sum(model_usage.c.cost))).scalar_one()
        assert bill.dollars == server.books.total
        assert bill.open_dollars == 0
        assert float(runs) == pytest.approx(float(bill.dollars))
        ways = _ways(world)
    print(side, days, dict(ways), server.books.total)
    assert ways["twice"] == 0
    assert sum(count for way, count in ways.items() if way.startswith("wrong")) <= 0.01 * ways["all"]
    assert ways["batch"] > 0 < ways["direct"]


def _ways(world: World) -> Counter[str]:
    """How each segment went, held against how it had to: by what users waited for and what batches did."""
    server = world.server
    by_request = {entry.request_id: entry for entry in server.books.entries}
    found: Counter[str] = Counter()
    handed_in = _handed_in(server)
    answered: Counter[tuple[str, str]] = Counter()
    for asked in server.requests:
        entry = by_request[f"r-{asked.number}"]
        for text in asked.texts.values():
            pair = (asked.target_language, text)
            answered[pair] += 1
            soon = pair in world.soon or (pair[0], "*") in world.soon
            found["all"] += 1
            found[entry.mode] += 1
            if entry.mode == "direct" and not soon and pair not in handed_in:
                found["wrong: direct, and had time"] += _had_time(world, entry.at)
            if entry.mode != "direct" and soon and pair in world.soon:
                found[f"wrong: {entry.mode}, and users waited"] += 1
    found["twice"] = sum(times - 1 for times in answered.values())
    return found


def _had_time(world: World, at: datetime) -> bool:
    """Whether at that moment a cheaper way could still be in time."""
    start = world.side.start
    left = timedelta(days=1) - (at - start) % timedelta(days=1)
    needs = timedelta(hours=4) if world.server.flex is Flex.UNKNOWN else timedelta(minutes=30)
    return left >= needs


def _handed_in(server: Any) -> set[tuple[str, str]]:
    """Languages and texts that were in some batch."""
    pairs = set()
    if isinstance(server, GeminiServer):
        messages = [
            each["request"]["contents"][0]["parts"][0]["text"]
            for one in server.batches
            for each in one.requests
        ]
    else:
        lines = [
            json.loads(line)
            for one in server.batches.batches
            for line in server.batches.files[one["input_file_id"]].splitlines()
        ]
        messages = [line["body"]["messages"][1]["content"] for line in lines]
    for message in messages:
        data, end = json.JSONDecoder().raw_decode(message)
        language = message[end:].partition(" into ")[2].partition("(")[2].partition(")")[0]
        pairs |= {(language, text) for lesson in data["lessons"] for text in lesson["texts"].values()}
    return pairs
