"""A whole system in this process, on SQLite and a folder, for a state machine to live with."""

import asyncio
import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from langassets.database.application import content, topics
from langassets.database.connection import engine_of, writing
from langassets.database.migrate import migrate
from langassets.database.records.bill import NOTHING_SPENT, Spending
from langassets.errors import ProviderUnavailableError
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage.local.store import LocalStore
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.engine.engine import Engine
from langassets.translation.recipes import Recipes
from langassets.translation.types import Answer, Batch, Heard, unheard
from langassets_tests.chaos.trips import Trip, TrippingStore
from langassets_tests.translation.engines import VirtualTime
from langassets_tests.translation.scripted import ScriptedProvider

# In memory where there is such a place: the machine takes thousands of steps.
PLACE = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
START = datetime(2040, 1, 1, tzinfo=UTC)
ARCHIVE_DAYS, KEEP_DAYS = 90, 30


_Rows = list[tuple[sa.Table, list[dict[str, Any]]]]


class RecordingProvider(ScriptedProvider):
    """A model that takes down what it was paid for, and is away now and then."""

    def __init__(self, system: "System", model: str) -> None:
        super().__init__(model=model)
        self._system = system

    async def translate(self, batch: Batch, heard: Heard = unheard) -> Answer:
        if self._system.trip.step(may_fail=True):
            raise ProviderUnavailableError("the model of a test is away")
        self._system.asked(batch, self.model)
        answer = await super().translate(batch, heard)
        self._system.trip.step()
        return answer


class SystemServices(Services):
    """Services of a `System`."""

    def __init__(self, system: "System") -> None:
        super().__init__(load_settings(system.environ), lambda: system.now)
        self._system = system
        self.__dict__["data"] = system.data
        self.__dict__["recipes"] = Recipes.of([RecordingProvider(system, system.model)], self.glossary)

    def store(self) -> ContentStore:
        """The folder, with times by the system's own clock."""
        return TrippingStore(LocalStore(self._system.root), self._system.trip, self._system.dated)

    @asynccontextmanager
    async def engine(
        self, spent: Spending | None = None, *, only_memory: bool = False, retrying: bool = False
    ) -> AsyncIterator[Engine]:
        """An engine in virtual time."""
        provider = RecordingProvider(self._system, self._system.model)
        yield Engine(
            [provider],
            self.memory,
            refusals=self.refusals,
            max_doubtful_share=self.settings.max_doubtful_share,
            timing=VirtualTime().timing(),
            bill=(spent or NOTHING_SPENT).bill,
        )


