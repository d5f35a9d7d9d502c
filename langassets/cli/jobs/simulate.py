"""`langassets simulate`: what other settings of the tier would have done."""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from langassets.cli.terminal.arguments import day, languages
from langassets.cli.terminal.output import show, terminal
from langassets.errors import InputError, unusable
from langassets.jobs.simulation.simulate import SimulatedSetting, Simulation, SimulationRequest
from langassets.jobs.simulation.simulate import simulate as replay
from langassets.services import Services
from langassets.settings import load_settings
from langassets.wording import counted

_COLUMNS = (
    *("Half-life", "Enters", "Leaves", "Needs", "Met", "Possible", "In", "Out", "Back", "Languages"),
    *("Translation", "Storage", "1st half", "2nd half"),
)
_NARROW = ("Half-life", "Enters", "Leaves", "Met", "Possible", "Back", "Languages")
_WIDE = 130


Every = Annotated[int, typer.Option(min=1, help="Days from one decision to the next.")]
Since = Annotated[
    datetime | None, typer.Option(parser=day, metavar="DAY", help="Replay only from this day on.")
]
HalfLives = Annotated[
    list[float] | None, typer.Option(min=0, help="Days to try; 0: all time. May be repeated.")
]
Shares = Annotated[
    list[float] | None, typer.Option(min=0, max=1, help="Shares to try, 0 to 1. May be repeated.")
]
Minima = Annotated[
    list[int] | None, typer.Option(min=0, help="Requests a decision needs, to try. May be repeated.")
]
Worth = Annotated[
    float | None,
    typer.Option(
        min=0, max=1, help="Share of requests for which holding a language pays; default: DEMOTE_SHARE."
    ),
]
Predefined = Annotated[
    str | None, typer.Option(help="Languages that are always frequent, by commas; '' for none.")
]
Without = Annotated[
    list[str] | None, typer.Option(help="Leave a language out. May be repeated.", autocompletion=languages)
]
ByPeriod = Annotated[
    bool,
    typer.Option(
        help="Weigh each period as a whole, and take the time before the first to have been like it."
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Show every setting, not only the best trade-offs.")]
Json = Annotated[bool, typer.Option("--json", help="For machines: everything.")]
Csv = Annotated[bool, typer.Option("--csv", help="For spreadsheets: every setting.")]
Chart = Annotated[Path | None, typer.Option(help="Draw the trade-off into this SVG file.")]


def simulate(
    every: Every = 14,
    since: Since = None,
    half_life: HalfLives = None,
    promote: Shares = None,
    demote: Shares = None,
    min_requests: Minima = None,
    worth: Worth = None,
    predefined: Predefined = None,
    without: Without = None,
    by_period: ByPeriod = False,
    everything: Everything = False,
    as_json: Json = False,
    as_csv: Csv = False,
    chart: Chart = None,
) -> None:
    """Replay usage under other settings of the tier.

    For each it says what it would have done and cost, and whether it is better than today's. Each setting
    decides on the past alone, and is scored on what came next. Nothing is changed.

    Example: langassets simulate --chart trade-off.svg

    Example: langassets simulate --half-life 14 --half-life 28 --promote 0.04 --worth 0.02
    """

    if as_json and as_csv:
        raise InputError("--json and --csv are two formats: ask for one of them.")
    if chart and chart.suffix.lower() != ".svg":
        raise InputError(f"--chart draws an SVG, which every browser shows: name the file {chart.stem}.svg.")
    plain = SimulationRequest()
    request = SimulationRequest(
        every,
        since.date() if since else None,
        by_period,
        tuple(without or ()),
        None if predefined is None else tuple(c.strip() for c in predefined.split(",") if c.strip()),
        tuple(half_life or plain.half_lives),
        tuple(promote or plain.promote_shares),
        tuple(demote or plain.demote_shares),
        tuple(min_requests or ()),
        worth,
    )
    simulation = replay(Services(load_settings()), request)
    if chart:
        _draw(simulation, chart)
    if as_json:
        print(json.dumps(asdict(simulation), default=str, indent=2))
    elif as_csv:
        _write_csv(simulation)
    else:
        _show(simulation, everything=everything)


def _write_csv(simulation: "Simulation") -> None:
    rows = [asdict(one) for one in simulation.settings]
    writer = csv.DictWriter(sys.stdout, [*rows[0]], lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: _flat(value) if isinstance(value, tuple) else value for name, value in row.items()}
        for row in rows
    )


def _flat(half: tuple[float, float]) -> str:
    return " ".join(f"{figure:.4f}" for figure in half)


def _draw(simulation: Simulation, file: Path) -> None:
    # Below `defs`, so with Dagster: for a picture alone.
    from langassets.defs.pictures.trade_off import draw  # noqa: PLC0415

    try:
        file.write_bytes(draw(simulation))
    except OSError as error:
        raise unusable(file, error, "written") from None


def _show(simulation: Simulation, *, everything: bool) -> None:
    console = terminal()
    # What decides stands on any terminal; the rest where there is room.
    columns = _COLUMNS if console.width >= _WIDE else _NARROW
    table = Table(*columns, "", box=None)
    always = [*simulation.settings[:2], *([simulation.recommended] if simulation.recommended else [])]
    rows = simulation.settings if everything else [*always, *simulation.trade_offs()]
    for one in dict.fromkeys(rows):
        cells = dict(zip(_COLUMNS, _cells(one), strict=True))
        role = "recommended" if one == simulation.recommended else one.role
        table.add_row(*(cells[name] for name in columns), role)
    every, periods = counted(simulation.every, "day"), counted(simulation.periods, "period")
    console.print(
        f"{counted(simulation.requests, 'request')} from {simulation.first_day} to {simulation.last_day}, "
        f"decided on every {every}, scored over {periods}.",
        highlight=False,
    )
    show(console, table)
    shown = len(simulation.settings) if everything else len(set(rows))
    for note in _notes(simulation, narrow=columns is _NARROW, shown=shown):
        console.print(note, highlight=False)


def _notes(simulation: "Simulation", *, narrow: bool, shown: int) -> Iterator[str]:
    """What to know of the table, in which so many settings are `shown`."""
    if narrow:
        yield "Costs and both halves are shown from 130 columns on, and by --csv."
    if shown < len(simulation.settings):
        settings = counted(len(simulation.settings), "setting")
        yield f"Shown are the best trade-offs of {settings}; --all shows every one."
    yield (
        "Met: requests whose language was in the tier. Possible: the most that any tier of that size could "
        "have met, had the future been known. "
        + (
            "Back: languages that came back."
            if narrow
            else "In, out, back: languages that entered, left, came back."
        )
    )
    if simulation.contents > simulation.contents_sampled and not narrow:
        contents = counted(simulation.contents, "content")
        yield f"Costs are judged by {simulation.contents_sampled:,} of {contents}."
    yield from (f"Caution: {caution}" for caution in simulation.cautions)
    yield simulation.verdict


def _cells(one: SimulatedSetting) -> list[str]:
    tokens = f"{one.tokens / 1_000_000:,.2f}M tokens" if one.tokens else ""
    return [
        counted(one.half_life_days, "day") if one.half_life_days else "all time",
        f"{100 * one.promote_share:g} %",
        f"{100 * one.demote_share:g} %",
        f"{one.min_requests:,}",
        f"{one.coverage:.1%}",
        f"{one.best_possible:.1%}",
        str(one.promotions),
        str(one.demotions),
        str(one.flaps),
        f"{one.languages:.1f}",
        f"${one.dollars:,.2f} (${one.dollars_lowest:,.2f}–{one.dollars_highest:,.2f})"
        if one.dollars
        else tokens,
        f"{one.storage_bytes / 1_048_576:,.1f} MiB" if one.storage_bytes else "",
        f"{one.first_half[0]:.1%}",
        f"{one.second_half[0]:.1%}",
    ]
