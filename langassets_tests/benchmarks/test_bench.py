"""`make bench` itself, each measurement once at its smallest: that it runs, and what servers were asked.

Requests and tokens are exact; times are looked at by nobody here.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.cases import CASES
from benchmarks.results import Measured, read
from langassets_tests.project import ROOT

# Some twenty processes, one after the other.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bench")
    main(["--quick", "--folder", str(made)])
    return made


@pytest.fixture(scope="module")
def cases(folder: Path) -> dict[str, Measured]:
    files = (folder / "benchmarks" / "results").glob("*.json")
    found = [read(file.read_text(encoding="utf-8")) for file in files]
    return {case.name: case for case in found}


def test_everything_is_measured_and_written_down(folder: Path, cases: dict[str, Measured]) -> None:
    assert cases.keys() == {case.name for case in CASES}
    page = (folder / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert sum("| langassets |" in row[1:] for row in rows) == len(CASES)
    assert sum("| plain loop |" in row for row in rows) == len(CASES)
    assert (folder / "docs" / "images" / "benchmarks.png").read_bytes().startswith(b"\x89PNG")
    for case in cases.values():
        assert case.ours[1][0].seconds > 0
        assert case.ours[1][0].peak_memory > 20_000_000


@pytest.mark.parametrize(
    ("name", "ours", "loop", "floor"),
    [
        # 5 listings, one of the archive, one removal, 5 looks whether all went; by the loop one listing and
        # six removals a lesson.
        ("cleanup", 13, 1750, 6),
        ("preload, warm", 20, 1000, 20),
        # 4 listings, 4 looks at what is replaced, 4 uploads, 3 calls to the model; by the loop 7 calls a
        # language, and 4 removals by hand.
        ("one paragraph changed", 15, 80 + 4 + 21 + 4, 11),
    ],
)
def test_requests_are_what_they_have_to_be(
    cases: dict[str, Measured], name: str, ours: int, loop: int, floor: int
) -> None:
    case = cases[name]
    assert case.ours[1][0].requests == ours
    assert case.loop[0].requests == loop
    assert case.floor_requests[1] == floor == case.floor[1][0].requests + (3 if "changed" in name else 0)


def test_a_first_preload_sends_little_more_than_the_text(cases: dict[str, Measured]) -> None:
    case = cases["preload, cold"]
    # 80 uploads, 3 calls, and 9 requests that find out what stands: 8 listings and a look at the bucket.
    assert case.ours[1][0].requests <= 92
    assert case.ours[1][0].tokens <= 1.3 * case.floor_tokens[1]
    assert case.loop[0].requests == 2 * (4 + 3 * 7 + 4)


def test_usage_goes_to_the_database_in_bulk(cases: dict[str, Measured]) -> None:
    assert cases["usage import"].ours[1][0].statements < 30
    assert cases["usage import"].loop[0].statements >= 1000
    assert cases["evaluation over a year"].ours[1][0].statements < 50


def test_what_measures_loads_no_dagster() -> None:
    """Or its memory would count for whatever is measured."""
    code = "import sys, benchmarks.child; print('dagster' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True) == "False\n"
