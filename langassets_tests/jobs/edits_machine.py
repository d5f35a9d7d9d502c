"""Lessons change, people edit objects by hand, preloads run and are killed: what must hold of edits.

Each paragraph has a number, which its translation and what a person writes for it keep; so every object says
of which paragraphs it is made.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from langassets.jobs.preload.job import preload
from langassets.jobs.preload.report import PreloadReport
from langassets.storage.keys import ARCHIVE_PREFIX
from langassets.storage.store import ContentStore, StoredObject
from langassets.translation.documents.document import body_of
from langassets.translation.types import Batch
from langassets_tests.jobs.lessons import NOW, add_lesson, change_lesson
from langassets_tests.jobs.models import ModelServices
from langassets_tests.servers.model_server import Reply
from langassets_tests.translation.scripted import ScriptedProvider

LANGUAGES = ("en", "he")
_NUMBER = re.compile(r"\d+")
_chance = st.one_of(st.none(), st.none(), st.integers(1, 60))


class Killed(BaseException):
    """Stands for the end of the process: once raised, it is raised by everything that is tried."""


class Trip:
    """Lets so many operations through; from then on the process is dead."""

    def __init__(self) -> None:
        self.kill_in: int | None = None

    def step(self) -> None:
        """Count an operation."""
        if self.kill_in is not None:
            self.kill_in -= 1
            if self.kill_in <= 0:
                raise Killed


class TrippingStore:
    """A store, and the process that may die before and after each of its operations."""

    def __init__(self, inner: ContentStore, trip: Trip) -> None:
        self._inner, self._trip = inner, trip
        self.location = inner.location

    @property
    def requests(self) -> int:
        return self._inner.requests

    @property
    def retries(self) -> int:
        return self._inner.retries

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._inner.__aexit__(*_)

    async def check(self) -> None:
        await self._inner.check()

    async def list(self, prefix: str) -> AsyncIterator[StoredObject]:
        self._trip.step()
        async for found in self._inner.list(prefix):
            yield found

    async def read(self, key: str) -> bytes:
        self._trip.step()
        return await self._inner.read(key)

    async def write(self, key: str, body: bytes) -> StoredObject:
        self._trip.step()
        found = await self._inner.write(key, body)
        self._trip.step()
        return found

    async def delete(self, keys: Iterable[str]) -> set[str]:
        self._trip.step()
        return await self._inner.delete(keys)

    async def move(self, source: str, target: str) -> None:
        self._trip.step()
        await self._inner.move(source, target)
        self._trip.step()


class World:
    """A database and a store, both empty, and what goes wrong next."""

    def __init__(self, data: sa.Engine, home: Path, store: Callable[[], ContentStore]) -> None:
        self.data, self.home, self.trip = data, home, Trip()
        self.open_store = store
        self.now = NOW
        self.meanwhile: Callable[[], None] = lambda: None
        self.asked: list[tuple[str, str]] = []
        sa.event.listen(data, "before_cursor_execute", self._step)
        sa.event.listen(data, "commit", self._step)

    def close(self) -> None:
        """Let go of the database."""
        sa.event.remove(self.data, "before_cursor_execute", self._step)
        sa.event.remove(self.data, "commit", self._step)

    def _step(self, *_: object) -> None:
        self.trip.step()

    def services(self) -> ModelServices:
        """As a new process has them."""
        made = ModelServices(self.data, self.home, ScriptedProvider(self._behave))
        self.now += timedelta(minutes=1)
        made.clock = lambda: self.now
        made.store = lambda: TrippingStore(self.open_store(), self.trip)  # type: ignore[method-assign]
        return made

    def _behave(self, number: int, batch: Batch, reply: Reply) -> Reply:
        del number
        self.asked += [(batch.target_language, text) for text in batch.texts]
        self.trip.step()
        self.meanwhile()
        return reply

    def objects(self) -> dict[str, bytes]:
        """What storage holds."""

        async def read() -> dict[str, bytes]:
            async with self.open_store() as store:
                return {found.key: await store.read(found.key) async for found in store.list("")}

        found: dict[str, bytes] = _outside(read)
        return found

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
    return in_a_thread(lambda: asyncio.run(work()))


def in_a_thread(call: Callable[[], Any]) -> Any:
    """What `call` gives, called in a thread of its own."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(call).result()


