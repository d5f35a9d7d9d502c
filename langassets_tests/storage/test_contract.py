"""What every store promises (`langassets/storage/store.py`), held against each of them."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from langassets.errors import InvalidKeyError, ObjectExistsError, ObjectMissingError
from langassets.storage.store import ContentStore

A, B, C = "he/lessons/1/text.json", "he/lessons/1/code.json", "he/lessons/2/text.json"


async def _keys(store: ContentStore, prefix: str = "") -> list[str]:
    return [stored.key async for stored in store.list(prefix)]


async def test_what_is_written_is_read(store: ContentStore) -> None:
    body = json.dumps({"text": "שלום – “world” \u200f🎓"}, ensure_ascii=False).encode()
    await store.write(A, body)
    assert await store.read(A) == body


@pytest.mark.parametrize("body", [b"", b"{}", b"\x00\xff\r\n", bytes(range(256)) * 4096])
async def test_every_byte_survives(store: ContentStore, body: bytes) -> None:
    await store.write(A, body)
    assert await store.read(A) == body


async def test_a_listing_shows_size_etag_and_time(store: ContentStore) -> None:
    body = b'{"text": "one"}'
    written = await store.write(A, body)
    (listed,) = [stored async for stored in store.list("he/")]
    for stored in (written, listed):
        assert (stored.key, stored.size) == (A, len(body))
        assert stored.etag == hashlib.md5(body).hexdigest()
        assert stored.updated_at.utcoffset() == timedelta(0)
        assert abs(stored.updated_at - datetime.now(UTC)) < timedelta(hours=1)


async def test_writing_again_replaces(store: ContentStore) -> None:
    first = await store.write(A, b'{"n": 1}')
    second = await store.write(A, b'{"n": 2}')
    assert await store.read(A) == b'{"n": 2}'
    assert first.etag != second.etag
    assert [(s.key, s.etag) async for s in store.list("")] == [(A, second.etag)]


async def test_reading_what_is_not_there(store: ContentStore) -> None:
    for key in (A, "he/lessons/1", "he"):
        with pytest.raises(ObjectMissingError, match=key):
            await store.read(key)


async def test_an_empty_bucket_lists_as_empty_and_passes_its_check(store: ContentStore) -> None:
    await store.check()
    assert await _keys(store) == []
    assert await _keys(store, "he/lessons/") == []


async def test_a_prefix_finds_its_own_and_no_neighbour(store: ContentStore) -> None:
    for key in (A, B, C, "heb/lessons/1/text.json", "en/lessons/1/text.json", "media/a.mp3"):
        await store.write(key, b"{}")
    assert await _keys(store, "he/") == sorted([A, B, C])
    assert await _keys(store, "he/lessons/1/") == sorted([A, B])
    assert await _keys(store, "he/lessons/3/") == []
    assert len(await _keys(store)) == 6


async def test_listings_are_in_order_of_key(store: ContentStore) -> None:
    # '-' and '.' sort before '/', '0' and letters behind it: folders must not be put before files.
    keys = ["a/b.json", "a-b/c.json", "a.json", "a0.json", "A/b.json", "a/b/c.json", "a/b-c.json", "B.json"]
    for key in keys:
        await store.write(key, b"{}")
    assert await _keys(store) == sorted(keys)


async def test_a_listing_of_many_pages_is_whole_even_while_one_deletes(
    store: ContentStore, pages: int
) -> None:
    keys = sorted(f"he/lessons/{n}/{kind}.json" for n in range(pages // 2) for kind in ("code", "text"))
    await asyncio.gather(*(store.write(key, key.encode()) for key in keys))
    seen = []
    async for stored in store.list("he/lessons/"):
        seen.append(stored)
        if len(seen) == 10:
            first = {each.key for each in seen}
            assert await store.delete(first) == first
    assert [stored.key for stored in seen] == keys
    assert all(stored.etag == hashlib.md5(stored.key.encode()).hexdigest() for stored in seen)
    assert await store.delete(keys) == set(keys)
    assert await _keys(store) == []


async def test_delete_says_what_is_gone(store: ContentStore) -> None:
    for key in (A, B, C):
        await store.write(key, b"{}")
    assert await store.delete([]) == set()
    assert await store.delete([A, A, "he/lessons/9/text.json"]) == {A, "he/lessons/9/text.json"}
    assert await store.delete(iter([C])) == {C}
    assert await _keys(store) == [B]
    with pytest.raises(ObjectMissingError):
        await store.read(A)


async def test_move_keeps_the_body_and_frees_the_key(store: ContentStore) -> None:
    written = await store.write(A, b'{"text": "mine"}')
    await store.move(A, "archive/" + A)
    assert [(s.key, s.etag) async for s in store.list("")] == [("archive/" + A, written.etag)]
    assert await store.read("archive/" + A) == b'{"text": "mine"}'
    await store.move("archive/" + A, A)
    assert await _keys(store) == [A]


async def test_move_onto_an_object_changes_nothing(store: ContentStore) -> None:
    await store.write(A, b"a")
    await store.write(B, b"b")
    for target in (B, A):
        with pytest.raises(ObjectExistsError, match=target):
            await store.move(A, target)
    assert (await store.read(A), await store.read(B)) == (b"a", b"b")


async def test_moving_what_is_not_there(store: ContentStore) -> None:
    await store.write(B, b"b")
    for target in (C, B):
        with pytest.raises(ObjectMissingError, match=A):
            await store.move(A, target)
    assert await _keys(store) == [B]


async def test_only_one_of_two_moves_onto_a_key_wins(store: ContentStore) -> None:
    await store.write(A, b"a")
    await store.write(B, b"b")
    outcomes = await asyncio.gather(store.move(A, C), store.move(B, C), return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "ObjectExistsError"]
    assert len(await _keys(store)) == 2


async def test_many_calls_at_once(store: ContentStore) -> None:
    keys = [f"he/lessons/{n}/text.json" for n in range(100)]
    await asyncio.gather(*(store.write(key, key.encode()) for key in keys))
    assert await asyncio.gather(*(store.read(key) for key in keys)) == [key.encode() for key in keys]
    await asyncio.gather(*(store.move(key, f"archive/{key}") for key in keys))
    assert await _keys(store) == sorted(f"archive/{key}" for key in keys)


@pytest.mark.parametrize("key", ["", "/a", "a//b", "../a", "a/../b", "a/.hidden", "é", "a#b", "a\nb", "a/"])
async def test_keys_that_no_store_takes(store: ContentStore, key: str) -> None:
    with pytest.raises(InvalidKeyError):
        await store.write(key, b"{}")
    with pytest.raises(InvalidKeyError):
        await store.read(key)
    with pytest.raises(InvalidKeyError):
        await store.delete([key])
    with pytest.raises(InvalidKeyError):
        await store.move(A, key)
    assert await _keys(store) == []


async def test_a_deletion_with_a_key_that_no_store_takes_removes_nothing(store: ContentStore) -> None:
    await store.write(A, b"{}")
    with pytest.raises(InvalidKeyError):
        await store.delete([A, "../a"])
    assert await _keys(store) == [A]


async def test_a_prefix_that_would_find_neighbours_is_refused(store: ContentStore) -> None:
    with pytest.raises(InvalidKeyError, match="/"):
        await _keys(store, "he")


async def test_odd_but_allowed_keys(store: ContentStore) -> None:
    keys = ["a b/c (1).json", "a/b+c@d=e.json", "x/!*'&$;:,?.json", "he/lessons/1/" + "n" * 100 + ".json"]
    for key in keys:
        await store.write(key, key.encode())
    assert await _keys(store) == sorted(keys)
    assert [await store.read(key) for key in keys] == [key.encode() for key in keys]
    await store.move(keys[0], "moved (1).json")
    assert await store.delete([*keys[1:], "moved (1).json"]) == {*keys[1:], "moved (1).json"}
    assert await _keys(store) == []
