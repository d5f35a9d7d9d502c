"""What the machine does to a job: a full disk, a locked database, a clock that jumps."""

import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from langassets_tests.chaos.job import JOBS
from langassets_tests.chaos.rounds import ROUNDS, Tally, ended, started
from langassets_tests.chaos.world import NOW, World, Worlds
from langassets_tests.servers.forked import forked

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]

local = pytest.mark.parametrize("worlds", [False], indirect=True, ids=["local"])
_ROUNDS = max(3, ROUNDS // 8)


@local
def test_files_that_cannot_grow(worlds: Worlds, tally: Tally) -> None:
    """A limit for each file stands for a disk or a quota that is full for large files first."""

    def disturb(world: World, luck: random.Random) -> str:
        limit = int(luck.choice([1, 40, 400, 800]) * 1024 * luck.random())
        return f"{ended(started(world.task(job, NOW, file_limit=limit)))}: {limit} bytes a file"

    for number in range(_ROUNDS):
        job = JOBS[number % 3]
        tally.play(worlds, job, disturb, number)
    tally.check()
    assert tally.outcomes["refused"]


@contextmanager
def small_disk(place: Path, size: int) -> Iterator[None]:
    """A file system of `size` bytes in memory, at `place`. For root alone."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def may_mount(folder: Path) -> bool:
    """Whether this is a machine, and a user, that a small disk can be had from."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with suppress(subprocess.CalledProcessError), small_disk(folder / "tried", 65536):
        return True
    return False


@local
def test_a_disk_that_is_full(worlds: Worlds, tmp_path: Path, tally: Tally) -> None:
    if not may_mount(tmp_path):
        pytest.skip("only root can mount a small disk; files that cannot grow are tried above")

    def disturb(world: World, luck: random.Random) -> str:
        spare = world.home / "spare"
        free = shutil.disk_usage(world.home).free
        left = int(luck.choice([0.02, 0.2, 1]) * luck.random() * 400 * 1024)
        spare.write_bytes(b"\0" * max(0, free - left))
        try:
            return f"{ended(started(world.task(job, NOW)))}: {left} bytes free"
        finally:
            spare.unlink()

    with small_disk(tmp_path / "disk", 64 << 20):
        worlds.place = tmp_path / "disk" / "now"
        for number in range(_ROUNDS):
            job = JOBS[number % 3]
            tally.play(worlds, job, disturb, number)
        worlds.place = None
    tally.check()
    assert tally.outcomes["refused"]


def hold(path: str, seed: int) -> None:
    """Lock a database again and again, as another process does that writes much."""
    luck = random.Random(seed)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        while True:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(luck.uniform(0, 0.4))
            connection.execute("COMMIT")
            time.sleep(luck.uniform(0, 0.1))


@local
def test_sqlite_locked_by_another_process(worlds: Worlds, tally: Tally) -> None:
    def disturb(world: World, luck: random.Random) -> str:
        other = forked(hold, str(world.home / "langassets.db"), luck.randint(0, 999))
        patience = luck.choice([0.05, 0.2, 30])
        try:
            outcome = ended(started(world.task(job, NOW, busy_timeout=patience)))
        finally:
            other.kill()
            other.join()
        return f"{outcome}: it waits {patience} s for the lock"

    for number in range(_ROUNDS):
        job = JOBS[number % 3]
        tally.play(worlds, job, disturb, number)
    tally.check()


def test_a_clock_that_is_hours_off(worlds: Worlds, tally: Tally) -> None:
    """For a whole job; the next run has the right time again. At times the database's clock is wrong as well,
    or it alone."""

    def disturb(world: World, luck: random.Random) -> str:
        hours, theirs = luck.choice([(-26, 0), (-3, 0), (3, 3), (5, 0), (26, 26), (0, -3), (0, 26)])
        with off_clock(world, theirs):
            outcome = ended(started(world.task(job, NOW, jumps=(timedelta(hours=hours),))))
        return f"{outcome}: this machine's clock by {hours} h, the database's by {theirs} h"

    for number in range(_ROUNDS):
        job = JOBS[number % 3]
        tally.play(worlds, job, disturb, number)
    tally.check()


@contextmanager
def off_clock(world: World, hours: int) -> Iterator[None]:
    """The database's server has another time by so many hours; where that is a file, nothing happens."""
    with world.data() as data:
        if data.dialect.name != "postgresql":
            yield
            return
        name = data.url.database
        with data.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS "
                f"$$ SELECT pg_catalog.clock_timestamp() + interval '{hours} hours' $$"
            )
            # Else what the server has itself comes first.
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog')
        yield
        with data.begin() as connection:
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" RESET search_path')
            connection.exec_driver_sql("DROP FUNCTION public.clock_timestamp()")


def test_a_clock_that_jumps(worlds: Worlds, tally: Tally) -> None:
    """By hours and days, to and fro, in the middle of a job; the next run has the right time again."""

    def disturb(world: World, luck: random.Random) -> str:
        jumps = [timedelta(hours=luck.choice([0, 0, 1, 26, 72]) * luck.choice([-1, 1])) for _ in range(40)]
        return (
            f"{ended(started(world.task(job, NOW, jumps=tuple(jumps))))}: {[str(one) for one in jumps[:6]]}"
        )

    for number in range(_ROUNDS):
        job = JOBS[number % 3]
        tally.play(worlds, job, disturb, number)
    tally.check()
