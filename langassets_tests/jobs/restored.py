"""A deployment that lives for a while, and copies of its halves at any moment of that life.

Each paragraph has a number, which its translation and what a person writes for it keep; so every object says
of which paragraphs it is made.
"""

import asyncio
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import reading, writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.schema import installation, made_tables, metadata
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.preload.job import preload
from langassets.services import utc_now
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.storage.store import ContentStore
from langassets.tiering.policy import TierDecision
from langassets.translation.documents.document import body_of
from langassets.translation.types import Batch
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson, request
from langassets_tests.jobs.models import ModelServices
from langassets_tests.servers.model_replies import Reply
from langassets_tests.servers.translator import translate
from langassets_tests.translation.scripted import ScriptedProvider

Rows = dict[str, list[dict[str, Any]]]
"""langassets' own tables, by name."""

_TABLES = [table for table in metadata.sorted_tables if table not in (made_tables, installation)]
_SETTINGS = {
    "PREDEFINED_LANGUAGES": "en,he",
    "KEEP_RECENT_DAYS": "0",
    "KEEP_MOST_USED": "0",
    "MAX_DELETE_FRACTION": "1",
}


@dataclass(frozen=True)
class Copy:
    """Both halves at one moment."""

    rows: Rows
    objects: Mapping[str, bytes]

    def memory(self, model: str) -> set[tuple[str, str]]:
        """The languages and texts that memory has for today."""
        rows = self.rows.get("langassets.translation_memory", ())
        return {
            (row["target_language"], row["text"])
            for row in rows
            if row["origin"] != "model" or row["model"] == model
        }

    def etags(self) -> set[str]:
        """Of all versions of objects that the database knows."""
        names = ("langassets.stored_objects", "langassets.former_objects")
        return {row["etag"] for name in names for row in self.rows.get(name, ())}


@dataclass
class World:
    """A database and a store, both empty at first; `asked` is what models were asked for, by language and
    text."""

    data: sa.Engine
    home: Path
    open_store: Callable[[], ContentStore]
    now: datetime = NOW
    asked: list[tuple[str, str]] = field(default_factory=list)

    def objects(self) -> dict[str, bytes]:
        """What storage holds."""

        async def read() -> dict[str, bytes]:
            async with self.open_store() as store:
                return {found.key: await store.read(found.key) async for found in store.list("")}

        return asyncio.run(read())

    def write(self, key: str, body: bytes) -> None:
        """Store an object as a person does."""

        async def store() -> None:
            async with self.open_store() as opened:
                await opened.write(key, body)

        asyncio.run(store())


