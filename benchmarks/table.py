"""The table, as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import Measured, Spread

_PROFILES = Path(__file__).with_name("profiles.md")
TARGETS = Path(__file__).with_name("targets.md")
"""What `benchmarks.targets` said last."""

_HEAD = ("what", "who", "seconds", "HTTP requests", "bytes", "tokens", "SQL statements", "peak memory")
_COLUMNS = ("seconds", "requests", "bytes", "tokens", "statements", "peak_memory")
_GROWTH = ("what", "size", "seconds", "HTTP requests", "bytes", "tokens", "peak memory")
_GROWN = ("seconds", "requests", "bytes", "tokens", "peak_memory")

_INTRODUCTION = """# Benchmarks

`make bench` measures this anew and writes this page, the chart and `benchmarks/results/*.json`, which
hold every single sample. Everything runs on one machine, over HTTP and SQL on its loopback: a server
with Supabase Storage's interface, one with OpenAI's that takes 0.3 s for an answer, and a PostgreSQL,
each in a process of its own. Each measurement is a process of its own too. Times are of the work,
without the start of the process.

The **plain loop** does the same work as the system did that langassets replaces, with the same client
libraries: one lesson, one string, one request after the other. It ran beside langassets, in turns, and
is handed its lessons for nothing, where langassets reads them, compares them and keeps its manifest. The
**floor** is what nobody can go below: the requests that the servers' limits leave (1,000 objects a page,
one upload an object, answers of 16,384 tokens, 500 requests a minute to the model), sent by bare clients
that throw the answers away; for usage, the one query or the one COPY; for the definitions, Dagster
alone. A token is counted as four characters.

Brackets hold the lowest and highest of the measurements, the figure before them is their median.
Requests, bytes and tokens hardly vary from run to run; times do.
"""

_BESIDE = """## Beside an earlier version, and parts that work alone

`python -m benchmarks.targets` runs langassets and what it is held against in turns, each in a process of its
own: the commit ab1d574 where nothing else is named. Processor time, or memory; medians of three. Where a
ratio that was aimed at is not reached, the last column says what is left.

"""


def markdown(cases: Sequence[Measured], picture: str) -> str:
    """The whole page."""
    if not cases:
        return f"{_INTRODUCTION}\nNothing has been measured here yet.\n"
    return "\n".join(
        [
            _INTRODUCTION,
            *main_table(cases),
            "",
            *_notes(cases),
            "",
            *machines(cases),
            "",
            "## Growth",
            "",
            "From once to a hundred times the size. The last line of each is the exponent of a straight line "
            "through the medians on logarithmic scales: 1 is proportional, 0 is none.",
            "",
            *growth_table(cases),
            "",
            f"![How many times as much the plain loop takes, and how times grow]({picture})",
            "",
            _BESIDE + TARGETS.read_text(encoding="utf-8"),
            _PROFILES.read_text(encoding="utf-8"),
        ]
    )


def main_table(cases: Sequence[Measured]) -> Iterator[str]:
    """Its lines, three or four a case."""
    yield from _head(_HEAD)
    for case in cases:
        ours = [_figure(name, case.spread(name)) for name in _COLUMNS]
        yield _row(f"**{case.name}**: {case.one}", "langassets", *ours)
        about = "≈ " if case.part != 1 else ""
        yield _row("", "plain loop", *(_theirs(case, name, about) for name in _COLUMNS))
        yield _row("", "floor", *_floor(case))
        yield _row("", "loop ÷ langassets", *(_times(case.ratio(name)) for name in _COLUMNS))


def growth_table(cases: Sequence[Measured]) -> Iterator[str]:
    """Its lines, one a size and one for the exponents."""
    yield from _head(_GROWTH)
    for case in cases:
        if len(case.ours) < 2:
            continue
        for place, size in enumerate(sorted(case.ours)):
            figures = [_figure(name, case.spread(name, size)) for name in _GROWN]
            yield _row("" if place else f"**{case.name}**", f"{size}x", *figures)
        exponents = [case.exponent(name) for name in _GROWN]
        yield _row("", "exponent", *("–" if one is None else f"{one:.2f}" for one in exponents))


def machines(cases: Sequence[Measured]) -> Iterator[str]:
    """Where and when it was measured: a line, and one more for how busy that machine was."""
    where = {f"Measured on {case.measured_on}: {_described(case.machine)}." for case in cases if case.machine}
    yield from sorted(where)
    loads = [case.machine["load_at_start"] for case in cases if "load_at_start" in case.machine]
    if loads:
        yield (
            f"Load average of that machine when a case began: {min(loads):g} to {max(loads):g}; it was doing "
            "nothing else where that is below 1."
        )


def _described(machine: Mapping[str, Any]) -> str:
    memory = f", {machine['memory_gib']:g} GiB of memory" if "memory_gib" in machine else ""
    cores = f"{machine['cores']} cores"
    return f"{machine['processor']}, {cores}{memory}, {machine['system']}, Python {machine['python']}"


def _head(names: Sequence[str]) -> Iterator[str]:
    yield _row(*names)
    yield _row(*("---" if place < 2 else "---:" for place in range(len(names))))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _floor(case: Measured) -> Iterator[str]:
    waiting = case.floor_waiting[case.compared]
    seconds = [sample.seconds + waiting for sample in case.floor[case.compared]]
    database = not case.spread("requests").median and case.spread("statements").median
    yield _figure("seconds", Spread.of(seconds))
    yield "–" if database else _number(case.floor_requests[case.compared])
    yield "–"
    yield _number(case.floor_tokens[case.compared])
    yield f"{case.floor_requests[case.compared]:,}" if database else "–"
    yield "–"


def _theirs(case: Measured, measure: str, about: str) -> str:
    figure = _figure(measure, case.loop_spread(measure))
    return figure if figure == "–" or measure == "peak_memory" else about + figure


def _figure(measure: str, spread: Spread) -> str:
    if measure == "seconds":
        return f"{_seconds(spread.median)} ({_seconds(spread.low)} to {_seconds(spread.high)})"
    if measure in ("bytes", "peak_memory"):
        return _bytes(spread.median)
    return _number(spread.median)


def _seconds(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _bytes(value: float) -> str:
    if not value:
        return "–"
    return f"{value / 1e6:,.0f} MB" if value >= 1e7 else f"{value / 1e3:,.0f} kB"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value else "–"


def _times(ratio: Spread | None) -> str:
    if ratio is None or not ratio.median:
        return "–"
    low, high = _factor(ratio.low), _factor(ratio.high)
    spread = "" if low == high else f" ({low} to {high})"
    return f"{_factor(ratio.median)}×{spread}"


def _factor(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _notes(cases: Sequence[Measured]) -> Iterator[str]:
    for case in cases:
        notes = [case.note] if case.note else []
        if case.part != 1:
            each = case.loop_spread("seconds").median / case.ours[case.compared][0].units
            notes.append(f"{each * 1000:,.1f} ms a {case.unit}; its figures (≈) are for all of them")
        if notes:
            yield f"- {case.name}: {'; '.join(notes)}."
