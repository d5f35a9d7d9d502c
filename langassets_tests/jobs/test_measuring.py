"""The memory that a run is said to have taken."""

import subprocess
import sys

_CHILD = "from langassets.jobs.resource_usage import peak_memory; held = bytearray({}); print(peak_memory())"


def peak_of_a_process_that_holds(size: int) -> int:
    return int(subprocess.check_output([sys.executable, "-c", _CHILD.format(size)], text=True))


def test_the_peak_is_what_this_process_held_and_not_what_its_parent_did() -> None:
    held = bytearray(b"x") * 200_000_000  # ours, while the others run
    small, large = peak_of_a_process_that_holds(1), peak_of_a_process_that_holds(100_000_000)
    assert len(held) == 200_000_000
    assert small < 100_000_000
    assert 90_000_000 < large - small < 120_000_000
