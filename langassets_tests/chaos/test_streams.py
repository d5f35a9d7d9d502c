"""A preload that is killed, or whose model stops, while answers stream in: what was said is paid once."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from langassets.database.migrate import migrate
from langassets_tests.chaos.job import Task
from langassets_tests.chaos.rounds import ROUNDS, SEED, Tally, chance, ended, started
from langassets_tests.chaos.world import NOW, World, Worlds
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.servers.model_replies import Asked, Fault, Reply
from langassets_tests.servers.openai_server import OpenAIServer

LESSONS, PARAGRAPHS = 6, 40
# Some 500 tokens a second in each answer, several times as fast as most models are; and the seconds from the
# first request to the end of the last answer.
_PIECE, _PACE, _LONG = 45, 0.024, 6.0


def preload(folder: Path, server: OpenAIServer) -> Task:
    """A preload of some lessons in two languages, in requests as large as the model takes them."""
    world = World(folder, server)
    with world.data() as data:
        migrate(data)
        for number in range(LESSONS):
            text = "\n\n".join(
                f"Paragraph {part} of lesson {number} says something of its own to those who read it."
                for part in range(PARAGRAPHS)
            )
            add_lesson(data, f"Lesson {number}", {"text": {"text": text}})
    task = world.task("preload", NOW, budget=0)
    environ = {**task.environ, "PREDEFINED_LANGUAGES": "he,es", "OPENAI_MODEL": "gpt-6-luna"}
    return replace(task, environ={**environ, "TRANSLATION_CONCURRENCY": "4"})


def killed_once(folder: Path, luck: random.Random) -> tuple[int, int]:
    """Kill a preload at a moment while answers stream, and run it to its end: how many segments the model had
    said by the kill, and how many of these it was asked for again."""
    folder.mkdir()
    with OpenAIServer(piece=_PIECE, pace=_PACE) as server:
        task = preload(folder, server)
        process = started(task)
        while not server.requests and process.is_alive():
            time.sleep(0.001)
        time.sleep(luck.uniform(0, _LONG))
        process.kill()
        outcome = ended(process)
        time.sleep(0.05)  # until the server has seen it
        said = {(language, text) for _, language, text in server.said}
        asked = len(server.requests)
        server.pace, server.piece = 0.0, 10_000
        assert ended(started(task)) == "done"
        later = [
            (each.target_language, text) for each in server.requests[asked:] for text in each.texts.values()
        ]
    assert outcome == "killed"
    assert max(len(each.texts) for each in server.requests[:asked]) > PARAGRAPHS
    assert len(said | set(later)) == 2 * LESSONS * PARAGRAPHS
    return len(said), len(said & set(later))


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_a_model_that_says_half_and_stops(worlds: Worlds, tally: Tally) -> None:
    def disturb(world: World, luck: random.Random) -> str:
        share = luck.choice([0.2, 0.5, 1])
        faults = (Fault.RESET, Fault.EMPTY, Fault.HANG)

        def half(_: Asked, reply: Reply) -> Reply:
            if luck.random() < share:
                reply.breaks_after = luck.randint(0, len(reply.content))
                reply.breaks_by = luck.choice(faults)
            return reply

        sound, world.model.behaviour = world.model.behaviour, half
        world.model.patience = 2.0
        try:
            return f"{ended(started(world.task('preload', NOW)))}: {share:.0%} of the answers"
        finally:
            world.model.behaviour = sound

    for number in range(max(4, ROUNDS // 8)):
        tally.play(worlds, "preload", disturb, number)
    tally.check()


# A few kills say little of their average: one soon after the start has said little. With the longest limit of
# all, this begins first.
@pytest.mark.parametrize(
    ("kills", "most"),
    [(3, 0.2), pytest.param(50, 0.1, marks=[pytest.mark.chaos, pytest.mark.timeout(5400)])],
)
def test_what_was_said_before_a_kill_is_not_paid_for_again(tmp_path: Path, kills: int, most: float) -> None:
    luck = chance("streams", kills)
    rounds = [killed_once(tmp_path / str(number), luck) for number in range(kills)]
    said, again = (sum(column) for column in zip(*rounds, strict=True))
    shares = [one / of for of, one in rounds if of]
    average = sum(shares) / len(shares)
    print(
        f"CHAOS_SEED={SEED}: {kills} kills, {said} segments said, {again} paid for again: {again / said:.1%} "
        f"in all, {average:.1%} on average of the kills, {max(shares):.0%} at most"
    )
    assert said > kills
    assert average <= most
    assert again <= 0.1 * said
