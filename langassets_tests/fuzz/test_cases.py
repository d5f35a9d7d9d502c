"""Every kind of input that is fuzzed: what was once found, and a little more each time."""

import pytest

from langassets_tests.fuzz.run import attempt, cases
from langassets_tests.fuzz.targets import TARGETS


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_stays_mended(name: str) -> None:
    known = list(cases(name))
    assert known
    for path in known:
        TARGETS[name](path.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_a_little_fuzzing(name: str) -> None:
    attempt(name, TARGETS[name], examples=100)
