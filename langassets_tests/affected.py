"""Which tests a change can break, the nearest first: `make check` runs them until its time is over.

A test is affected where it imports something that was changed, straight or by way of others; the fewer steps
lie between, the nearer it is. Tests that only run commands import nothing of them: those are for `make test`.
"""

import argparse
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path

import grimp
import pytest

from langassets_tests.project import ROOT

_PACKAGES = ("langassets", "langassets_tests", "benchmarks")
_ELSEWHERE = ("e2e", "fleet", "browser", "chaos", "pages", "npm", "apertium", "wheel")
_NOT_HERE = " and ".join(f"not {mark}" for mark in _ELSEWHERE)


def changed_files(base: str) -> list[Path]:
    """What differs from the commit `base`, uncommitted and untracked files included."""
    commands = (["diff", "--name-only", base], ["ls-files", "--others", "--exclude-standard"])
    names = [
        subprocess.check_output(["git", *command], cwd=ROOT, text=True).splitlines() for command in commands
    ]
    return sorted({Path(name) for found in names for name in found})


def affected(
    changed: Iterable[Path], importers: Mapping[str, Iterable[str]], tests: Iterable[str]
) -> list[str]:
    """The modules of `tests` that a change of files can break, the nearest first.

    `importers` has for each module those that import it. What is no module, data or a template, counts as the
    package that it lies in.
    """
    steps: dict[str, int] = {}
    waiting = deque((_module_of(file), 0) for file in changed)
    while waiting:
        module, distance = waiting.popleft()
        if module in steps:
            continue
        steps[module] = distance
        waiting.extend((importer, distance + 1) for importer in importers.get(module, ()))
    return sorted((test for test in tests if test in steps), key=lambda test: (steps[test], test))


def _module_of(file: Path) -> str:
    inside = file.with_suffix("") if file.suffix == ".py" else file.parent
    return ".".join(inside.parts).removesuffix(".__init__")


def _importers(graph: grimp.ImportGraph) -> dict[str, set[str]]:
    """Who imports each module; a conftest.py counts as imported by all tests of its folder."""
    importers = {module: set(graph.find_modules_that_directly_import(module)) for module in graph.modules}
    for conftest in (module for module in graph.modules if module.endswith(".conftest")):
        folder = conftest.removesuffix("conftest")
        importers[conftest] |= {module for module in graph.modules if module.startswith(f"{folder}test_")}
    return importers


def main() -> int:
    """Run the affected tests; what time does not suffice for is counted as skipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="HEAD", help="the commit that the change is measured from")
    parser.add_argument("--seconds", type=float, default=30, help="no test begins after so many seconds")
    options = parser.parse_args()
    graph = grimp.build_graph(*_PACKAGES, cache_dir=None)
    tests = [module for module in graph.modules if module.rpartition(".")[2].startswith("test_")]
    found = affected(changed_files(options.base), _importers(graph), tests)
    if not found:
        print("No test imports what was changed.")
        return 0
    files = [f"{test.replace('.', '/')}.py" for test in found]
    arguments = [
        "-q",
        "-n",
        "2",
        "--dist",
        "load",
        "-m",
        _NOT_HERE,
        "--seconds",
        str(options.seconds),
        *files,
    ]
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main())