class EditsMachine(RuleBasedStateMachine):
    """See above. `edits` are what people last wrote, by object and number of the paragraph; `whole` are
    bodies that cannot be aligned, by key; `written` all bodies of theirs that only langassets may replace.
    """

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.lessons: dict[str, list[int]] = {}
        self.edits: dict[str, dict[int, str]] = {}
        self.whole: dict[str, bytes] = {}
        self.written: set[bytes] = set()
        self.ours: set[bytes] = set()
        self.numbers = 100
        self.killed = False

    @initialize()
    def begin(self) -> None:
        numbers = [self._number() for _ in range(3)]
        lesson = add_lesson(self.world.data, "A lesson", {"text": _content(numbers)})
        self.lessons[lesson] = numbers
        self.preload(None, None)

    @rule(data=st.data())
    def lesson_changes(self, data: st.DataObject) -> None:
        lesson = data.draw(st.sampled_from(sorted(self.lessons)))
        numbers = list(self.lessons[lesson])
        place = data.draw(st.integers(0, len(numbers) - 1))
        how = data.draw(st.sampled_from(["replace", "insert", "remove", "move"]))
        if how == "replace":
            numbers[place] = self._number()
        elif how == "insert":
            numbers.insert(place, self._number())
        elif len(numbers) > 1:
            taken = numbers.pop(place)
            if how == "move":
                numbers.append(taken)
        self._change(lesson, numbers)

    @rule(data=st.data())
    def lesson_says_again_what_it_said(self, data: st.DataObject) -> None:
        """A paragraph that somebody had edited comes back."""
        lesson = data.draw(st.sampled_from(sorted(self.lessons)))
        before = {
            number for key, found in self.edits.items() if f"/{lesson}/" in key for number in found
        } - set(self.lessons[lesson])
        if before:
            self._change(lesson, [*self.lessons[lesson], data.draw(st.sampled_from(sorted(before)))])

    @rule(data=st.data())
    def person_edits(self, data: st.DataObject) -> None:
        live = [key for key in self._live() if key not in self.whole]
        if live:
            self._edit(data.draw(st.sampled_from(live)), data.draw(st.integers(0, 9)))

    @rule(data=st.data())
    def person_adds_a_paragraph_or_takes_it_away(self, data: st.DataObject) -> None:
        live = self._live()
        if not live:
            return
        key = data.draw(st.sampled_from(sorted(live)))
        body = json.loads(self.world.objects()[key])
        if key in self.whole:
            body["text"] = body["text"].rpartition("\n\n")[0]
            del self.whole[key]
        else:
            body["text"] += "\n\nBy the way."
            self.whole[key] = body_of(body)
        self._put(key, body)

    @rule(kill_in=_chance, edit=st.one_of(st.none(), st.tuples(st.integers(0, 9), st.integers(0, 9))))
    def preload(self, kill_in: int | None, edit: tuple[int, int] | None) -> None:
        asked = len(self.world.asked)
        self.world.trip.kill_in = kill_in
        self.world.meanwhile = lambda: self._edit_meanwhile(edit)
        reports: list[PreloadReport] = []

        async def job() -> None:
            reports.append(await preload(self.world.services(), LANGUAGES, run_id="run"))

        try:
            asyncio.run(job())
        except Killed:
            self.killed = True
            return
        finally:
            self.world.trip.kill_in = None
            self.world.meanwhile = lambda: None
            self.world.data.dispose()
        assert reports[0].complete, [one.failed for one in reports[0].languages]
        if not self.killed:
            new = self.world.asked[asked:]
            assert len(set(self.world.asked)) == len(self.world.asked), f"asked for again: {new}"
        self._check_lessons()

    @rule(data=st.data(), edits=st.integers(0, 2), changes=st.booleans())
    def some_days_pass(self, data: st.DataObject, edits: int, changes: bool) -> None:
        """As most do: now and then an edit, then a change, and a preload each night."""
        for _ in range(edits):
            self.person_edits(data)
            self.preload(None, None)
        if changes:
            self.lesson_changes(data)
            self.preload(None, None)

    @invariant()
    def what_people_wrote_is_kept_whole_until_it_is_archived(self) -> None:
        standing = set(self.world.objects().values())
        assert self.written <= standing, self.written - standing

    def _check_lessons(self) -> None:
        objects = self.world.objects()
        for lesson, numbers in self.lessons.items():
            for language in LANGUAGES:
                key = f"{language}/lessons/{lesson}/text.json"
                if key in self.whole:
                    assert objects[key] == self.whole[key], "what cannot be aligned was not left alone"
                    continue
                found = json.loads(objects[key])["text"].split("\n\n")
                assert [_number_of(text) for text in found] == numbers, "it could be fresh, and is stale"
                edits = self.edits.get(key, {})
                for number, text in zip(numbers, found, strict=True):
                    mine = edits.get(number)
                    assert (text == mine) if mine else ("Mine" not in text), (
                        f"an edit was lost: paragraph {number} of {key} is {text!r}, not {mine!r}"
                    )

    def _live(self) -> list[str]:
        return [key for key in self.world.objects() if not key.startswith(ARCHIVE_PREFIX)]

    def _edit_meanwhile(self, edit: tuple[int, int] | None) -> None:
        if edit is not None:
            live = [key for key in self._live() if key not in self.whole]
            if live:
                self._edit(live[edit[0] % len(live)], edit[1])

    def _edit(self, key: str, place: int) -> None:
        body = json.loads(self.world.objects()[key])
        every = body["text"].split("\n\n")
        place %= len(every)
        number = _number_of(every[place])
        every[place] = f"Mine {_letters(self._number())} of {number}."
        body["text"] = "\n\n".join(every)
        self.edits.setdefault(key, {})[number] = every[place]
        self._put(key, body)

    def _put(self, key: str, body: Any) -> None:
        before, after = self.world.objects()[key], body_of(body)
        if before not in self.written:
            self.ours.add(before)
        self.written.discard(before)  # they saw what stood there
        self.world.write(key, after)
        if after not in self.ours:  # else it is again what langassets had stored
            self.written.add(after)

    def _change(self, lesson: str, numbers: list[int]) -> None:
        self.lessons[lesson] = numbers
        change_lesson(self.world.data, lesson, _content(numbers))

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers


def _content(numbers: list[int]) -> dict[str, object]:
    text = "\n\n".join(f"This is what paragraph {number} of the lesson says." for number in numbers)
    return {"text": text, "audioUrl": "https://x.y/1.mp3"}


def _number_of(text: str) -> int:
    return int(_NUMBER.findall(text)[-1])


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))
