"""ETags of files, remembered, so that listing a folder does not read every file in it.

A cache and nothing more: it may be deleted at any time, and a folder where it cannot be written is
listed all the same, by reading. What it says is believed only while the file's inode, size and both
times are those it was read at. The change time (ctime) is among them because no program can set it
back: an editor or a copy that keeps the modification time still shows.
"""

import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Self

# A file that changed twice within one tick of its file system's clock shows the same time for both.
# Two seconds is the coarsest tick in use (FAT), so a file read sooner after its last change is read again.
_TICK_NS = 2_000_000_000
_TABLE = """CREATE TABLE IF NOT EXISTS etags
    (key TEXT PRIMARY KEY, stamp TEXT, read_ns INTEGER, etag TEXT) WITHOUT ROWID"""
_LAST = "\U0010ffff"  # sorts behind every key

_Row = tuple[str, str, int, str]


def etag_of(body: bytes) -> str:
    """The MD5 of a body in hexadecimal, as the storage servers give it."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


class EtagIndex:
    """The ETags that were last read, in the SQLite file `path`, for one listing of `prefix`.

    A context manager; pages are handed in in order of key, by one thread at a time.
    """

    def __init__(self, path: Path, prefix: str) -> None:
        self._path = path
        self._prefix = self._after = prefix
        self._database: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        with self._or_without():
            self._database = sqlite3.connect(self._path, timeout=5, check_same_thread=False)
            self._database.execute(_TABLE)
        return self

    def __exit__(self, *_: object) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def etags(
        self, page: dict[str, os.stat_result], opened: Callable[[str], BufferedReader | None], *, last: bool
    ) -> dict[str, str]:
        """The ETag of each file in the listing's next page.

        `opened` gives the file under a key, or None where it is gone meanwhile: such keys are left out.
        `last` says that no page follows, so that whatever else the index holds below the prefix is gone.
        """
        upto = self._prefix + _LAST if last else next(reversed(page))
        known = self._known(upto)
        self._after = upto
        found: dict[str, str] = {}
        read: list[_Row] = []
        for key, stat in page.items():
            row = known.pop(key, None)
            if row is None or not _holds(row, stat):
                file = opened(key)
                if file is None:
                    continue
                row = _read(key, file)
                read.append(row)
            found[key] = row[-1]
        self._keep(read, list(known))
        return found

    def _known(self, upto: str) -> dict[str, _Row]:
        if self._database is not None:
            query = "SELECT key, stamp, read_ns, etag FROM etags WHERE key > ? AND key <= ?"
            with self._or_without():
                return {row[0]: row for row in self._database.execute(query, (self._after, upto))}
        return {}

    def _keep(self, read: list[_Row], gone: list[str]) -> None:
        if self._database is None or not (read or gone):
            return
        with self._or_without(), self._database as database:
            database.executemany("DELETE FROM etags WHERE key = ?", ((key,) for key in gone))
            database.executemany("INSERT OR REPLACE INTO etags VALUES (?, ?, ?, ?)", read)

    @contextmanager
    def _or_without(self) -> Iterator[None]:
        """Where the index fails, go on by reading; a damaged one is removed: the next listing starts anew."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            self.__exit__()
            if not isinstance(error, sqlite3.OperationalError):  # that one means locked, read-only or no room
                self._path.unlink(missing_ok=True)


def _stamp(stat: os.stat_result) -> str:
    return f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}"


def _holds(row: _Row, stat: os.stat_result) -> bool:
    _, stamp, read_ns, _ = row
    return stamp == _stamp(stat) and stat.st_ctime_ns + _TICK_NS < read_ns


def _read(key: str, file: BufferedReader) -> _Row:
    with file:
        read_ns = time.time_ns()
        stat = os.fstat(file.fileno())
        digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    return key, _stamp(stat), read_ns, digest
