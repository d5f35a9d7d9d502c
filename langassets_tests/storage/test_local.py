"""The local store beyond the contract: a person's own folder, crashes, disks that refuse."""

# ruff: noqa: ASYNC220, ASYNC240  (a test has the event loop to itself)

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from langassets.errors import ObjectMissingError, StoreError
from langassets.storage.local import rooted
from langassets.storage.local.store import LocalStore
from langassets_tests.storage.local_store import A, B, etags_in, md5, root, store

__all__ = ["root", "store"]


async def test_objects_are_plain_files_under_their_own_keys(store: LocalStore, root: Path) -> None:
    await store.write(A, b'{"text": "x"}')
    assert (root / A).read_bytes() == b'{"text": "x"}'
    (root / B).parent.mkdir()
    (root / B).write_bytes(b"by hand")
    assert await store.read(B) == b"by hand"
    assert await etags_in(store) == {A: md5(b'{"text": "x"}'), B: md5(b"by hand")}


async def test_what_a_person_s_folder_holds_is_let_be(store: LocalStore, root: Path) -> None:
    await store.write(A, b"{}")
    strangers = [".DS_Store", "he/.DS_Store", "he/lessons/1/.text.json.swp", ".git/config", "he/naïve.txt",
                 "he/lessons/1/text.json~"]  # fmt: skip
    for stranger in strangers:
        (root / stranger).parent.mkdir(parents=True, exist_ok=True)
        (root / stranger).write_bytes(b"stranger")
    os.mkfifo(root / "he/lessons/1/pipe.json")
    (root / "he/lessons/empty").mkdir()
    assert await etags_in(store) == {A: md5(b"{}")}
    with pytest.raises(ObjectMissingError):
        await store.read("he/lessons/1/pipe.json")
    await store.delete([A])
    assert all((root / stranger).read_bytes() == b"stranger" for stranger in strangers)


async def test_emptied_folders_go_and_the_root_stays(store: LocalStore, root: Path) -> None:
    for key in (A, B, "he/lessons/1/code.json"):
        await store.write(key, b"{}")
    await store.delete([A])
    assert (root / "he/lessons/1").is_dir()
    await store.move("he/lessons/1/code.json", "archive/he/lessons/1/code.json")
    assert not (root / "he/lessons/1").exists()
    await store.delete([B, "archive/he/lessons/1/code.json"])
    assert [path.name for path in root.iterdir() if not path.name.startswith(".")] == []
    await store.check()


async def test_no_symbolic_link_leads_out(store: LocalStore, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "lessons/1").mkdir(parents=True)
    (outside / "lessons/1/text.json").write_bytes(b"secret")
    (root / "he").symlink_to(outside)
    (root / "link.json").symlink_to(outside / "lessons/1/text.json")
    assert await etags_in(store) == {}
    for key in (A, "link.json"):
        with pytest.raises(ObjectMissingError):
            await store.read(key)
        with pytest.raises(ObjectMissingError):
            await store.move(key, "en/lessons/1/text.json")
    with pytest.raises(StoreError, match="symbolic link"):
        await store.write(A, b"overwritten")
    with pytest.raises(StoreError, match="symbolic link"):
        await store.delete([A])
    with pytest.raises(StoreError, match="symbolic link"):
        [stored async for stored in store.list("he/lessons/")]
    await store.write("link.json", b"in its place")
    assert (outside / "lessons/1/text.json").read_bytes() == b"secret"
    assert await store.read("link.json") == b"in its place"


async def test_a_store_whose_folder_is_gone_is_an_error_never_empty(store: LocalStore, root: Path) -> None:
    for path in sorted(root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    root.rmdir()
    for call in (store.check(), etags_in(store), store.read(A), store.write(A, b"{}"), store.delete([A])):
        with pytest.raises(StoreError, match="LANGASSETS_HOME") as caught:
            await call
        assert type(caught.value) is StoreError


async def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "home").write_bytes(b"")
    with pytest.raises(StoreError, match="LANGASSETS_HOME"):
        async with LocalStore(tmp_path / "home" / "storage"):
            pass


