"""ETags of the local store: a file edited by hand always shows, and nothing else is read twice."""

import os
import sqlite3
from pathlib import Path

import pytest

from langassets.storage import etags
from langassets.storage.local.folder import Folder
from langassets.storage.local.store import LocalStore
from langassets_tests.storage.local_store import A, B, etags_in, md5, root, store

__all__ = ["root", "store"]


async def test_a_hand_edit_always_shows(store: LocalStore, root: Path) -> None:
    """In place, at once, of the same size, with the modification time put back: the hardest to see."""
    await store.write(A, b"0")
    before = (root / A).stat()
    for n in range(1, 10):
        (root / A).write_bytes(str(n).encode())
        os.utime(root / A, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert await etags_in(store) == {A: md5(str(n).encode())}


async def test_an_edit_that_keeps_size_and_modification_time_shows_by_the_change_time(
    store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etags, "_TICK_NS", -(10**12))  # believe the index at once
    await store.write(A, b"one")
    assert await etags_in(store) == {A: md5(b"one")}
    before = (root / A).stat()
    while (root / A).stat().st_ctime_ns == before.st_ctime_ns:
        (root / A).write_bytes(b"two")
        os.utime(root / A, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert await etags_in(store) == {A: md5(b"two")}


def test_a_file_read_within_a_tick_of_its_change_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    stat = (tmp_path / "file").stat()
    for seconds, held in ((0, False), (1, False), (3, True)):
        row = ("key", etags._stamp(stat), stat.st_ctime_ns + seconds * 10**9, "etag")
        assert etags._holds(row, stat) is held


async def test_unchanged_files_are_not_read_again(
    store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etags, "_TICK_NS", 0)
    for n in range(5):
        await store.write(f"he/lessons/{n}/text.json", str(n).encode())
    first = await etags_in(store)
    read: list[str] = []
    opened = Folder._opened
    monkeypatch.setattr(Folder, "_opened", lambda self, key: read.append(key) or opened(self, key))  # type: ignore[func-returns-value]
    assert await etags_in(store) == first
    assert read == []
    (root / A).write_bytes(b"changed")
    assert (await etags_in(store))[A] == md5(b"changed")
    assert read == [A]


async def test_the_index_forgets_what_is_gone(store: LocalStore, root: Path) -> None:
    for n in range(3):
        await store.write(f"he/lessons/{n}/text.json", b"{}")
    await store.write("en/lessons/1/text.json", b"{}")
    await etags_in(store)
    await store.delete([A, B])
    assert [stored.key async for stored in store.list("he/")] == ["he/lessons/0/text.json"]
    database = sqlite3.connect(root / ".etags.sqlite")
    kept = [row[0] for row in database.execute("SELECT key FROM etags ORDER BY key")]
    database.close()
    assert kept == ["en/lessons/1/text.json", "he/lessons/0/text.json"]


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b""])
async def test_a_damaged_index_is_replaced(store: LocalStore, root: Path, damage: bytes) -> None:
    await store.write(A, b"{}")
    index = root / ".etags.sqlite"
    index.write_bytes(damage)
    for _ in range(3):
        assert await etags_in(store) == {A: md5(b"{}")}
    assert index.read_bytes().startswith(b"SQLite format 3")


async def test_without_an_index_listings_still_hold(store: LocalStore, root: Path) -> None:
    await store.write(A, b"{}")
    (root / ".etags.sqlite").mkdir()
    assert await etags_in(store) == {A: md5(b"{}")}
