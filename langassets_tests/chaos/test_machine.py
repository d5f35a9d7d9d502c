"""The whole system, as it may live; a short life in the suite, a long one by `make chaos`."""

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from langassets_tests.chaos.machine import SystemMachine
from langassets_tests.chaos.rounds import ROUNDS, SEED

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def live(lives: int, steps: int) -> None:
    """So many lives of so many steps."""
    machine = hypothesis.seed(SEED)(SystemMachine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=_QUIET,
            phases=[Phase.generate, Phase.shrink],
        ),
    )


def test_the_system_lives_by_its_rules() -> None:
    live(6, 30)


@pytest.mark.chaos
@pytest.mark.timeout(3600)
def test_the_system_lives_long_by_its_rules() -> None:
    live(ROUNDS // 2, 50)