class Life:
    """Lessons change, people edit, languages come and go, jobs run; `draw` decides."""

    def __init__(self, world: World, draw: random.Random) -> None:
        self.world, self.draw = world, draw
        world.now = utc_now() + timedelta(days=1)  # later than any file
        self.lessons: dict[str, list[int]] = {}
        self.frequent = ["en", "he"]
        self.model = "gpt-6-luna"
        self.whole: set[str] = set()
        """Objects that a person added something to at some time."""
        self._number = 100
        for _ in range(2):
            self.lesson_comes()
        self.preload()

    def services(self) -> ModelServices:
        """As a new process has them."""
        made = ModelServices(self.world.data, self.world.home, self._provider(), **_SETTINGS)
        self.world.now += timedelta(minutes=1)
        made.clock = lambda: self.world.now
        made.store = self.world.open_store  # type: ignore[method-assign]
        return made

    def step(self) -> None:
        """Something happens."""
        rare = [self.model_changes, self.lesson_comes, self.person_adds_a_paragraph]
        steps = [self.lesson_changes, self.person_edits, self.cleanup, *rare]
        self.draw.choices(steps, [4, 4, 2, 1, 1, 1])[0]()
        if self.draw.random() < 0.7:
            self.preload()

    def lesson_comes(self) -> None:
        numbers = [self._new() for _ in range(3)]
        lesson = add_lesson(self.world.data, "A lesson", {"text": content(numbers)})
        self.lessons[lesson] = numbers

    def lesson_changes(self) -> None:
        lesson = self.draw.choice(sorted(self.lessons))
        numbers = self.lessons[lesson]
        place = self.draw.randrange(len(numbers))
        how = self.draw.choice(["replace", "replace", "insert", "remove"])
        if how == "insert":
            numbers.insert(place, self._new())
        elif how == "replace":
            numbers[place] = self._new()
        elif len(numbers) > 1:
            numbers.pop(place)
        change_lesson(self.world.data, lesson, content(numbers))

    def person_edits(self) -> None:
        if key := self._some_object():
            body = json.loads(self.world.objects()[key])
            every = body["text"].split("\n\n")
            place = self.draw.randrange(len(every))
            every[place] = self._by_hand(every[place])
            self.world.write(key, body_of(body | {"text": "\n\n".join(every)}))

    def person_adds_a_paragraph(self) -> None:
        """It cannot be held against its lesson any more."""
        if key := self._some_object():
            body = json.loads(self.world.objects()[key])
            added = self._by_hand(body["text"])
            self.world.write(key, body_of(body | {"text": f"{body['text']}\n\n{added}"}))
            self.whole.add(key)

    def model_changes(self) -> None:
        self.model = "gpt-6-terra"

    def cleanup(self) -> None:
        self.frequent = sorted({"en", "he"} | {code for code in ("es", "fr") if self.draw.random() < 0.5})
        request(self.world.data, "es", self.draw.choice(sorted(self.lessons)), 1)
        self.evaluate()
        asyncio.run(clean_up(self.services(), run_id="cleanup"))

    def evaluate(self) -> None:
        decided = (
            TierDecision(code, code, 0.5, 1.0, code in self.frequent, "kept", "")
            for code in ("en", "he", "es", "fr")
        )
        services = self.services()
        with writing(self.world.data) as connection:
            record_tier(connection, Tier(services.clock(), services.clock(), tuple(decided)), "run")

    def preload(self) -> None:
        """All frequent languages; nothing fails."""
        report = asyncio.run(preload(self.services(), self.frequent, run_id=f"run {self.world.now}"))
        assert report.complete, [one.failed for one in report.languages]

    def copy(self) -> Copy:
        """Both halves as they are."""
        return Copy(rows_of(self.world.data), self.world.objects())

    def put_back(self, rows: Rows, objects: Mapping[str, bytes]) -> None:
        """Database and bucket, each of its own moment; the lessons are those of today."""
        put_rows(self.world.data, rows)

        async def storage() -> None:
            async with self.world.open_store() as store:
                await store.delete([one.key async for one in store.list("")])
                for key, body in objects.items():
                    await store.write(key, body)

        asyncio.run(storage())

    def _some_object(self) -> str | None:
        live = sorted(key for key in self.world.objects() if not in_the_archive(key))
        return self.draw.choice(live) if live else None

    def _by_hand(self, text: str) -> str:
        letters = "".join("abcdefghij"[int(digit)] for digit in str(self._new()))
        return f"Mine {letters} of {number_of(text)}."

    def _new(self) -> int:
        self._number += 1
        return self._number

    def _provider(self) -> ScriptedProvider:
        def behave(_number: int, batch: Batch, reply: Reply) -> Reply:
            self.world.asked += [(batch.target_language, text) for text in batch.texts]
            if self.model == "gpt-6-luna":
                return reply
            words = (text.replace("says", "tells").replace("This", "Here") for text in batch.texts)
            return Reply([(n, translate(text, batch.target_language)) for n, text in enumerate(words, 1)])

        return ScriptedProvider(behave, model=self.model)


def rows_of(data: sa.Engine) -> Rows:
    """All that langassets knows."""
    with reading(data) as connection:
        return {
            str(table): [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in _TABLES
        }


def put_rows(data: sa.Engine, rows: Rows) -> None:
    """Have langassets know this, and nothing else."""
    with writing(data) as connection:
        for table in reversed(_TABLES):
            connection.execute(table.delete())
        for table in _TABLES:
            if rows.get(str(table)):
                connection.execute(table.insert(), rows[str(table)])


def content(numbers: list[int]) -> dict[str, object]:
    return {"text": "\n\n".join(map(paragraph, numbers)), "audioUrl": "https://x.y/1.mp3"}


def paragraph(number: int) -> str:
    return f"This is what paragraph {number} of the lesson says."


def number_of(text: str) -> int:
    return int(re.findall(r"\d+", text)[-1])


def texts_in(body: bytes) -> list[str]:
    """What stands in an object, paragraph by paragraph."""
    found: str = json.loads(body)["text"]
    return found.split("\n\n")


def in_the_archive(key: str) -> bool:
    return key.startswith(ARCHIVE_PREFIX)
