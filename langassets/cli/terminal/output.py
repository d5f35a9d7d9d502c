"""What commands say beside tables: JSON, lists of problems, and files for people."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TextIO

import typer

from langassets.errors import InputError, unusable

MOST_SHOWN = 20
_NAMES = 5


def yes_or_no(is_so: bool) -> str:
    """A cell of a table."""
    return "yes" if is_so else "no"


def print_json(found: object, *, ensure_ascii: bool = False) -> None:
    """For machines: days and moments as ISO 8601 has them, dollars without an exponent."""
    print(json.dumps(found, ensure_ascii=ensure_ascii, indent=2, default=_plain))


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def end_with_problems(problems: Sequence[str], count: int | None = None) -> None:
    """Where there are problems, list the first, say how many of all `count` are left, and end with 1."""
    if problems:
        list_first(problems, count)
        raise typer.Exit(1)


def list_first(lines: Sequence[str], count: int | None = None) -> None:
    """List the first lines, and say how many of all `count` are left."""
    for line in lines[:MOST_SHOWN]:
        print(f"  {line}")
    if left := (count or len(lines)) - len(lines[:MOST_SHOWN]):
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
