"""Tables on terminals of any width."""

from collections.abc import Iterable

from rich.console import Console
from rich.measure import Measurement
from rich.table import Column, Table

from langassets.cli.terminal.output import yes_or_no

_ANY = 10_000


def terminal() -> Console:
    """The terminal, which shows a text as it is: what stands in brackets or between colons means nothing."""
    return Console(markup=False, emoji=False)


def show(
    headings: Iterable[str | Column], rows: Iterable[Iterable[str]], console: Console | None = None
) -> None:
    """Print a table; where it would have to cut words, every row as lines of `column: cell` instead.

    So nothing is lost on a narrow terminal, or in a pipe, which counts as 80 columns.
    """
    console, table = console or terminal(), Table(*headings, box=None)
    for row in rows:
        table.add_row(*row)
    for column in table.columns:
        # Where no blank is, nothing could be wrapped: it would be cut, though another column has room.
        column.no_wrap = not any(" " in str(text) for text in (column.header, *column.cells))
    least = Measurement.get(console, console.options.update_width(_ANY), table).minimum
    if least <= console.width:
        console.print(table)
        return
    for cells in zip(*(column.cells for column in table.columns), strict=True):
        for column, cell in zip(table.columns, cells, strict=True):
            if cell:
                said = f"{column.header}: {cell}" if column.header else cell
                console.print(said, highlight=False, soft_wrap=True)
        console.print()


def show_decisions(
    decisions: Iterable[tuple[str, str, bool, str, str]], console: Console | None = None
) -> None:
    """A table of languages with their shares, whether they are frequent, what changed, and why."""
    rows = (
        (language, share, yes_or_no(frequent), change if change != "kept" else "", why)
        for language, share, frequent, change, why in decisions
    )
    show(("Language", "Share", "Frequent", "Change", "Why"), rows, console)
