"""What each job takes beside an earlier commit or a part of its own, with the ratio that it is to reach.

python -m benchmarks.targets --base FOLDER          all rows; FOLDER is a worktree of the earlier commit
python -m benchmarks.targets --only import --small  some rows, a tenth of their size

Both sides run in turns (A B A B), each in a process of its own with the packages of this environment.
Processor time (user and system) is compared, for the clock tells how busy the machine is; for an evaluation
that of the database too. Medians.
"""

import argparse
import math
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from benchmarks.results import read
from benchmarks.stage import ROOT

_CLI = "import sys; from langassets.cli import main; sys.exit(main())"
_CODES = ("en", "he", "ar", "es", "fr", "de", "it", "pt", "ru", "zh", "ja", "ko")


@dataclass(frozen=True, slots=True)
class Side:
    """A program, and the tree that its modules are taken from; each time in a new home, or in one for all."""

    code: str
    arguments: tuple[str, ...] = ()
    tree: Path = ROOT
    new_home: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """Ours beside theirs. `most` is the ratio to reach, `most_memory` what ours may hold, in MB. A program
    that prints a number at its end is measured by it, any other and our commands by their processor time."""

    name: str
    ours: Side
    theirs: Side
    most: float
    most_memory: float = math.inf


@dataclass(frozen=True, slots=True)
class Taken:
    """What a process took: seconds of the processor, or what it printed; peak memory in MB."""

    seconds: float
    memory: float


def taken(side: Side, home: Path) -> Taken:
    """Run one side once."""
    home = home / side.tree.name
    home.mkdir(exist_ok=True)
    if side.new_home:
        home = Path(tempfile.mkdtemp(dir=home))
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    env = {**kept, "HOME": str(home), "LANGASSETS_HOME": str(home), "PYTHONPATH": str(side.tree)}
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", side.code, *side.arguments], cwd=home, env=env, stdout=said, stderr=errors
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{side.arguments or side.code}: {said.read()[-500:]}{errors.read()[-1500:]}")
        last = said.read().split()[-1:]
    number = last[0] if side.code != _CLI and last else ""
    seconds = float(number) if number else used.ru_utime + used.ru_stime
    return Taken(seconds, used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1024))


def measured(row: Row, home: Path, rounds: int) -> str:
    """A line of the table: the figures, and whether the target is reached."""
    pairs = [(taken(row.ours, home), taken(row.theirs, home)) for _ in range(rounds)]
    ours, theirs = (median(pair[side].seconds for pair in pairs) for side in (0, 1))
    ratio = median(one.seconds / other.seconds for one, other in pairs)
    memory = median(one.memory for one, _ in pairs)
    bound = "" if math.isinf(row.most_memory) else f" of {row.most_memory:g}"
    reached = "yes" if ratio <= row.most and memory <= row.most_memory else "no"
    cells = [f"{ours:.2f} s", f"{theirs:.2f} s", f"{ratio:.2f}", f"{row.most:g}", f"{memory:.0f} MB{bound}"]
    return f"| {row.name} | {' | '.join(cells)} | {reached} |"


