"""Rounds: a job is disturbed, then runs once undisturbed; what must hold afterwards."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from langassets.database.connection import reading
from langassets_tests.chaos.job import REFUSED, Task, run_killed
from langassets_tests.chaos.state import State, memory, named
from langassets_tests.chaos.world import AFTERWARDS, MEDIA, NOW, World, Worlds
from langassets_tests.project import ROOT
from langassets_tests.servers.forked import forked
from langassets_tests.servers.model_replies import Asked

SEED = int(os.environ.get("CHAOS_SEED", "1"))
ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "50"))
"""Kills of each job, on both kinds of storage and database together; the other faults follow it."""

_KILLED = -9

Disturb = Callable[[World, random.Random], str]
"""Disturbs a world, and tells the outcome, a colon, and what it did."""


@dataclass
class Figures:
    """What a fault cost: answers of the model (of so many) that have to be paid for again, and the segments
    that the model said whole and said again."""

    answered: int = 0
    lost: int = 0
    again: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.answered + other.answered, self.lost + other.lost, self.again + other.again)

    def __str__(self) -> str:
        return f"{self.lost} of {self.answered} answers lost, {self.again} segments paid for twice"


_TABLE = ROOT / "docs/robustness.md"
# What the table's third column may begin with, in answers: the worlds have TRANSLATION_CONCURRENCY at 2.
_BOUNDS = {"nothing": 0, "answers under way": 2}


def promised(test: str) -> int:
    """How many answers the page says that may be paid for twice after the fault of a test."""
    rows = (
        line.split("|") for line in _TABLE.read_text(encoding="utf-8").splitlines() if f"`{test}`" in line
    )
    cells = next(rows, None)
    assert cells, f"{_TABLE.name} has no row for {test}"
    return next(most for words, most in _BOUNDS.items() if cells[3].strip().startswith(words))


def chance(*of: object) -> random.Random:
    """Chance for one round: the same for the same seed."""
    return random.Random(f"{SEED} {of}")


def started(task: Task) -> BaseProcess:
    """A job in a process of its own, forked from one that has imported everything."""
    return forked(run_killed, task)


def ended(process: BaseProcess, timeout: float = 120) -> str:
    """How a disturbed process ended: killed, done or refused. Raises where it crashed or hung."""
    process.join(timeout)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError(f"the job did not end within {timeout} s")
    outcomes = {_KILLED: "killed", 0: "done", REFUSED: "refused"}
    assert process.exitcode in outcomes, "the job crashed with an error that is none of langassets' own"
    return outcomes[process.exitcode]


@dataclass
class Tally:
    """What rounds came to: outcomes counted, what they cost, and what was wrong, with how to have it again.

    No more than `bound` answers may be paid for twice in a preload, and none elsewhere; a disturbance may
    say that it allows `more`.
    """

    bound: int
    more: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    costs: list[Figures] = field(default_factory=list)

    def play(self, worlds: Worlds, job: str, disturb: Disturb, *of: object) -> None:
        """One round."""
        luck = chance(job, *of)
        expected = worlds.expected_of(job)  # before: it takes the place of the world that is there
        with worlds.fresh(job) as world:
            before = set(world.objects)
            what, self.more = "?", 0
            try:
                what = disturb(world, luck)
                self.outcomes[what.split(":")[0]] += 1
                problems, cost = _mended(expected, world, job, before, twice=luck.random() < 0.2)
                self.costs.append(cost)
                if cost.lost > (most := self.more + (self.bound if job == "preload" else 0)):
                    problems.append(f"{cost}, where no more than {most} answers may be")
                elif cost.again and not most:
                    problems.append(f"{cost}, where nothing may be")
            except AssertionError as error:
                problems = [str(error)]
        if problems:
            told = "\n  ".join(problems[:12])
            self.wrong.append(f"CHAOS_SEED={SEED}, {job} {of}, {what}:\n  {told}")

    def check(self) -> None:
        """Raise where something was wrong."""
        most = max(self.costs, key=lambda one: (one.lost, one.again), default=Figures())
        print(
            f"CHAOS_SEED={SEED}: {sum(self.outcomes.values())} rounds, {dict(self.outcomes)}; "
            f"in all {sum(self.costs, Figures())}; at most {most}"
        )
        assert not self.wrong, "\n".join([f"{len(self.wrong)} rounds went wrong", *self.wrong[:5]])


def _mended(
    expected: State, world: World, job: str, before: set[str], *, twice: bool
) -> tuple[list[str], Figures]:
    """One undisturbed run, all that is wrong after it, and what the fault cost."""
    asked = len(world.model.requests)
    with world.data() as data, reading(data) as connection:
        paid = {(row[0], row[3]) for row in memory(connection)}
    world.undisturbed(job, AFTERWARDS)
    found = world.state()
    problems = expected.differences(found)
    if found.changes != expected.changes:
        problems.append(f"decisions: {expected.changes} became {found.changes}")
    if world.objects.get(MEDIA) != b"mp3":
        problems.append("the application's own media was touched")
    problems += _lost(world, before) + _unneeded(world, asked, paid)
    cost = _cost(world, asked)
    if twice and not problems:
        world.undisturbed(job, AFTERWARDS.replace(minute=30))
        problems += [f"a second run changed: {line}" for line in found.differences(world.state())]
    return problems, cost


def _lost(world: World, before: set[str]) -> list[str]:
    with world.data() as data, reading(data) as connection:
        planned = named(connection)
    return [f"gone without a plan: {key}" for key in before - set(world.objects) - planned]


def _unneeded(world: World, asked: int, paid: set[tuple[str, str]]) -> list[str]:
    return [f"in memory, and asked for again: {text}" for text in _texts(world.model.requests[asked:]) & paid]


def _cost(world: World, asked: int) -> Figures:
    again = _texts(world.model.requests[asked:])
    said = world.model.said
    lost = {number for number, *text in said if number <= asked and tuple(text) in again}
    return Figures(asked, len(lost), len(said) - len({tuple(text) for _, *text in said}))


def _texts(requests: Iterable[Asked]) -> set[tuple[str, str]]:
    return {(one.target_language, text) for one in requests for text in one.texts.values()}


def killed_at_a_step(world: World, luck: random.Random, job: str, steps: int) -> str:
    """The process is killed before one of its steps."""
    step = luck.randint(1, steps)
    return f"{ended(started(world.task(job, NOW, kill_at=step)))}: before step {step} of about {steps}"


def killed_at_a_time(world: World, luck: random.Random, job: str, seconds: float) -> str:
    """The process is killed after some time, in the midst of whatever it does."""
    after = luck.uniform(0, seconds)
    process = started(world.task(job, NOW))
    time.sleep(after)
    process.kill()
    return f"{ended(process)}: after {after:.3f} s of about {seconds:.3f}"


def until_it_has_come_far(worlds: Worlds, world: World, job: str, luck: random.Random) -> str:
    """Wait until a job that was started has sent so many of its requests, to the model and to storage, and a
    little longer; how many."""
    assert world.bucket
    every = worlds.requests[job]
    asked, end = max(luck.randint(0, every), luck.randint(0, every)), time.monotonic() + 60
    while len(world.model.requests) + len(world.bucket.requests) < asked and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(luck.uniform(0, 0.05 if asked else 0.5))
    return f"after {asked} of about {every} requests"


def measured(worlds: Worlds, job: str) -> tuple[int, float]:
    """Steps and seconds of a job that nothing disturbs."""
    with worlds.fresh(job) as world:
        assert ended(started(world.task(job, NOW))) == "done"  # the first one waits for the imports
    with worlds.fresh(job) as world:
        count = world.home / "steps"
        begun = time.monotonic()
        assert ended(started(world.task(job, NOW, count_in=count))) == "done"
        return int(count.read_text()), time.monotonic() - begun
