"""Texts and tables on terminals of any width."""

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

_ANY = 10_000


def terminal() -> Console:
    """The terminal, which shows a text as it is: what stands in brackets or between colons means nothing."""
    return Console(markup=False, emoji=False)


def show(console: Console, table: Table) -> None:
    """Print a table; where it would have to cut words, every row as lines of `column: cell` instead.

    So nothing is lost on a narrow terminal, or in a pipe, which counts as 80 columns.
    """
    least = Measurement.get(console, console.options.update_width(_ANY), table).minimum
    if least <= console.width:
        console.print(table)
        return
    names = [str(column.header) for column in table.columns]
    for row in zip(*(column.cells for column in table.columns), strict=True):
        for name, cell in zip(names, row, strict=True):
            if cell:
                console.print(f"{name}: {cell}" if name else cell, highlight=False, soft_wrap=True)
        console.print()
