"""What befalls PostgreSQL while a job runs: stopped, full, or succeeded by a replica that lags behind it."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

import psycopg2
import pytest
import sqlalchemy as sa

from langassets_tests.chaos.rounds import ROUNDS, Tally, ended, started, until_it_has_come_far
from langassets_tests.chaos.world import NOW, World, Worlds
from langassets_tests.servers.postgres import processes, running_standby, stopped

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(3600),
    pytest.mark.parametrize("worlds", [True], indirect=True, ids=["remote"]),
]

_ROUNDS = max(4, ROUNDS // 10)

Disturbance = Callable[[str, World, random.Random], str]


def play(worlds: Worlds, tally: Tally, disturb: Disturbance) -> None:
    """Rounds of each job, most of them a preload: it has most to lose."""
    for number in range(_ROUNDS):
        job = ("preload", "cleanup", "preload", "evaluation")[number % 4]
        tally.play(worlds, job, partial(disturb, job), number)
    tally.check()


def test_postgresql_stopped_and_started(worlds: Worlds, tally: Tally) -> None:
    def disturb(job: str, world: World, luck: random.Random) -> str:
        process = started(world.task(job, NOW))
        when = until_it_has_come_far(worlds, world, job, luck)
        mode, down = luck.choice(["fast", "immediate"]), luck.choice([0, 0.3, 2])
        with stopped(worlds.postgres, mode):
            time.sleep(down)
        return f"{ended(process)}: {mode}, {when}, for {down} s"

    play(worlds, tally, disturb)


@contextmanager
def crowd(address: str, spare: int) -> Iterator[None]:
    """Others have all connections but so many."""
    host = sa.make_url(address).query["host"]
    held: list[psycopg2.extensions.connection] = []
    with suppress(psycopg2.OperationalError):
        while True:
            held.append(psycopg2.connect(host=host, user="postgres", dbname="postgres"))
    for one in held[:spare]:
        one.close()
    yield
    for one in held[spare:]:
        one.close()


def test_postgresql_out_of_connections(worlds: Worlds, tally: Tally) -> None:
    def disturb(job: str, world: World, luck: random.Random) -> str:
        spare = luck.choice([0, 1, 2, None])
        if spare is not None:
            with crowd(worlds.postgres, spare):
                return f"{ended(started(world.task(job, NOW)))}: {spare} connections left"
        process = started(world.task(job, NOW))
        when = until_it_has_come_far(worlds, world, job, luck)
        with crowd(worlds.postgres, 0):
            return f"{ended(process)}: none left {when}"

    play(worlds, tally, disturb)
    assert tally.outcomes["refused"]


def test_postgresql_fails_over_to_a_replica_that_lags(worlds: Worlds, tally: Tally) -> None:
    with ExitStack() as stack:

        def disturb(job: str, world: World, luck: random.Random) -> str:
            stack.close()  # the replica of the round before
            standby = stack.enter_context(running_standby(worlds.postgres))
            [receiver] = [one for one in processes(standby) if "walreceiver" in one.cmdline()[0]]
            process = started(world.task(job, NOW))
            when = until_it_has_come_far(worlds, world, job, luck)
            receiver.suspend()
            behind = time.monotonic()
            time.sleep(lag := luck.uniform(0, 0.5))
            with stopped(worlds.postgres, "immediate"):
                receiver.kill()  # what lies unread on its way is lost with the primary
                outcome = ended(process)
                succeed(standby)
            tally.more = sum(one.at >= behind for one in world.model.requests)
            url = sa.make_url(standby).set(database=sa.make_url(world.database_url or "").database)
            world.moves_to(url.render_as_string(hide_password=False))
            return f"{outcome}: {lag:.2f} s behind {when}, {tally.more} answers within them"

        play(worlds, tally, disturb)


def succeed(standby: str) -> None:
    """Make a standby, which has just lost its receiver and starts anew for that, the primary."""
    url = sa.make_url(standby).set(drivername="postgresql+psycopg2")
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    end = time.monotonic() + 60
    while True:
        try:
            with admin.connect() as connection:
                assert connection.scalar(sa.text("SELECT pg_promote()"))
                return
        except sa.exc.OperationalError:
            assert time.monotonic() < end
            time.sleep(0.1)