def rows(base: Path | None, home: Path, part: int) -> Iterator[Row]:
    """All rows; those that want an earlier commit only with one. Sizes are divided by `part`."""
    definitions = Side("from langassets.definitions import defs; defs()")
    yield Row("definitions, beside `import dagster`", definitions, Side("import dagster"), 1.15)
    for url in ("sqlite", "postgresql"):
        evaluation = Side(_EVALUATION, (url, str(10_000_000 // part)))
        one_query = Side(_EVALUATION, (url, str(10_000_000 // part), "floor"))
        yield Row(f"evaluation over 10 million rows ({url}), beside one query", evaluation, one_query, 1.15)
    tmx = _tmx(home / "units.tmx", 100_000 // part)
    parsing = f"from translate.storage.tmx import tmxfile; tmxfile.parsefile({str(tmx)!r})"
    ours = Side(_CLI, ("import-memory", str(tmx)))
    yield Row("TMX import, 100,000 units, beside translate-toolkit's parsing", ours, Side(parsing), 1.5)
    if base is None:
        return
    usage, lessons = _usage(home / "usage.csv", 1_000_000 // part), _lessons(home / "md", 10_000 // part)
    commands: list[tuple[str, tuple[str, ...], float, float, bool]] = [
        ("`--help`", ("--help",), 0.4, math.inf, False),
        ("`status`", ("status",), 0.5, math.inf, False),
        ("`plan preload`", ("plan", "preload"), 0.5, math.inf, False),
        ("`run preload`, nothing to do", ("run", "preload"), 0.4, 120, False),
        ("import-lessons, 10,000 files", ("import-lessons", str(lessons)), 0.33, math.inf, True),
        ("import-usage, a million rows (SQLite)", ("import-usage", str(usage)), 0.4, math.inf, True),
    ]
    for name, arguments, most, memory, new in commands:
        today, before = (Side(_CLI, arguments, tree, new) for tree in (ROOT, base))
        yield Row(name, today, before, most, memory)
    for name, case, size, most in (
        ("cold preload, instant model: seconds a segment", "preload, cold", max(1, 10 // part), 0.4),
        ("preload with nothing new, 100,000 objects", "preload, warm", max(1, 100 // part), 0.5),
        ("import-usage, a million rows (PostgreSQL)", "usage import", max(1, 100 // part), 0.4),
    ):
        today, before = (Side(_STAGED, (case, str(size)), tree) for tree in (ROOT, base))
        yield Row(name, today, before, most)


_STAGED = """
import sys
from benchmarks.cases import CASES
from benchmarks.stage import Stage

name, size = sys.argv[1], int(sys.argv[2])
[case] = [one for one in CASES if one.name == name]
with Stage(0.0) as stage, stage.world(lambda to: case.build(to, size, stage.folder)) as world:
    case.ready(stage, size)
    print(stage.measure(case.ours(size, stage.folder), world).cpu_seconds)
"""
"""A case of the benchmarks in the tree's own world: what it prints is its processor time."""

_EVALUATION = """
import sys, time
import psutil
from datetime import UTC, datetime
from pathlib import Path
from contextlib import ExitStack
from benchmarks import worlds
from benchmarks.course import LANGUAGES
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.settings import load_settings
from langassets_tests.servers.postgres import new_database, processes, running_postgres

kind, rows, floor = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
with ExitStack() as stack:
    url = None
    if kind == "postgresql":
        address = stack.enter_context(running_postgres())
        url = stack.enter_context(new_database(address))
    data = worlds.migrated(url, Path())
    worlds.add_counters(data, LANGUAGES[:12], 500_000)
    worlds.fill_usage(data, LANGUAGES[:12], rows // (12 * 365))
    query = "SELECT language, day, sum(requests) FROM lesson_usage GROUP BY 1, 2"
    if url:
        query = query.replace("lesson_usage", "langassets.lesson_usage")
        with data.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE langassets.lesson_usage")


    def used():
        own = time.process_time()
        if not url:
            return own
        server = psutil.Process(processes(address)[0].ppid())
        ended = server.cpu_times()
        alive = [process.cpu_times() for process in server.children()]
        return own + ended.children_user + ended.children_system + sum(one.user + one.system for one in alive)

    now, taken = datetime(2026, 3, 1, tzinfo=UTC), []
    settings = load_settings({"PREDEFINED_LANGUAGES": "en"})
    for day in range(2, 6):
        begun = used()
        if floor:
            with data.connect() as connection:
                connection.exec_driver_sql(query).all()
        else:
            at = now.replace(day=day)
            read_usage(data, 28, at)
            evaluate(data, settings, at, "bench")
        taken.append(used() - begun)
    data.dispose()
print(sorted(taken)[1])
"""


def _usage(path: Path, count: int) -> Path:
    pick = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        file.write("language,lesson,day,count\n")
        for _ in range(count):
            day = date(2025, 3, 1) + timedelta(days=pick.randrange(365))
            file.write(f"{pick.choice(_CODES)},{pick.randrange(200)},{day},{pick.randrange(1, 9)}\n")
    return path


def _tmx(path: Path, count: int) -> Path:
    pick, words = random.Random(1), (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split()
    words = [word for word in words if word.isalpha()]
    head = '<tmx version="1.4"><header srclang="en" datatype="plaintext" segtype="block" adminlang="en"'
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{head} o-tmf="x" creationtool="x" creationtoolversion="1"/><body>\n')
        for number in range(count):
            sides = (" ".join(pick.choices(words, k=pick.randint(4, 25))) for _ in range(2))
            units = zip(("en", "he"), sides, strict=True)
            said = (f'<tuv xml:lang="{code}"><seg>{text} {number}.</seg></tuv>' for code, text in units)
            file.write(f"<tu>{''.join(said)}</tu>\n")
        file.write("</body></tmx>\n")
    return path


def _lessons(folder: Path, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")[:3000]
    for number in range(count):
        (folder / f"{number:05}.md").write_text(f"# Lesson {number}\n\n{text}\n", encoding="utf-8")
    return folder


def growth() -> Iterator[str]:
    """The exponents that `make bench` measured last, from once to a hundred times the size; 1.05 at most."""
    for file in sorted((ROOT / "benchmarks" / "results").glob("*.json")):
        case = read(file.read_text(encoding="utf-8"))
        if (found := case.exponent("seconds")) is not None:
            reached = "yes" if found <= 1.05 else "no"
            yield f"| growth of {case.name} | exponent {found:.2f} | – | – | 1.05 | – | {reached} |"


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> None:
    """Measure, and print a line for each row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--base", type=Path, help="a worktree of the commit that is compared with")
    parser.add_argument("--only", default="", help="rows whose names hold this")
    parser.add_argument(
        "--small", action="store_true", help="a tenth of the size: the start weighs more then"
    )
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    say(
        "| what | ours | beside | ratio | at most | memory | reached |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |"
    )
    with tempfile.TemporaryDirectory(prefix="langassets-targets-") as folder:
        home = Path(folder)
        for row in rows(given.base and given.base.absolute(), home, 10 if given.small else 1):
            if given.only in row.name:
                say(measured(row, home, given.rounds))
    for line in growth():
        if given.only in line:
            say(line)


if __name__ == "__main__":
    main()
