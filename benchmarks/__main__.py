"""Measures everything in docs/benchmarks.md and writes it anew.

python -m benchmarks                  some eight minutes on a machine that does nothing else
python -m benchmarks --quick          each once, at size 1, with a model that answers at once: seconds
python -m benchmarks --only cleanup   only the cases whose names hold this; the others stay as they are
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.cases import CASES, Case
from benchmarks.chart import draw
from benchmarks.results import Measured, machine, read, written
from benchmarks.stage import ANSWER_TIME, ROOT, Stage
from benchmarks.table import growth_table, machines, main_table, markdown

_REPEATS = {1: 5, 10: 3}  # by size; once where it is larger


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--folder", type=Path, default=ROOT, help="where docs/ and benchmarks/ lie")
    given = parser.parse_args(arguments)
    results = given.folder / "benchmarks" / "results"
    results.mkdir(parents=True, exist_ok=True)
    chosen = [case for case in CASES if not given.only or any(name in case.name for name in given.only)]
    with Stage(0.0 if given.quick else ANSWER_TIME) as stage:
        for case in chosen:
            made = measured(stage, case, quick=given.quick)
            _file(results, case).write_text(written(made), encoding="utf-8")
    files = [_file(results, case) for case in CASES]
    cases = [read(file.read_text(encoding="utf-8")) for file in files if file.exists()]
    print("\n".join([*main_table(cases), "", *growth_table(cases), "", *machines(cases)]))
    images = given.folder / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    draw(cases, images / "benchmarks.png")
    page = given.folder / "docs" / "benchmarks.md"
    page.write_text(markdown(cases, "images/benchmarks.png"), encoding="utf-8")


def _file(results: Path, case: Case) -> Path:
    return results / f"{case.name.replace(',', '').replace(' ', '-')}.json"


def measured(stage: Stage, case: Case, *, quick: bool = False) -> Measured:
    """All of a case: langassets and the floor at each size, the loop in turns with them at one."""
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    sizes, compared = (case.sizes[:1], 1) if quick else (case.sizes, case.compared)
    result = Measured(case.name, case.one, case.unit, case.note, today, machine(), compared)
    for size in sizes:
        floor = case.floor(size, stage.folder)
        result.floor_requests[size], result.floor_tokens[size] = floor.requests, floor.tokens
        result.floor_waiting[size] = floor.seconds
        with stage.world(lambda services, size=size: case.build(services, size, stage.folder)) as world:  # type: ignore[misc]
            loops = (1 if quick else case.loops) if size == compared else 0
            for number in range(max(loops, 1 if quick else _REPEATS.get(size, 1))):
                case.ready(stage, size)
                ours = stage.measure(case.ours(size, stage.folder), world)
                result.ours.setdefault(size, []).append(ours)
                if number < loops:
                    case.ready(stage, size)
                    result.loop.append(stage.measure(case.loop(size), world))
                if floor.work:
                    case.ready(stage, size)
                    result.floor.setdefault(size, []).append(stage.measure(floor.work, world))
        print(f"{case.name}, {size}x: {ours.seconds:.2f} s, {ours.requests:,} requests", flush=True)
    return result


if __name__ == "__main__":
    main()
