"""A folder that stands for a bucket: one file an object, under its own key. Blocking calls.

Names that start with a dot are not objects: unfinished files lie below `.tmp/`, the index of ETags in
`.etags.sqlite`, and what a desktop leaves behind is let be. Symbolic links are not objects either.
"""

import os
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from uuid import uuid4

from langassets.errors import ObjectExistsError, ObjectMissingError, StoreError
from langassets.storage.etags import EtagIndex, etag_of
from langassets.storage.keys import check_key, check_prefix, is_key
from langassets.storage.local.rooted import (
    move_file,
    opened_file,
    opened_folder,
    opened_inside,
    refusals,
    regular,
)
from langassets.storage.store import StoredObject

PAGE = 1000
"""Objects a page of a listing."""

_UNFINISHED = ".tmp"
_STALE_SECONDS = 24 * 3600.0
_ATTEMPTS = 10

_Page = dict[str, os.stat_result]


class Folder:
    """The objects below `root`; every method may be called from any thread and any process at once.

    All raise `StoreError`, naming LANGASSETS_HOME where that is what to change.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def prepare(self) -> None:
        """Make the folder where it is missing, and clear out what killed processes left unfinished."""
        with refusals("make a place", self.root):
            self.root.mkdir(parents=True, exist_ok=True)
        oldest = time.time() - _STALE_SECONDS
        with (
            suppress(OSError),
            opened_folder(self.root, [_UNFINISHED]) as folder,
            os.scandir(folder) as entries,
        ):
            for entry in entries:
                if entry.stat(follow_symlinks=False).st_mtime < oldest:
                    os.unlink(entry.name, dir_fd=folder)

    def check(self) -> None:
        """Make sure that the folder is there and can be read."""
        with refusals("list objects", self.root), opened_folder(self.root, []) as folder:
            os.scandir(folder).close()

    def pages(self, prefix: str) -> Generator[list[StoredObject]]:
        """The objects below `prefix`, a page at a time, in order of key."""
        check_prefix(prefix)
        with EtagIndex(self.root / ".etags.sqlite", prefix) as index:
            page: _Page = {}
            with refusals("list objects", self.root):
                for key, found in self._below(prefix):
                    page[key] = found
                    if len(page) == PAGE:
                        yield self._described(index, page, last=False)
                        page = {}
                yield self._described(index, page, last=True)

    def read(self, key: str) -> bytes:
        """The body of one object."""
        check_key(key)
        with refusals(f"read {key!r}", self.root):
            try:
                with self._around(key) as (folder, name), opened_file(folder, name) as file:
                    return file.read()
            except (FileNotFoundError, NotADirectoryError):
                raise ObjectMissingError(f"There is no object {key!r} in {self.root}") from None

    def write(self, key: str, body: bytes) -> StoredObject:
        """Store `body`: whoever reads meanwhile, or after a crash, finds the old body or the new one."""
        check_key(key)
        with (
            refusals(f"write {key!r}", self.root),
            opened_folder(self.root, [_UNFINISHED], create=True) as unfinished,
            _unfinished_file(unfinished, body) as (temporary, found),
        ):

            def replace() -> None:
                with self._around(key, create=True) as (folder, name):
                    os.replace(temporary, name, src_dir_fd=unfinished, dst_dir_fd=folder)

            _repeated(replace)
        return _stored(key, found, etag_of(body))

    def delete(self, keys: Iterable[str]) -> set[str]:
        """Remove objects and the folders that this empties; the keys that are gone.

        Raises where not one could be removed; otherwise what the system refused is left out.
        """
        gone: set[str] = set()
        refused: StoreError | None = None
        for key in dict.fromkeys([check_key(key) for key in keys]):
            try:
                with (
                    refusals(f"delete {key!r}", self.root),
                    suppress(FileNotFoundError),
                    self._around(key) as (folder, name),
                ):
                    if regular(folder, name):
                        os.unlink(name, dir_fd=folder)
            except StoreError as error:
                refused = error
            else:
                gone.add(key)
        self._prune(gone)
        if refused is not None and not gone:
            raise refused
        return gone

    def move(self, source: str, target: str) -> None:
        """Give an object another key. A move that was cut short halfway is completed by repeating it."""
        check_key(source)
        check_key(target)

        def move() -> None:
            if self._find(source) is None:
                raise ObjectMissingError(f"There is no object {source!r} in {self.root}")
            with self._around(source) as place, self._around(target, create=True) as target_place:
                move_file(*place, *target_place)

        with refusals(f"move {source!r} to {target!r}", self.root):
            try:
                _repeated(move)
            except FileExistsError:
                raise ObjectExistsError(f"There is already an object {target!r} in {self.root}") from None
        self._prune([source])

    @contextmanager
    def _around(self, key: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
        """The open folder that an object lies in, as `opened_folder` has it, and the name of its file."""
        *folders, name = key.split("/")
        with opened_folder(self.root, folders, create=create) as folder:
            yield folder, name

    def _find(self, key: str) -> os.stat_result | None:
        with suppress(FileNotFoundError, NotADirectoryError), self._around(key) as (folder, name):
            return regular(folder, name)
        return None

    def _prune(self, keys: Iterable[str]) -> None:
        """Remove the folders that these keys lay in as far as they are empty, innermost first, each once:
        to find a large folder not empty can take as long as to read it."""
        split = [key.split("/") for key in keys]
        folders = {tuple(parts[:depth]) for parts in split for depth in range(1, len(parts))}
        for *around, name in sorted(folders, key=len, reverse=True):
            with suppress(OSError), opened_folder(self.root, around) as folder:
                os.rmdir(name, dir_fd=folder)

    def _below(self, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
        with suppress(FileNotFoundError), self._around(prefix) as (folder, _):
            yield from _walk(folder, prefix)

    def _described(self, index: EtagIndex, page: _Page, *, last: bool) -> list[StoredObject]:
        etags = index.etags(page, self._opened, last=last)
        return [_stored(key, page[key], etag) for key, etag in etags.items()]

    def _opened(self, key: str) -> BufferedReader | None:
        with suppress(FileNotFoundError), self._around(key) as (folder, name):
            return opened_file(folder, name)
        return None


def _walk(folder: int, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    """The regular files below an open folder in order of key, a folder's name counting as `name/`."""
    with os.scandir(folder) as entries:
        names = sorted(
            entry.name + "/" * entry.is_dir(follow_symlinks=False)
            for entry in entries
            if not entry.name.startswith(".")
        )
    for name in names:
        if name.endswith("/"):
            with suppress(FileNotFoundError), opened_inside(folder, name[:-1]) as inner:
                yield from _walk(inner, prefix + name)
        elif is_key(prefix + name) and (found := regular(folder, name)):
            yield prefix + name, found


def _repeated(step: Callable[[], None]) -> None:
    """Take a step, and take it again where another process removes a folder that has just been emptied."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(FileNotFoundError):
            return step()
    return step()


@contextmanager
def _unfinished_file(folder: int, body: bytes) -> Iterator[tuple[str, os.stat_result]]:
    """A file with this body, safe on the disk, under a name of its own; removed unless it was moved away."""
    name = uuid4().hex
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(descriptor)
            found = os.fstat(descriptor)
        yield name, found
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)


def _stored(key: str, found: os.stat_result, etag: str) -> StoredObject:
    return StoredObject(key, found.st_size, etag, datetime.fromtimestamp(found.st_mtime, UTC))
