"""`langassets cost`: what models were paid for, from the bill."""

from dataclasses import asdict
from datetime import UTC, datetime
from functools import reduce
from operator import add
from typing import Annotated

import typer

from langassets.cli.terminal.output import print_json
from langassets.cli.terminal.tables import show, terminal
from langassets.database.connection import reading
from langassets.database.records.bill import month_of, spent_in
from langassets.database.records.bill_totals import By, Totals, named_totals
from langassets.errors import InputError
from langassets.services import services_in_force
from langassets.wording import counted


def cost(
    by: Annotated[By, typer.Option(help="What to add up by.")] = By.DAY,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="From this day on, like 2026-11-01; else this month.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="DAY", help="Before this day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines, as JSON.")] = False,
) -> None:
    """Show what models cost: by day, language, lesson, model, asset or mode.

    Each request at the price of its time, from this month on where no day is given; days are those of UTC.
    A request for several lessons is shared out by the characters that it has of each.

    Example: langassets cost --by lesson --since 2026-11-01
    """
    services = services_in_force()
    now = services.clock().astimezone(UTC)
    start = _day("--since", since) or datetime(now.year, now.month, 1, tzinfo=UTC)
    with reading(services.data) as connection:
        found = named_totals(connection, by, since=start, until=_day("--until", until))
    total = reduce(add, found.values(), Totals())
    limit, month = services.settings.max_cost_per_month, month_of(now)
    spent = spent_in(services.data, month)
    if as_json:
        rows = [{by.value: name, **asdict(one)} for name, one in found.items()]
        whole = {"dollars": total.dollars, "open_dollars": total.open_dollars}
        of_month = {"month": month, "dollars": spent, "limit": limit}
        shown = {"since": f"{start:%Y-%m-%d}", "rows": rows, "total": whole, "this_month": of_month}
        print_json(shown)
        return
    _show(by, found, total)
    if limit is not None:
        terminal().print(f"MAX_COST_PER_MONTH: ${spent:,.4f} of ${limit:f} in {month}.", highlight=False)


def _show(by: By, found: dict[str, Totals], total: Totals) -> None:
    console = terminal()
    if not found:
        console.print("Nothing was asked of a model.")
        return
    rows = [
        [
            name or "(none)",
            *(f"{count:,}" for count in (one.requests, one.input_tokens, one.cached_tokens)),
            *(f"{count:,}" for count in (one.output_tokens, one.reasoning_tokens)),
            f"${one.dollars:,.4f}",
            _open(one),
        ]
        for name, one in found.items()
    ]
    tokens = ("Input", "Cached", "Output", "Reasoning")
    show((by.capitalize(), "Requests", *tokens, "Cost", "Not known"), rows, console)
    console.print(f"In all ${total.dollars:,.4f}.", highlight=False)
    if total.open_dollars:
        console.print(
            f"Of requests for at most ${total.open_dollars:,.4f} nobody knows what they were billed for: "
            "they are under way, or were when their process ended. Limits count them in full.",
            highlight=False,
        )
    if total.unpriced and by != By.LESSON:
        unpriced = counted(total.unpriced, "request")
        console.print(f"The price of {unpriced} is not known: set MODEL_PRICES.", highlight=False)


def _open(one: Totals) -> str:
    parts = [f"${one.open_dollars:,.4f}"] if one.open_dollars else []
    return ", ".join([*parts, f"{one.unpriced:,} without a price"] if one.unpriced else parts)


def _day(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InputError(f"{option} wants a day like 2026-11-01, not {text!r}.") from None
