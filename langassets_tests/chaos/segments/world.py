"""A database and a bucket, both empty, the models, and what goes wrong next."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.connection import reading
from langassets.database.records.bill import NOTHING_SPENT, Spending
from langassets.database.schema import refusals
from langassets.database.translations import refusals as remembering
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.storage.store import ContentStore
from langassets.translation.engine.engine import Engine
from langassets.translation.recipes import Recipes, text_hash
from langassets.translation.refusals import checks_version
from langassets_tests.chaos.segments.ledger import Asked, Ledger
from langassets_tests.chaos.segments.models import Models, StagedProvider
from langassets_tests.chaos.trips import Trip, TrippingStore
from langassets_tests.jobs.lessons import NOW
from langassets_tests.translation.engines import VirtualTime

MOST_DOUBTFUL = 0.4
"""Lessons are short: one paragraph of three may be doubted."""

_SETTINGS = {"MAX_DOUBTFUL_SHARE": str(MOST_DOUBTFUL), "REFUSED_AGAIN_AFTER_DAYS": "1"}


class WorldServices(Services):
    """Services of a `World`, as a new process has them."""

    def __init__(self, world: "World") -> None:
        super().__init__(load_settings({"LANGASSETS_HOME": str(world.home)} | _SETTINGS), lambda: world.now)
        self._world = world
        self.__dict__["data"] = world.data
        self.__dict__["recipes"] = Recipes.of(world.providers(), self.glossary)

    def store(self) -> ContentStore:
        return TrippingStore(self._world.open_store(), self._world.trip)

    @asynccontextmanager
    async def engine(
        self, spent: Spending | None = None, *, only_memory: bool = False, retrying: bool = False
    ) -> AsyncIterator[Engine]:
        """An engine in virtual time."""
        yield Engine(
            self._world.providers(),
            self.memory,
            refusals=self.refusals,
            max_doubtful_share=self.settings.max_doubtful_share,
            timing=VirtualTime().timing(),
            bill=(spent or NOTHING_SPENT).bill,
        )


class World:
    """See above. `names` are the models in use, the preferred one first; `spoken` counts what people said of
    each text, and `meanwhile` happens once while a model is asked."""

    def __init__(self, data: sa.Engine, home: Path, open_store: Callable[[], ContentStore]) -> None:
        self.data, self.home, self.open_store = data, home, open_store
        self.trip, self.models, self.ledger = Trip(), Models(), Ledger(self._because)
        self.now = NOW
        self.names: list[tuple[str, str]] = [("openai", "gpt-6-luna")]
        self.checks = checks_version()
        self.changes = 0
        self.spoken: dict[tuple[str, str], int] = {}
        self.meanwhile: Callable[[], None] | None = None
        self.alone = True
        for name in ("before_cursor_execute", "commit"):
            sa.event.listen(data, name, self._step)
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(f"{remembering.__name__}.checks_version", lambda: self.checks)

    def close(self) -> None:
        """Let go of the database and of the checks."""
        for name in ("before_cursor_execute", "commit"):
            sa.event.remove(self.data, name, self._step)
        self._patch.undo()

    def _step(self, *_: object) -> None:
        self.trip.step()

    def services(self) -> WorldServices:
        """As a new process has them, a minute later."""
        self.now += timedelta(minutes=1)
        return WorldServices(self)

    def providers(self) -> list[StagedProvider]:
        return [StagedProvider(self, *names) for names in self.names]

    def asks(self, questions: Sequence[Asked]) -> None:
        """A model is about to be paid: nothing of it may be in memory, and each question needs a reason."""
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            with self.trip.aside():
                happens()
        with self.trip.aside():
            services = WorldServices(self)
            keys = [services.recipes.keys(one.text, "en", one.language) for one in questions]
            known = services.memory.recall([key for found in keys for key in found])
        assert not (known and self.alone), f"in memory, and asked for: {set(known)}"
        for one in questions:
            self.ledger.ask(one, self.now)

    def refused_at(self, question: Asked) -> datetime | None:
        """Since when it is remembered that a question was in vain; None where it is not."""
        with reading(self.data) as connection:
            return connection.execute(
                sa.select(refusals.c.refused_at).where(
                    refusals.c.target_language == question.language,
                    refusals.c.text_hash == text_hash(question.text),
                    refusals.c.provider == question.provider,
                    refusals.c.model == question.model,
                    refusals.c.checks == self.checks,
                )
            ).scalar()

    def doubted(self, language: str) -> set[str]:
        """The texts of which one of today's models gave a doubted translation twice alike."""
        with reading(self.data) as connection:
            rows = connection.execute(
                sa.select(refusals.c.provider, refusals.c.model, refusals.c.text).where(
                    refusals.c.target_language == language,
                    refusals.c.doubted,
                    refusals.c.checks == self.checks,
                )
            )
            return {row.text for row in rows if (row.provider, row.model) in self.names}

    def _because(self, question: Asked) -> object:
        return self.changes, self.spoken.get((question.language, question.text), 0)

    def objects(self) -> dict[str, bytes]:
        """What storage holds."""

        async def read() -> dict[str, bytes]:
            async with self.open_store() as store:
                return {found.key: await store.read(found.key) async for found in store.list("")}

        found: dict[str, bytes] = _outside(read)
        return found

    def live(self) -> list[str]:
        """The keys of what is no archive."""
        return [key for key in self.objects() if not key.startswith(ARCHIVE_PREFIX)]

    def write(self, key: str, body: bytes) -> None:
        """Store an object as a person does."""

        async def put() -> None:
            async with self.open_store() as store:
                await store.write(key, body)

        _outside(put)


def _outside(work: Callable[[], Any]) -> Any:
    """Run in a loop of its own, though one may be running here: another program is at work."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(lambda: asyncio.run(work())).result()
