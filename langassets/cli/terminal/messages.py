"""What the terminal is told: commands as they are called here, and a disk's refusals with what to do."""

import errno
import os
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from langassets.storage.local.rooted import CURES

_NAME = "langassets"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# What SQLite says, Dagster's own databases included; the rest of it is not the disk's.
_SAID_BY_SQLITE = ("disk is full", "readonly database", "unable to open database file", "disk I/O error")


def as_called(text: str) -> str:
    """A text in which each `langassets …` is a command that works here.

    That is `langassets` where the shell finds this program by that name, else its path.
    """
    return text.replace(f"`{_NAME} ", f"`{_called(sys.argv[0])} ")


def _called(program: str) -> str:
    path, found = Path(program), shutil.which(_NAME)
    # A path, as the system hands it to a script; anything else is no call from a shell.
    if path.name != _NAME or not path.exists() or (found and path.samefile(found)):
        return _NAME
    return shlex.quote(program)


def disk_trouble(error: BaseException) -> str | None:
    """What is wrong with the disk and what to do, where that is why `error` was raised."""
    for cause in _causes(error):
        # Without a file's name, a refusal may be about anything.
        if isinstance(cause, OSError) and cause.errno in CURES and (cause.filename or cause.errno in _FULL):
            return f"{cause.filename or 'A file'} cannot be used: {CURES[cause.errno]}."
        if isinstance(cause, sqlite3.Error) and any(said in str(cause) for said in _SAID_BY_SQLITE):
            home = os.environ.get("DAGSTER_HOME", "LANGASSETS_HOME")
            return (
                f"Dagster's history below {home} cannot be used ({cause}): free some space there, or set "
                "DAGSTER_HOME to a folder that this user may write to."
            )
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen = set[int]()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
