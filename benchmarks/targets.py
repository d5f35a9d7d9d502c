"""What each job takes beside an earlier commit or a part of its own, with the ratio that it is to reach.

python -m benchmarks.targets --base FOLDER          all rows; FOLDER is a worktree of the earlier commit
python -m benchmarks.targets --only import --small  some rows, a tenth of their size
python -m benchmarks.targets --peers FOLDER         others' programs, installed there by this
python -m benchmarks.targets --base … --write       the table is kept, for docs/benchmarks.md (make bench)

Both sides run in turns (A B A B), each in a process of its own with the packages of this environment.
Processor time (user and system) is compared, for the clock tells how busy the machine is; for an evaluation
that of the database too; for `ui` and a first preload it is memory. Medians. A row that falls short says why.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import inputs
from benchmarks.peers import Peers, compared, installed
from benchmarks.results import read
from benchmarks.stage import ROOT, clean_environ
from benchmarks.table import TARGETS

_HEAD = """| what | ours | beside | ratio | at most | memory | reached | why not |
| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |"""
_CLI = "import sys; from langassets.cli import main; sys.exit(main())"


@dataclass(frozen=True, slots=True)
class Side:
    """A program, the tree that its modules are taken from, what runs it; in a new home each time, or not."""

    code: str
    arguments: tuple[str, ...] = ()
    tree: Path = ROOT
    new_home: bool = True
    python: str = sys.executable


@dataclass(frozen=True, slots=True)
class Row:
    """Ours beside theirs. `most` is the ratio to reach, `most_memory` what ours may hold, in MB. A program
    that prints a number at its end is measured by it, any other and our commands by their processor time.
    `why` is the reason where a row falls short, as it was measured."""

    name: str
    ours: Side
    theirs: Side
    most: float
    most_memory: float = math.inf
    unit: str = "s"
    why: str = ""


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
    env = clean_environ(home, LANGASSETS_HOME=str(home), PYTHONPATH=str(side.tree))
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [side.python, "-c", side.code, *side.arguments], cwd=home, env=env, stdout=said, stderr=errors
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
    most = "–" if math.isinf(row.most) else f"{row.most:.3g}"
    reached = ratio <= row.most and memory <= row.most_memory
    figures = [f"{ours:.2f} {row.unit}", f"{theirs:.2f} {row.unit}", f"{ratio:.2f}", most]
    cells = [*figures, f"{memory:.0f} MB{bound}", "yes" if reached else "no", "" if reached else row.why]
    return f"| {row.name} | {' | '.join(cells)} |"


def _program(name: str, *arguments: str) -> Side:
    """One of `sides`."""
    return Side((ROOT / "benchmarks" / "sides" / f"{name}.py").read_text(encoding="utf-8"), arguments)


def rows(base: Path | None, home: Path, part: int, peers: Peers | None = None) -> Iterator[Row]:
    """All rows; those that want an earlier commit or other programs only with them. Sizes are over `part`."""
    definitions = Side("from langassets.definitions import defs; defs()")
    yield Row("definitions, beside `import dagster`", definitions, Side("import dagster"), 1.15)
    for url in ("sqlite", "postgresql"):
        evaluation, one_query = (
            _program("evaluation", url, str(10_000_000 // part), *floor) for floor in ((), ("floor",))
        )
        yield Row(f"evaluation over 10 million rows ({url}), beside one query", evaluation, one_query, 1.15)
    tmx = inputs.tmx(home / "units.tmx", 100_000 // part)
    ours = Side(_CLI, ("import-memory", str(tmx)))
    beside = "TMX import, 100,000 units, beside translate-toolkit's reading"
    yield Row(beside, ours, Side(_TMX, (str(tmx),)), 1.5)
    many, few = (_program("folder_store", str(count // part)) for count in (100_000, 25_000))
    grown = "growth, folder: preload with nothing new, 100,000 objects beside 25,000 (4 to the power of 1.05)"
    yield Row(grown, many, few, 4**1.05)
    if peers:
        yield from _segmenting(peers, inputs.corpus(home / "corpus", max(1, 20 // part)))
    if base:
        yield from _beside_before(base, home, part)


def _segmenting(peers: Peers, corpus: Path) -> Iterator[Row]:
    """The same files cut by others; po4a is a program of Perl, whose start counts."""
    ours, name = _program("segmenting", str(corpus)), "segmenting Markdown, beside"
    python = str(peers.python)
    yield Row(f"{name} mdpo", ours, Side(_MDPO, (str(corpus),), python=python), 0.25, why=_CUTTING)
    yield Row(f"{name} translate-toolkit", ours, Side(_TOOLKIT, (str(corpus),), python=python), math.inf)
    if peers.po4a:
        yield Row(f"{name} po4a", ours, Side(_PO4A, (str(corpus), *peers.po4a)), math.inf)


def _beside_before(base: Path, home: Path, part: int) -> Iterator[Row]:
    def beside(name: str, ours: Side, most: float, **more: Any) -> Row:
        return Row(name, ours, replace(ours, tree=base), most, **more)

    def command(*arguments: str) -> Side:
        return Side(_CLI, arguments, new_home=arguments[0].startswith("import"))

    def staged(case: str, size: int) -> Side:
        return _program("staged", case, str(max(1, size // part)))

    yield beside("`--help`", command("--help"), 0.4)
    yield beside("`status`", command("status"), 0.5, why=_STATUS)
    yield beside("`plan preload`", command("plan", "preload"), 0.5, why=_STATUS)
    yield beside("`run preload`, nothing to do", command("run", "preload"), 0.4, most_memory=120, why=_RUN)
    lessons = inputs.lessons(home / "md", 10_000 // part)
    yield beside("import-lessons, 10,000 files", command("import-lessons", str(lessons)), 0.33)
    usage = command("import-usage", str(inputs.usage(home / "usage.csv", 1_000_000 // part)))
    yield beside("import-usage, a million rows (SQLite)", usage, 0.4, why=_LOADED)
    corpus = inputs.corpus(home / "cold", max(1, 60 // part))
    cold = _program("first_preload", "seconds", str(corpus), "en,es,fr,he")
    name = "cold preload, instant model, 420 lessons to a folder"
    yield beside(name, cold, 0.4, unit="s/MB", why=_COLD)
    cold, name = staged("preload, cold", 10), "cold preload, instant model, short lessons to Supabase"
    yield beside(name, cold, 0.4, why=_SENT)
    warm = staged("preload, warm", 100)
    yield beside("preload with nothing new, 100,000 objects", warm, 0.5, why=_WARM)
    yield beside("import-usage, a million rows (PostgreSQL)", staged("usage import", 100), 0.4)
    short = inputs.short_lessons(home / "short")
    peak = _program("first_preload", "memory", str(short), "en,he,ar,es")
    name = "a first preload's peak, 20 lessons, 3 languages"
    yield beside(name, peak, math.inf, most_memory=180, unit="MB", why=_PEAK)
    yield beside("`langassets ui` and all it starts", _program("ui"), 0.75, unit="MB", why=_UI)


# By -X importtime, cProfile and ru_maxrss at each import, 2026-11-29.
_STATUS = "imports: 558 modules; Python, typer with pydantic, and SQLAlchemy alone take 0.2 of 0.31 s"
_RUN = "imports: 1,677 modules, 166 of them ours; Dagster opens its database 134 times for 31 events"
_COLD = "no part is large: judging 16 %, reading answers 13, SQLite 12, cutting and joining 9, files 6"
_SENT = "httpx for 800 objects 21 %, modules that load late 16 %, SQL 15 %"
_WARM = "some 13 µs an object are left: 450 kB a page by httpx, the manifest's rows, JSON, deciding"
_UI = "Dagster's web server, daemon and code server, each with its modules; the supervisor is 12 MB"
_LOADED = "of 2.8 s 2.0 are the rows, the rest the start and a new database"
_PEAK = "119 MB with nothing to do, Dagster's; 100 of the identifier's model, 17 of OpenAI's modules"
_CUTTING = "87 calls a segment: 30 % finds what stays within a line, 26 % cuts, 14 % blocks; 28 % is HTML"

# Its units are made when they are asked for: parsing alone says little of reading.
_TMX = """
import sys
from translate.storage.tmx import tmxfile
assert all(unit.source and unit.target for unit in tmxfile.parsefile(sys.argv[1]).units)
"""
_CUT = """
import sys, time
from pathlib import Path
from {module} import {name}
files = sorted(Path(sys.argv[1]).glob("*.md"))
begun = time.process_time()
for file in files:
    assert {cut}
