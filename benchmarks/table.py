"""The table, as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.results import Measured, Spread

_PAGE = Path(__file__).with_name("page.md")
TARGETS = Path(__file__).with_name("targets.md")
"""What `benchmarks.targets` said last."""

_HEAD = ("what", "who", "seconds", "HTTP requests", "bytes", "tokens", "SQL statements", "peak memory")
_COLUMNS = ("seconds", "requests", "bytes", "tokens", "statements", "peak_memory")
_GROWTH = ("what", "size", "seconds", "HTTP requests", "bytes", "tokens", "peak memory")
_GROWN = ("seconds", "requests", "bytes", "tokens", "peak_memory")


def markdown(cases: Sequence[Measured], picture: str) -> str:
    """The whole page."""
    page = _PAGE.read_text(encoding="utf-8")
    if not cases:
        return page.partition("{table}")[0] + "Nothing has been measured here yet.\n"
    parts = {"table": main_table, "notes": _notes, "machines": machines, "growth": growth_table}
    made = {name: "\n".join(lines(cases)) for name, lines in parts.items()}
    return page.format(**made, picture=picture, targets=TARGETS.read_text(encoding="utf-8"))


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
