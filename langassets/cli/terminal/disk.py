"""A disk that is full or may not be written to, wherever it is met: a line that says what to do."""

import errno
import os
import sqlite3
from collections.abc import Iterator

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
# What SQLite says, Dagster's own databases included; the rest of it is not the disk's.
_SAID_BY_SQLITE = ("disk is full", "readonly database", "unable to open database file", "disk I/O error")


def trouble(error: BaseException) -> str | None:
    """What is wrong with the disk and what to do, where that is why `error` was raised."""
    from langassets.storage.local.rooted import CURES

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