class System:
    """The system; `now` is its time, `model` what it translates by, `trip` what goes wrong next."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="machine-", dir=PLACE))
        shutil.copyfile(_migrated(), self.home / "langassets.db")
        self.root = self.home / "storage"
        self.root.mkdir()
        self.environ = {
            "LANGASSETS_HOME": str(self.home),
            "PREDEFINED_LANGUAGES": "en,he",
            "KEEP_MOST_USED": "1",
            "KEEP_RECENT_DAYS": str(KEEP_DAYS),
            "ARCHIVE_DAYS": str(ARCHIVE_DAYS),
            "TIER_MIN_REQUESTS": "10",
        }
        self.data = engine_of(None, self.home)
        self.now = START
        self.model = "gpt-6-luna"
        self.trip = Trip()
        self.paid: Counter[tuple[str, str, str]] = Counter()
        self.paid_again: list[tuple[str, str]] = []
        self._written: dict[tuple[str, str], datetime] = {}
        self._taken_out: dict[str, _Rows] = {}
        for name in ("before_cursor_execute", "commit"):
            sa.event.listen(self.data, name, lambda *_: self.trip.step() and None)

    def close(self) -> None:
        """Take it away."""
        self.data.dispose()
        shutil.rmtree(self.home)

    def services(self) -> SystemServices:
        """What a job works with, opened anew as in a new process."""
        return SystemServices(self)

    def dated(self, found: StoredObject) -> StoredObject:
        """A listed object with the time at which this body was first seen under this key."""
        at = self._written.setdefault((found.key, found.etag), self.now)
        return StoredObject(found.key, found.size, found.etag, at)

    def pass_time(self, days: int) -> None:
        """Time passes; what stands has been there before."""
        asyncio.run(self._look())
        self.now += timedelta(days=days)

    async def _look(self) -> None:
        async with LocalStore(self.root) as store:
            seen = {(found.key, found.etag) async for found in store.list("")}
        self._written = {place: self._written.get(place, self.now) for place in seen}

    def asked(self, batch: Batch, model: str) -> None:
        """The model is about to be paid for these texts: none may be in memory already."""
        self.paid.update((text, batch.target_language, model) for text in batch.texts)
        services = self.services()
        keys = [
            services.recipes.keys(text, batch.source_language, batch.target_language)[0]
            for text in batch.texts
        ]
        known = services.memory.recall(keys)
        self.paid_again += [(key.text, key.target_language) for key in keys if key in known]

    def objects(self) -> dict[str, bytes]:
        """What storage holds."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(self.root).parts)
        }

    def put(self, key: str, body: bytes) -> None:
        """Store an object as a person or another program does."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def remove(self, key: str) -> None:
        """Remove an object as a person does."""
        (self.root / key).unlink()

    def written(self, key: str) -> datetime:
        """When what stands under a key was first seen there."""
        etag = hashlib.md5(self.objects()[key], usedforsecurity=False).hexdigest()
        return self._written.get((key, etag), self.now)

    def lessons_by_status(self, status: str) -> dict[str, datetime | None]:
        """Lessons with this status, and when their rows changed."""
        query = sa.select(topics.c.topic_id, topics.c.updated_at).where(topics.c.status == status)
        return {str(row.topic_id): row.updated_at for row in self.rows(query)}

    def has_content(self, lesson: str) -> bool:
        """Whether a lesson's content stands in the application's tables."""
        return bool(self.rows(sa.select(content.c.content_id).where(content.c.topic_id == int(lesson))))

    def set_lesson(self, lesson: str, status: str, at: datetime | None) -> None:
        """Give a lesson's row a status, and the time of its change, if it has a row."""
        row = topics.update().where(topics.c.topic_id == int(lesson))
        with writing(self.data) as connection:
            connection.execute(row.values(status=status, updated_at=at))

    def take_out_or_put_back(self, lesson: str) -> None:
        """Remove a lesson's rows, or put back those that were removed."""
        at = topics.c.topic_id == int(lesson)
        if self.rows(sa.select(topics.c.topic_id).where(at)):
            self._taken_out[lesson] = self._take_out(at)
        else:
            self._put_back(self._taken_out.pop(lesson))

    @contextmanager
    def no_lessons(self) -> Iterator[None]:
        """All lessons are gone, and back at the end."""
        taken = self._take_out(sa.true())
        yield
        self._put_back(taken)

    def _take_out(self, which: sa.ColumnElement[bool]) -> _Rows:
        ids = sa.select(topics.c.topic_id).where(which)
        with writing(self.data) as connection:
            its_content = content.c.topic_id.in_(ids)
            taken = [
                (table, [row._asdict() for row in connection.execute(sa.select(table).where(chosen))])
                for table, chosen in ((topics, which), (content, its_content))
            ]
            connection.execute(content.delete().where(its_content))
            connection.execute(topics.delete().where(which))
        return taken

    def _put_back(self, taken: _Rows) -> None:
        with writing(self.data) as connection:
            for table, rows in taken:
                if rows:
                    connection.execute(table.insert(), rows)

    def rows(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        """What the database holds."""
        with self.data.connect() as connection:
            return connection.execute(query).all()


@cache
def _migrated() -> Path:
    home = Path(tempfile.mkdtemp(prefix="machine-migrated-"))
    engine = engine_of(None, home)
    migrate(engine)
    engine.dispose()
    return home / "langassets.db"