print(time.process_time() - begun)
"""
_MDPO = _CUT.format(module="mdpo.md2po", name="markdown_to_pofile", cut="len(markdown_to_pofile(str(file)))")
_TOOLKIT = _CUT.format(
    module="translate.storage.markdown",
    name="MarkdownFile",
    cut="MarkdownFile.parsestring(file.read_bytes()).units",
)
_PO4A = """
import os, subprocess, sys
from pathlib import Path
files = [word for file in sorted(Path(sys.argv[1]).glob("*.md")) for word in ("-m", str(file))]
subprocess.run([*sys.argv[2:], "-f", "text", "-o", "markdown", *files, "-p", "x.pot"], check=True)
assert "msgid" in Path("x.pot").read_text()
used = os.times()
print(used.children_user + used.children_system)
"""


def growth() -> Iterator[str]:
    """The exponents that `make bench` measured last, from once to a hundred times the size; 1.05 at most."""
    for file in sorted((ROOT / "benchmarks" / "results").glob("*.json")):
        case = read(file.read_text(encoding="utf-8"))
        if (found := case.exponent("seconds")) is not None:
            reached = "yes" if found <= 1.05 else "no"
            yield f"| exponent of growth, {case.name} | – | – | {found:.2f} | 1.05 | – | {reached} |  |"


def main(arguments: Sequence[str] | None = None, say: Callable[[str], None] = print) -> None:
    """Measure, and print a line for each row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--base", type=Path, help="a worktree of the commit that is compared with")
    parser.add_argument(
        "--peers", type=Path, help="a folder for programs of others; made where it is missing"
    )
    parser.add_argument("--only", default="", help="rows whose names hold this")
    parser.add_argument(
        "--small", action="store_true", help="a tenth of the size: the start weighs more then"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="keep what is said in benchmarks/targets.md")
    given = parser.parse_args(arguments)
    lines: list[str] = []

    def note(line: str) -> None:
        say(line)
        lines.append(line)

    peers = installed(given.peers.absolute()) if given.peers else None
    note(f"{datetime.now(UTC):%Y-%m-%d}, load average at the start: {os.getloadavg()[0]:.1f}\n\n{_HEAD}")
    with tempfile.TemporaryDirectory(prefix="langassets-targets-") as folder:
        home = Path(folder)
        for row in rows(given.base and given.base.absolute(), home, 10 if given.small else 1, peers):
            if given.only in row.name:
                note(measured(row, home, given.rounds))
    for line in growth():
        if given.only in line:
            note(line)
    if given.write:
        TARGETS.write_text("\n".join([*lines, ""]), encoding="utf-8")
    if peers and given.only in "the same lessons":
        for line in compared(peers, inputs.LESSONS):
            say(line)


if __name__ == "__main__":
    main()