@contextmanager
def _without_privileges() -> Iterator[None]:
    """As a user whom permissions bind, root not being one."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if user == 0:
            os.seteuid(0)


async def test_an_unwritable_folder_says_what_to_do(store: LocalStore, root: Path) -> None:
    await store.write(A, b"{}")
    root.chmod(0o500)
    try:
        with _without_privileges(), pytest.raises(StoreError, match=r"permission denied.*LANGASSETS_HOME"):
            await store.write("en/lessons/1/text.json", b"{}")
    finally:
        root.chmod(0o700)
    assert await etags_in(store) == {A: md5(b"{}")}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO])
def test_what_the_system_refuses_names_the_variable(code: int) -> None:
    message = r"Cannot write 'a' in the storage folder /x: .*LANGASSETS_HOME"
    with pytest.raises(StoreError, match=message), rooted.refusals("write 'a'", Path("/x")):
        raise OSError(code, os.strerror(code))


_FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from langassets.storage.local.store import LocalStore
from langassets_tests.storage.local_store import A, B, etags_in, md5, root, store

async def main():
    async with LocalStore(Path(sys.argv[1])) as store:
        await store.write("he/lessons/1/text.json", b"old")
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            await store.write("he/lessons/1/text.json", b"x" * 5000)
        except Exception as error:
            print(type(error).__name__, error)
        print(await store.read("he/lessons/1/text.json"))

asyncio.run(main())
"""


def test_a_write_that_runs_out_of_room_leaves_the_old_object(root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _FULL, root], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("StoreError Cannot write")
    assert done.stdout.endswith("b'old'\n")
    assert list((root / ".tmp").iterdir()) == []


_WRITING = """
import asyncio, sys
from pathlib import Path
from langassets.storage.local.store import LocalStore
from langassets_tests.storage.local_store import A, B, etags_in, md5, root, store

async def main():
    async with LocalStore(Path(sys.argv[1])) as store:
        for n in range(1_000_000):
            await asyncio.gather(*(store.write(f"he/lessons/{i}/text.json", bytes([97 + n % 26]) * 200_000)
                                   for i in range(4)))
            print(n, flush=True)

asyncio.run(main())
"""


async def test_a_killed_process_leaves_whole_objects_only(store: LocalStore, root: Path) -> None:
    for rounds in range(4):
        writer = subprocess.Popen([sys.executable, "-c", _WRITING, root], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        for _ in range(rounds + 1):
            writer.stdout.readline()
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        for key in await etags_in(store):
            body = await store.read(key)
            assert body == body[:1] * 200_000


async def test_what_a_killed_process_left_is_cleared_after_a_day(root: Path) -> None:
    (root / ".tmp").mkdir(parents=True)
    old, young = root / ".tmp" / "old", root / ".tmp" / "young"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (time.time() - 90_000,) * 2)
    async with LocalStore(root) as store:
        assert await etags_in(store) == {}
    assert (old.exists(), young.exists()) == (False, True)


async def test_a_move_that_was_cut_short_is_completed(store: LocalStore, root: Path) -> None:
    await store.write(A, b"{}")
    (root / "archive").mkdir()
    os.link(root / A, root / "archive/a.json")
    await store.move(A, "archive/a.json")
    assert list(await etags_in(store)) == ["archive/a.json"]


async def test_moving_where_there_are_no_hard_links(
    store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    await store.write(A, b"a")
    await store.write(B, b"b")
    await store.move(A, "archive/a.json")
    with pytest.raises(StoreError, match="already"):
        await store.move(B, "archive/a.json")
    assert await etags_in(store) == {"archive/a.json": md5(b"a"), B: md5(b"b")}


async def test_writing_and_deleting_in_one_folder_at_once(root: Path) -> None:
    """Deleting removes emptied folders: never from under a write that is just about to land there."""
    async with LocalStore(root) as one, LocalStore(root) as other:
        for n in range(150):
            key = f"he/lessons/7/{n}.json"
            await one.write(key, b"{}")
            await asyncio.gather(one.write(f"he/lessons/7/new{n}.json", b"{}"), other.delete([key]))
            assert list(await etags_in(one)) == [f"he/lessons/7/new{n}.json"]
            await one.delete([f"he/lessons/7/new{n}.json"])


async def test_a_listing_may_be_left_early_or_cancelled(store: LocalStore) -> None:
    for n in range(30):
        await store.write(f"he/lessons/{n}/text.json", b"{}")
    async for _ in store.list(""):
        break
    listing = asyncio.create_task(etags_in(store))
    await asyncio.sleep(0)
    listing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listing
    assert len(await etags_in(store)) == 30
