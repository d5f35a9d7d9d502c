"""A job killed at any point leaves nothing that one more run does not mend."""

from functools import partial

import pytest

from langassets_tests.chaos.job import JOBS
from langassets_tests.chaos.rounds import ROUNDS, Tally, killed_at_a_step, killed_at_a_time, measured
from langassets_tests.chaos.world import Worlds

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_killed_anywhere_is_mended_by_one_run(worlds: Worlds, job: str, tally: Tally) -> None:
    steps, seconds = measured(worlds, job)
    for number in range(4 * ROUNDS):
        if tally.outcomes["killed"] >= ROUNDS / 2:
            break
        if number % 2:
            tally.play(worlds, job, partial(killed_at_a_time, job=job, seconds=seconds), number)
        else:
            tally.play(worlds, job, partial(killed_at_a_step, job=job, steps=steps), number)
    tally.check()
    assert tally.outcomes["killed"] >= ROUNDS / 2
