"""Rounds: a job is disturbed, then runs once undisturbed; what must hold afterwards."""

import multiprocessing
import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from langassets.database.connection import reading
from langassets_tests.chaos.job import REFUSED, Task, run_killed
from langassets_tests.chaos.state import memory, named
from langassets_tests.chaos.world import AFTERWARDS, MEDIA, NOW, World, Worlds

SEED = int(os.environ.get("CHAOS_SEED", "1"))
ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "50"))
"""Kills of each job, on both kinds of storage and database together; the other faults follow it."""

_IN_FLIGHT = 2  # requests to the model at once
_KILLED = -9

Disturb = Callable[[World, random.Random], str]


def chance(*of: object) -> random.Random:
    """Chance for one round: the same for the same seed."""
    return random.Random(f"{SEED} {of}")


def started(task: Task) -> BaseProcess:
    """A job in a process of its own, forked from one that has imported everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["langassets_tests.chaos.job"])
    process = context.Process(target=run_killed, args=(task,))
    process.start()
    return process


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
    """What rounds came to: outcomes counted, and what was wrong, with how to have it again."""

    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def play(self, worlds: Worlds, job: str, disturb: Disturb, *of: object) -> None:
        """One round."""
        luck = chance(job, *of)
        with worlds.fresh(job) as world:
            before = set(world.objects)
            what = "?"
            try:
                what = disturb(world, luck)
                self.outcomes[what.split(":")[0]] += 1
                problems = _mended(worlds, world, job, before, twice=luck.random() < 0.2)
            except AssertionError as error:
                problems = [str(error)]
        if problems:
            told = "\n  ".join(problems[:12])
            self.wrong.append(f"CHAOS_SEED={SEED}, {job} {of}, {what}:\n  {told}")

    def check(self) -> None:
        """Raise where something was wrong."""
        print(f"CHAOS_SEED={SEED}: {sum(self.outcomes.values())} rounds, {dict(self.outcomes)}")
        assert not self.wrong, "\n".join([f"{len(self.wrong)} rounds went wrong", *self.wrong[:5]])


def _mended(worlds: Worlds, world: World, job: str, before: set[str], *, twice: bool) -> list[str]:
    """One undisturbed run, and all that is wrong after it."""
    asked = len(world.model.requests)
    with world.data() as data, reading(data) as connection:
        paid = {(row[0], row[3]) for row in memory(connection)}
    world.undisturbed(job, AFTERWARDS)
    expected, found = worlds.expected_of(job), world.state()
    problems = expected.differences(found)
    if found.changes != expected.changes:
        problems.append(f"decisions: {expected.changes} became {found.changes}")
    if world.objects.get(MEDIA) != b"mp3":
        problems.append("the application's own media was touched")
    problems += _lost(world, before) + _paid_twice(world, asked, paid)
    if twice and not problems:
        world.undisturbed(job, AFTERWARDS.replace(minute=30))
        problems += [f"a second run changed: {line}" for line in found.differences(world.state())]
    return problems


def _lost(world: World, before: set[str]) -> list[str]:
    with world.data() as data, reading(data) as connection:
        planned = named(connection)
    return [f"gone without a plan: {key}" for key in before - set(world.objects) - planned]


def _paid_twice(world: World, asked: int, paid: set[tuple[str, str]]) -> list[str]:
    earlier, later = world.model.requests[:asked], world.model.requests[asked:]
    again = {(one.target_language, text) for one in later for text in one.texts.values()}
    problems = [f"in memory, and asked for again: {text}" for text in again & paid]
    lost = [one for one in earlier if {(one.target_language, text) for text in one.texts.values()} & again]
    if len(lost) > _IN_FLIGHT:
        problems.append(f"{len(lost)} answered requests were lost, where {_IN_FLIGHT} can be in flight")
    return problems


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


def measured(worlds: Worlds, job: str) -> tuple[int, float]:
    """Steps and seconds of a job that nothing disturbs."""
    with worlds.fresh(job) as world:
        assert ended(started(world.task(job, NOW))) == "done"  # the first one waits for the imports
    with worlds.fresh(job) as world:
        count = world.home / "steps"
        begun = time.monotonic()
        assert ended(started(world.task(job, NOW, count_in=count))) == "done"
        return int(count.read_text()), time.monotonic() - begun
