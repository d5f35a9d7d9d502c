"""Tables on terminals of any width, lists of problems, and files for people."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import TextIO

import typer
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table

from langassets.errors import InputError, unusable

_ANY = 10_000
MOST_SHOWN = 20
_NAMES = 5


def terminal() -> Console:
    """The terminal, which shows a text as it is: what stands in brackets or between colons means nothing."""
    return Console(markup=False, emoji=False)


def show(console: Console, table: Table) -> None:
    """Print a table; where it would have to cut words, every row as lines of `column: cell` instead.

    So nothing is lost on a narrow terminal, or in a pipe, which counts as 80 columns.
    """
    for column in table.columns:
        # Where no blank is, nothing could be wrapped: it would be cut, though another column has room.
        column.no_wrap = not any(" " in str(text) for text in (column.header, *column.cells))
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


def end_with_problems(problems: Sequence[str], count: int | None = None) -> None:
    """Where there are problems, list the first, say how many of all `count` are left, and end with 1."""
    if not problems:
        return
    list_first(problems, count)
    raise typer.Exit(1)


def list_first(lines: Sequence[str], count: int | None = None) -> None:
    """List the first lines, and say how many of all `count` are left."""
    for line in lines[:MOST_SHOWN]:
        print(f"  {line}")
    left = (count or len(lines)) - len(lines[:MOST_SHOWN])
    if left:
        print(f"  … and {left:,} more")


def in_short(names: Collection[str]) -> str:
    """A few names, and how many more there are."""
    shown = ", ".join(islice(names, _NAMES))
    return f"{shown} and {len(names) - _NAMES:,} more" if len(names) > _NAMES else shown


@contextmanager
def written(file: Path, newline: str) -> Iterator[TextIO]:
    """A text file to write to, which takes the place of `file` when the block has ended well.

    So it is whole, or not there. Raises `InputError` where it cannot be written.
    """
    if not file.name:
        raise InputError(f"{file} cannot be written: it is a folder; name a file.")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline=newline) as opened:
            yield opened
        unfinished.replace(file)
    except OSError as error:
        raise unusable(file, error, "written") from None
    finally:
        with suppress(OSError):
            unfinished.unlink()
