"""Database and bucket of different moments come together by `langassets reconcile --restored` and one run:
nothing is lost that either had, and nothing is paid for that either has."""

import asyncio
import random
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.jobs.reconcile.compare import differences
from langassets.jobs.reconcile.job import reconcile
from langassets.storage.etags import etag_of
from langassets_tests.chaos.rounds import ROUNDS, SEED
from langassets_tests.chaos.stores import Opened, emptied, in_a_folder, on_a_server
from langassets_tests.jobs.restored import (
    Copy,
    Life,
    World,
    in_the_archive,
    number_of,
    paragraph,
    rows_of,
    texts_in,
)
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

_EMPTY = Copy({}, {})
_PEOPLE = ("langassets.reviews", "langassets.lesson_usage", "langassets.model_usage")


def bring_together(life: Life, database: Copy, live: Copy, archive: Copy) -> None:
    """Put halves of these moments together, and see what comes of it."""
    objects = {key: body for key, body in live.objects.items() if not in_the_archive(key)}
    archived = {key: body for key, body in archive.objects.items() if in_the_archive(key)}
    life.put_back(database.rows, objects | archived)
    asked = len(life.world.asked)
    asyncio.run(reconcile(life.services(), restored=True))
    life.evaluate()
    life.preload()
    paid = set(life.world.asked[asked:])
    _nothing_is_paid_twice(life, paid, database, objects)
    _nothing_is_lost(life, database, objects | archived)
    _all_is_fresh(life, database, objects | archived)


def _nothing_is_paid_twice(
    life: Life, paid: set[tuple[str, str]], database: Copy, objects: Mapping[str, bytes]
) -> None:
    assert not paid & database.memory(life.model), "it is in memory"
    for key, body in objects.items():
        if _is_new(life, key, body, database) and not any("Mine" in text for text in texts_in(body)):
            there = {(key.partition("/")[0], paragraph(number)) for number in map(number_of, texts_in(body))}
            assert not paid & there, f"it is in storage, in {key}"


def _nothing_is_lost(life: Life, database: Copy, objects: Mapping[str, bytes]) -> None:
    rows, now = rows_of(life.world.data), life.world.objects()
    for name in ("langassets.translation_memory", *_PEOPLE):
        kept = {tuple(row.items()) for row in rows[name]}
        assert all(tuple(row.items()) in kept for row in database.rows.get(name, ())), name
    stands = {text for body in now.values() for text in texts_in(body)}
    known = rows["langassets.edits"]
    stands |= {row["text"] for row in known}
    places = {(row["language"], row["lesson"], row["source"]) for row in known}
    for row in database.rows.get("langassets.edits", ()):
        assert (row["language"], row["lesson"], row["source"]) in places, row
    # A person may have written something else since, of which the database knows.
    later = {(row["language"], row["lesson"], number_of(row["text"])) for row in known}
    for key, body in objects.items():
        *_, language, _, lesson, _ = key.split("/")
        for text in texts_in(body):
            if "Mine" in text and (language, lesson, number_of(text)) not in later:
                assert text in stands, f"{text!r} of {key} is gone"


def _all_is_fresh(life: Life, database: Copy, objects: Mapping[str, bytes]) -> None:
    now = life.world.objects()
    for lesson, numbers in life.lessons.items():
        for language in life.frequent:
            key = f"{language}/lessons/{lesson}/text.json"
            assert key in now, "it is missing"
            if key in life.whole:
                continue
            if any(
                key[:-4] in one and etag_of(body) not in database.etags() for one, body in objects.items()
            ):
                continue  # of which lesson nobody can tell, nor whether it went back from the archive
            assert list(map(number_of, texts_in(now[key]))) == numbers, f"{key} could be fresh, and is stale"
    asked = len(life.world.asked)
    life.preload()
    assert len(life.world.asked) == asked, "the second run pays again"
    assert life.world.objects() == now
    left = asyncio.run(differences(life.services()))
    assert not any(one.missing or one.foreign for one in left)


def _is_new(life: Life, key: str, body: bytes, database: Copy) -> bool:
    """Whether an object is of today's lesson, and of a version that the database does not know."""
    numbers = life.lessons.get(key.split("/")[2])
    return list(map(number_of, texts_in(body))) == numbers and etag_of(body) not in database.etags()


def live_and_restore(data: sa.Engine, home: Path, store: Opened, lives: int) -> None:
    """So many lives, each copied at several moments, of which any two halves are put together."""
    for number in range(1, lives + 1):
        emptied(data)
        world = World(data, home, partial(store, number))
        draw = random.Random(SEED + number)
        try:
            life = Life(world, draw)
            copies = [life.copy()]
            for _ in range(draw.randint(2, 5)):
                life.step()
                copies.append(life.copy())
            for _ in range(4):
                halves = [draw.choice([_EMPTY, *copies, *copies]) for _ in range(3)]
                bring_together(life, *halves)
        except AssertionError as error:
            error.add_note(f"life {number} of CHAOS_SEED={SEED}")
            raise


@pytest.mark.parametrize("engine", ["migrated_sqlite"], indirect=True)
def test_halves_of_any_moments_come_together(engine: sa.Engine, tmp_path: Path) -> None:
    live_and_restore(engine, tmp_path, in_a_folder(tmp_path), 3)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", ["migrated_sqlite"], indirect=True)
def test_halves_come_together_many_times(engine: sa.Engine, tmp_path: Path) -> None:
    live_and_restore(engine, tmp_path, in_a_folder(tmp_path), ROUNDS)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("engine", ["postgres_url"], indirect=True)
def test_halves_come_together_on_supabase(engine: sa.Engine, tmp_path: Path) -> None:
    with SupabaseStorageServer() as server:
        live_and_restore(engine, tmp_path, on_a_server(server), max(1, ROUNDS // 10))
