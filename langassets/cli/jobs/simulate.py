"""`langassets simulate`: what other settings of the tier would have done."""

import csv
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from langassets.cli.terminal.arguments import day, languages
from langassets.cli.terminal.output import print_json
from langassets.cli.terminal.tables import show, terminal
from langassets.errors import InputError, unusable
from langassets.jobs.simulation.simulate import SimulatedSetting, Simulation, SimulationRequest
from langassets.jobs.simulation.simulate import simulate as replay
from langassets.services import services_in_force
from langassets.settings.values import by_commas
from langassets.wording import counted

_Shares = Annotated[
    list[float] | None, typer.Option(min=0, max=1, help="Shares to try, 0 to 1. May be repeated.")
]
# What decides stands on any terminal; the rest where there is room.
_NARROW = ("Half-life", "Enters", "Leaves", "Met", "Possible", "Back", "Languages")
_WIDE = 130


def simulate(
    every: Annotated[int, typer.Option(min=1, help="Days from one decision to the next.")] = 14,
    since: Annotated[
        datetime | None, typer.Option(parser=day, metavar="DAY", help="Replay only from this day on.")
    ] = None,
    half_life: Annotated[
        list[float] | None, typer.Option(min=0, help="Days to try; 0: all time. May be repeated.")
    ] = None,
    promote: _Shares = None,
    demote: _Shares = None,
    min_requests: Annotated[
        list[int] | None, typer.Option(min=0, help="Requests a decision needs, to try. May be repeated.")
    ] = None,
    worth: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="Share of requests for which holding a language pays; default: DEMOTE_SHARE."
        ),
    ] = None,
    predefined: Annotated[
        str | None, typer.Option(help="Languages that are always frequent, by commas; '' for none.")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave a language out. May be repeated.", autocompletion=languages),
    ] = None,
    by_period: Annotated[
        bool,
        typer.Option(
            help="Weigh each period as a whole, and take the time before the first to have been like it."
        ),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every setting, not only the best trade-offs.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines: everything.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="For spreadsheets: every setting.")] = False,
    chart: Annotated[Path | None, typer.Option(help="Draw the trade-off into this SVG file.")] = None,
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
        None if predefined is None else by_commas(predefined),
        tuple(half_life or plain.half_lives),
        tuple(promote or plain.promote_shares),
        tuple(demote or plain.demote_shares),
        tuple(min_requests or ()),
        worth,
    )
    simulation = replay(services_in_force(), request)
    if chart:
        _draw(simulation, chart)
    if as_json:
        print_json(asdict(simulation), ensure_ascii=True)
    elif as_csv:
        _write_csv([asdict(one) for one in simulation.settings])
    else:
        _show(simulation, everything=everything)


def _draw(simulation: Simulation, file: Path) -> None:
    # Below `defs`, so with Dagster: for a picture alone.
    from langassets.defs.pictures.trade_off import draw  # noqa: PLC0415

    try:
        file.write_bytes(draw(simulation))
    except OSError as error:
        raise unusable(file, error, "written") from None


def _write_csv(rows: list[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, [*rows[0]], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        for name in ("first_half", "second_half"):
            row[name] = " ".join(f"{figure:.4f}" for figure in row[name])
        writer.writerow(row)


def _show(simulation: Simulation, *, everything: bool) -> None:
    console = terminal()
    narrow = console.width < _WIDE
    always = [*simulation.settings[:2], *([simulation.recommended] if simulation.recommended else [])]
    chosen = simulation.settings if everything else [*always, *simulation.trade_offs()]
    rows = []
    for one in dict.fromkeys(chosen):
        cells = _cells(one)
        columns = _NARROW if narrow else [*cells]
        role = "recommended" if one == simulation.recommended else one.role
        rows.append([*(cells[name] for name in columns), role])
    every, periods = counted(simulation.every, "day"), counted(simulation.periods, "period")
    console.print(
        f"{counted(simulation.requests, 'request')} from {simulation.first_day} to {simulation.last_day}, "
        f"decided on every {every}, scored over {periods}.",
        highlight=False,
    )
    show([*columns, ""], rows, console)
    shown = len(simulation.settings) if everything else len(rows)
    for note in _notes(simulation, narrow=narrow, shown=shown):
        console.print(note, highlight=False)


def _notes(simulation: Simulation, *, narrow: bool, shown: int) -> Iterator[str]:
    """What to know of the table, in which so many settings are `shown`."""
    if narrow:
        yield "Costs and both halves are shown from 130 columns on, and by --csv."
    if shown < len(simulation.settings):
        settings = counted(len(simulation.settings), "setting")
        yield f"Shown are the best trade-offs of {settings}; --all shows every one."
    back = "Back" if narrow else "In, out, back"
    entered = "" if narrow else "entered, left, "
    yield (
        "Met: requests whose language was in the tier. Possible: the most that any tier of that size could "
        f"have met, had the future been known. {back}: languages that {entered}came back."
    )
    if simulation.contents > simulation.contents_sampled and not narrow:
        contents = counted(simulation.contents, "content")
        yield f"Costs are judged by {simulation.contents_sampled:,} of {contents}."
    yield from (f"Caution: {caution}" for caution in simulation.cautions)
    yield simulation.verdict


def _cells(one: SimulatedSetting) -> dict[str, str]:
    cost = f"{one.tokens / 1_000_000:,.2f}M tokens" if one.tokens else ""
    if one.dollars:
        cost = f"${one.dollars:,.2f} (${one.dollars_lowest:,.2f}–{one.dollars_highest:,.2f})"
    return {
        "Half-life": counted(one.half_life_days, "day") if one.half_life_days else "all time",
        "Enters": f"{100 * one.promote_share:g} %",
        "Leaves": f"{100 * one.demote_share:g} %",
        "Needs": f"{one.min_requests:,}",
        "Met": f"{one.coverage:.1%}",
        "Possible": f"{one.best_possible:.1%}",
        "In": str(one.promotions),
        "Out": str(one.demotions),
        "Back": str(one.flaps),
        "Languages": f"{one.languages:.1f}",
        "Translation": cost,
        "Storage": f"{one.storage_bytes / 1_048_576:,.1f} MiB" if one.storage_bytes else "",
        "1st half": f"{one.first_half[0]:.1%}",
        "2nd half": f"{one.second_half[0]:.1%}",
    }
