"""Fuzzing by hand: python -m langassets_tests.fuzz [TARGET …] [--seconds 60]

Guided by coverage where atheris is installed (`pip install atheris`, Linux), else by Hypothesis. What is
found is written to `.fuzz/found/TARGET`; once mended, it belongs in `corpus/TARGET`, which the suite tries.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
_WORK = Path(".fuzz")
_LONGEST = 4096


def cases(target: str) -> Iterator[Path]:
    """What stands in the corpus for a target: beginnings, and what was once found."""
    return iter(sorted((CORPUS / target).glob("*")))


def main() -> int:
    """Fuzz each target in a process of its own; 1 where something was found."""
    from langassets_tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m langassets_tests.fuzz")
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], metavar="TARGET")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    given = parser.parse_args()
    found = 0
    for target in given.targets or TARGETS:
        command = [sys.executable, "-m", "langassets_tests.fuzz.run", target, str(given.seconds)]
        found += subprocess.run(command, check=False).returncode != 0
    print(f"{found} targets with findings, in {_WORK / 'found'}" if found else "Nothing was found.")
    return min(found, 1)


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target; does not return where atheris does it."""
    if find_spec("atheris"):
        _with_atheris(name, seconds)
    else:
        _with_hypothesis(name, seconds)


def _with_atheris(name: str, seconds: int) -> None:
    import atheris

    with atheris.instrument_imports(include=["langassets"]):
        from langassets_tests.fuzz.targets import TARGETS

    grown, found = _WORK / "grown" / name, _WORK / "found" / name
    for folder in (grown, found):
        folder.mkdir(parents=True, exist_ok=True)
    words = Path(__file__).parent / "words.txt"
    limits = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", "-timeout=30", "-rss_limit_mb=2048"]
    limits += [f"-dict={words}", f"-artifact_prefix={found}/"]
    atheris.Setup([sys.argv[0], *limits, str(grown), str(CORPUS / name)], TARGETS[name])
    atheris.Fuzz()


def _with_hypothesis(name: str, seconds: int) -> None:
    from langassets_tests.fuzz.targets import TARGETS

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        attempt(name, TARGETS[name], examples=200)


def attempt(name: str, target: Callable[[bytes], None], examples: int) -> None:
    """Some inputs by Hypothesis: any bytes, and pieces of the corpus in any order."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    begun = [path.read_bytes() for path in cases(name)]
    pieces = [piece for whole in begun for piece in (whole, *whole.splitlines(keepends=True))] or [b""]
    inputs = st.one_of(
        st.sampled_from(pieces),
        st.lists(st.sampled_from(pieces) | st.binary(max_size=8), max_size=6).map(b"".join),
        st.binary(max_size=200),
    )

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(inputs)
    def tried(data: bytes) -> None:
        target(data)

    tried()


if __name__ == "__main__":
    fuzz(sys.argv[1], int(sys.argv[2]))
