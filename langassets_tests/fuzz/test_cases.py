"""Every kind of input that is fuzzed: what was once found, and a little more each time."""

import pytest

from langassets_tests.fuzz.run import attempt, cases
from langassets_tests.fuzz.targets import TARGETS

# The API keeps an event loop and a database for as long as its process lives: `make fuzz` alone asks it.
NAMES = [name for name in TARGETS if name != "api"]


@pytest.mark.parametrize("name", NAMES)
def test_what_was_found_stays_mended(name: str) -> None:
    known = list(cases(name))
    assert known
    for path in known:
        TARGETS[name](path.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_little_fuzzing(name: str) -> None:
    attempt(name, TARGETS[name], examples=100)
