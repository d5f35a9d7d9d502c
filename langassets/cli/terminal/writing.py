"""Files that a command writes for a person: whole, or not there."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from langassets.errors import InputError, unusable


@contextmanager
def written(file: Path, newline: str) -> Iterator[TextIO]:
    """A text file to write to, which takes the place of `file` when the block has ended well.

    Raises `InputError` where it cannot be written.
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
