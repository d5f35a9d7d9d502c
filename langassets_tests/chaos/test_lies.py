"""A storage server that says what is not so: one more run mends it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from langassets_tests.chaos.job import JOBS
from langassets_tests.chaos.rounds import ROUNDS, Tally, ended, started
from langassets_tests.chaos.world import NOW, World, Worlds
from langassets_tests.servers.storage_faults import Fault, Injected

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.timeout(3600),
    pytest.mark.parametrize("worlds", [True], indirect=True, ids=["remote"]),
]

_ROUNDS = max(6, ROUNDS // 8)
_REQUESTS = 200  # more than a job here sends


@contextmanager
def lying(world: World, luck: random.Random, fault: Fault) -> Iterator[str]:
    """Storage lies from some request on for a while, or now and then, or all the time."""
    assert world.bucket
    share = luck.choice([0.1, 0.5, 1])
    first = luck.choice([1, luck.randint(1, 40)])
    asked = len(world.bucket.requests)
    numbers = [number for number in range(first, _REQUESTS) if luck.random() < share]
    world.bucket.faults = {asked + number: Injected(fault) for number in numbers}
    try:
        yield f"{share:.0%} of the requests from {first} on"
    finally:
        world.bucket.faults = {}


def play(worlds: Worlds, tally: Tally, fault: Fault, behind: int = 0) -> None:
    """Rounds in which storage lies to a job; with `behind`, another run just before has changed so much."""

    def disturb(world: World, luck: random.Random) -> str:
        assert world.bucket
        if behind:
            world.bucket.behind = luck.randint(1, behind)
            world.undisturbed(job, NOW - timedelta(minutes=30))
        with lying(world, luck, fault) as how:
            outcome = ended(started(replace(world.task(job, NOW))))
        world.bucket.behind = 0
        return f"{outcome}: {how}"

    for number in range(_ROUNDS):
        job = JOBS[1 + number % 2]
        tally.play(worlds, job, disturb, fault, number)
    tally.check()


def test_storage_that_says_yes_and_does_nothing(worlds: Worlds, tally: Tally) -> None:
    play(worlds, tally, Fault.UNDONE)


def test_storage_that_lists_what_was(worlds: Worlds, tally: Tally) -> None:
    play(worlds, tally, Fault.FORMER_LIST, behind=20)


def test_storage_that_gives_another_body(worlds: Worlds, tally: Tally) -> None:
    play(worlds, tally, Fault.OTHER_BODY)
