"""Folders below a root, opened so that nothing leads out of it; and what the system's refusals mean.

A path is walked one part at a time, each part opened relative to the folder before it and never
through a symbolic link: no key and no link reaches outside, not even while somebody swaps folders.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from langassets.errors import StoreError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# A pipe in the place of a file would otherwise wait for a writer for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

# What file systems without hard links say, and kernels that let only a file's owner link to it.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}

CURES = {
    errno.ENOSPC: "the disk is full: free some space, or point LANGASSETS_HOME at another disk",
    errno.EDQUOT: "the disk quota is used up: free some space, or point LANGASSETS_HOME at another disk",
    errno.EROFS: "the disk is read-only: point LANGASSETS_HOME at a folder that can be written",
    errno.EACCES: "permission denied: give this user the folder, or point LANGASSETS_HOME at another one",
    errno.EPERM: "permission denied: give this user the folder, or point LANGASSETS_HOME at another one",
    errno.ELOOP: "a symbolic link stands in the way: put a real folder or file in its place",
    errno.ENOTDIR: "a file or a symbolic link stands where a folder should: move it out of LANGASSETS_HOME",
    errno.EISDIR: "a folder stands where a file should: move it out of LANGASSETS_HOME",
    errno.ENAMETOOLONG: "the path is too long: point LANGASSETS_HOME at a folder nearer to the disk's root",
}


@contextmanager
def refusals(what: str, root: Path) -> Iterator[None]:
    """Turn the system's `OSError` into a `StoreError` that says what could not be done and what helps."""
    try:
        yield
    except OSError as error:
        cure = CURES.get(error.errno or 0, f"{error.strerror}: see whether LANGASSETS_HOME is in order")
        raise StoreError(f"Cannot {what} in the storage folder {root}: {cure}") from error


@contextmanager
def opened_folder(root: Path, parts: Sequence[str], *, create: bool = False) -> Iterator[int]:
    """The folder `parts` below `root` as a file descriptor, for the `dir_fd` of other calls.

    Raises `StoreError` where the root itself is not there, `FileNotFoundError` where a part is not
    (unless it is to be created), `NotADirectoryError` where one is a file or a symbolic link.
    """
    with refusals("look", root):
        folder = os.open(root, _FOLDER)
    try:
        for part in parts:
            inner = _descend(folder, part, create=create)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


@contextmanager
def opened_inside(folder: int, part: str) -> Iterator[int]:
    """The folder `part` of an open folder, raising as `opened_folder` does."""
    inner = _descend(folder, part, create=False)
    try:
        yield inner
    finally:
        os.close(inner)


def opened_file(folder: int, name: str) -> BufferedReader:
    """A regular file in an open folder, to read; `FileNotFoundError` where there is none of that name."""
    try:
        file = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a symbolic link; a socket
            raise FileNotFoundError(errno.ENOENT, "not a regular file") from error
        raise
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError(errno.ENOENT, "not a regular file")
    return os.fdopen(file, "rb")


def regular(folder: int, name: str) -> os.stat_result | None:
    """What the system knows of a regular file in an open folder; None where there is none of that name."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def move_file(folder: int, name: str, target_folder: int, target_name: str) -> None:
    """Give a file another name; `FileExistsError`, without a race, where the target is taken.

    A second link first and then the old name away: a crash in between leaves both, and nothing lost.
    Moving again finds the two names of one file, and ends what was begun.
    """
    try:
        os.link(name, target_name, src_dir_fd=folder, dst_dir_fd=target_folder, follow_symlinks=False)
    except FileExistsError:
        if not _is_second_link(folder, name, target_folder, target_name):
            raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _move_without_links(folder, name, target_folder, target_name)
        return
    if _is_second_link(folder, name, target_folder, target_name):
        os.unlink(name, dir_fd=folder)


def _is_second_link(folder: int, name: str, target_folder: int, target_name: str) -> bool:
    if name == target_name and os.path.sameopenfile(folder, target_folder):
        return False
    one = os.stat(name, dir_fd=folder, follow_symlinks=False)
    other = os.stat(target_name, dir_fd=target_folder, follow_symlinks=False)
    # One link under two names: the file system takes capitals and small letters for the same.
    return os.path.samestat(one, other) and one.st_nlink > 1


def _move_without_links(folder: int, name: str, target_folder: int, target_name: str) -> None:
    """For file systems without hard links: claim the name with an empty file, then replace that."""
    os.close(os.open(target_name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, dir_fd=target_folder))
    try:
        os.replace(name, target_name, src_dir_fd=folder, dst_dir_fd=target_folder)
    except OSError:
        os.unlink(target_name, dir_fd=target_folder)
        raise


def _descend(folder: int, part: str, *, create: bool) -> int:
    try:
        return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(part, dir_fd=folder)
    return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
