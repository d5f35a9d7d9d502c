"""The Supabase store beyond the contract: requests and retries counted, refusals in words, halves."""

import asyncio
import time
from collections.abc import AsyncIterator
from email.utils import formatdate

import pytest
from anyio._backends._asyncio import SocketStream
from pydantic import BaseModel

from langassets.errors import ObjectMissingError, StoreError, StoreUnavailableError
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

A, B = "he/lessons/1/text.json", "he/lessons/2/text.json"


@pytest.fixture
async def store(server: SupabaseStorageServer) -> AsyncIterator[SupabaseStore]:
    async with SupabaseStore(server.url, server.key, "media", backoff=0.001) as opened:
        yield opened


async def _keys(store: SupabaseStore, prefix: str = "") -> list[str]:
    return [stored.key async for stored in store.list(prefix)]


async def test_a_listing_takes_a_request_for_a_thousand(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    for n in range(2500):
        server.objects.put(f"he/lessons/{n}/text.json", b"{}")
    assert len(await _keys(store, "he/lessons/")) == 2500
    assert server.counts == {"list": 3}
    assert store.requests == 3


async def test_an_object_is_sent_with_two_calls_of_the_system(
    store: SupabaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One for the headers, and one for the whole form."""
    await store.write(A, b"{}")
    sent: list[int] = []
    send = SocketStream.send

    async def counted(stream: SocketStream, item: bytes) -> None:
        sent.append(len(item))
        await send(stream, item)

    monkeypatch.setattr(SocketStream, "send", counted)
    await store.write(B, b'{"text": "x"}')
    assert len(sent) == 2


async def test_a_deletion_takes_a_request_for_a_thousand(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    keys = [f"he/lessons/{n}/text.json" for n in range(2001)]
    for key in keys:
        server.objects.put(key, b"{}")
    assert await store.delete(keys) == set(keys)
    assert server.counts == {"delete": 3}
    assert await store.delete([]) == set()
    assert store.requests == 3


async def test_the_server_s_own_lower_limit_is_found_out(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    keys = [f"he/lessons/{n}/text.json" for n in range(1000)]
    for key in keys:
        server.objects.put(key, b"{}")
    server.api.delete_limit = 300
    assert await store.delete(keys) == set(keys)
    assert server.counts == {"delete": 6}  # 1000 and 500 refused, then four of 250


async def test_what_stays_is_tried_in_halves_and_not_reported_gone(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    keys = [f"he/lessons/{n}/text.json" for n in range(200)]
    for key in [*keys, "he/lessons/200/text.json"]:
        server.objects.put(key, b"{}")
    server.api.stuck = {keys[17], keys[120]}
    assert await store.delete(keys) == set(keys) - server.api.stuck
    assert set(server.objects) == {*server.api.stuck, "he/lessons/200/text.json"}
    assert server.counts["delete"] <= 6


async def test_a_deletion_that_confirms_nothing_of_many_looks_them_up_in_one_listing(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    keys = [f"he/lessons/{n}/text.json" for n in range(100)]
    for key in keys[:50]:
        server.objects.put(key, b"{}")
    server.faults = {1: Injected(Fault.DELETE_NONE)}
    assert await store.delete(keys) == set(keys)
    assert server.counts == {"delete": 3, "bucket": 1, "list": 1}


async def test_an_empty_listing_behind_an_empty_answer_is_not_believed_without_the_bucket(
    server: SupabaseStorageServer,
) -> None:
    """A bucket that went away answers every deletion and every listing with nothing, and no error."""
    async with SupabaseStore(server.url, server.key, "gone") as store:
        with pytest.raises(StoreError, match="SUPABASE_BUCKET_NAME"):
            await store.delete([A, B])


async def test_a_deletion_that_fails_midway_says_what_is_gone(
    store: SupabaseStore, server: SupabaseStorageServer, caplog: pytest.LogCaptureFixture
) -> None:
    keys = [f"he/lessons/{n:04}/text.json" for n in range(3000)]
    for key in keys:
        server.objects.put(key, b"{}")
    server.faults = dict.fromkeys(range(2, 100), Injected(Fault.FAILURE))
    assert await store.delete(keys) == set(keys[:1000])
    assert "2000 not removed" in caplog.text
    with pytest.raises(StoreUnavailableError):
        await store.delete(keys[1000:])
    assert len(server.objects) == 2000


async def test_a_deletion_too_large_for_the_server_to_answer_is_split(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    keys = [f"he/lessons/{n}/text.json" for n in range(500)]
    for key in keys:
        server.objects.put(key, b"{}")
    server.faults = dict.fromkeys(range(1, 6), Injected(Fault.GATEWAY))  # all five tries of the first
    assert await store.delete(keys) == set(keys)


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.FAILURE, Fault.GATEWAY])
async def test_retry_after_is_honoured(
    store: SupabaseStore, server: SupabaseStorageServer, fault: Fault
) -> None:
    server.faults = {1: Injected(fault, retry_after="1")}
    started = time.monotonic()
    await store.write(A, b"{}")
    assert time.monotonic() - started >= 1.0  # a lower bound, which no busy machine can miss
    assert (store.requests, store.retries) == (2, 1)


async def test_a_retry_after_may_be_a_date(store: SupabaseStore, server: SupabaseStorageServer) -> None:
    at = time.time() + 2
    server.faults = {1: Injected(Fault.TOO_MANY, retry_after=formatdate(at, usegmt=True))}
    await store.write(A, b"{}")
    assert time.time() >= int(at) - 0.1


async def test_a_wait_that_is_too_long_ends_in_an_error(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    server.always = Injected(Fault.TOO_MANY, retry_after="3600")
    with pytest.raises(StoreUnavailableError, match="429"):
        await store.write(A, b"{}")
    assert store.requests == 1


async def test_refusals_are_not_sent_again(store: SupabaseStore, server: SupabaseStorageServer) -> None:
    server.objects.put(B, b"{}")
    for refused in (store.read(A), store.move(A, "archive/a.json"), store.move(B, B)):
        with pytest.raises(StoreError):
            await refused
    assert store.retries == 0


async def test_the_last_try_is_the_last(store: SupabaseStore, server: SupabaseStorageServer) -> None:
    server.always = Injected(Fault.GATEWAY)
    with pytest.raises(StoreUnavailableError, match="502"):
        await store.read(A)
    assert (store.requests, store.retries, len(server.requests)) == (5, 4, 5)


async def test_no_more_requests_at_once_than_allowed(server: SupabaseStorageServer) -> None:
    async with SupabaseStore(server.url, server.key, "media", concurrency=3) as store:
        await asyncio.gather(*(store.write(f"he/lessons/{n}/text.json", b"{}") for n in range(50)))
    assert len(server.objects) == 50
    assert server.most_connections <= 3


async def test_what_is_uploaded_is_json_with_a_lifetime(server: SupabaseStorageServer) -> None:
    async with SupabaseStore(server.url, server.key, "media", cache_seconds=60) as store:
        await store.write(A, '{"text": "שלום"}'.encode())
    stored = server.objects[A]
    assert (stored.content_type, stored.cache_control) == ("application/json", "max-age=60")
    assert stored.body.decode() == '{"text": "שלום"}'


async def test_what_others_keep_in_the_bucket_is_listed_as_it_is(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    strangers = ["he/.emptyFolderPlaceholder", "he//x.json", "he/lessons/1/text.json", "zh_CN/a", "zhXCN/a"]
    for key in strangers:
        server.objects.put(key, b"")
    assert await _keys(store) == sorted(strangers)
    for server.api.wildcards in (False, True):
        assert await _keys(store, "zh_CN/") == ["zh_CN/a"]


async def test_an_upload_under_way_is_listed_without_size(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    server.objects.put(A, b"{}")
    server.objects[A].unfinished = True
    (listed,) = [stored async for stored in store.list("")]
    assert (listed.size, listed.etag) == (0, "")


async def test_a_listing_without_end_is_an_error(store: SupabaseStore, server: SupabaseStorageServer) -> None:
    for n in range(3):
        server.objects.put(f"he/lessons/{n}/text.json", b"{}")
    server.api.largest_page = 1
    server.faults = dict.fromkeys(range(2, 1000), Injected(Fault.SAME_PAGE))
    with pytest.raises(StoreUnavailableError, match="no sense"):
        await _keys(store)


async def test_a_move_whose_answer_was_lost_and_whose_source_never_was(
    store: SupabaseStore, server: SupabaseStorageServer
) -> None:
    server.faults = {1: Injected(Fault.RESET)}
    with pytest.raises(ObjectMissingError):
        await store.move(A, B)


async def test_a_store_that_is_not_open_says_so(server: SupabaseStorageServer) -> None:
    store = SupabaseStore(server.url, server.key, "media")
    with pytest.raises(RuntimeError, match="async with"):
        await store.read(A)


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{}",
        '{"hasNext": false, "objects": 3}',
        '{"hasNext": false, "objects": ["he/lessons/1/text.json"]}',
        '{"hasNext": false, "objects": [{"name": null, "updated_at": 5, "metadata": null}]}',
        '{"hasNext": false, "objects": [{"name": "a", "updated_at": "2026-01-01T00:00:00Z", "metadata": 1}]}',
        '{"hasNext": false, "objects": [{"name": 7, "updated_at": "2026-01-01", "metadata": null}]}',
        '{"hasNext": true, "nextCursor": null, "objects": []}',
    ],
)
async def test_a_page_that_is_no_page_ends_the_listing_in_our_words(body: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\nconnection: close"
        writer.write(f"{head}\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with SupabaseStore(f"http://127.0.0.1:{port}", "sb_secret_0", "media", attempts=1) as store:
            with pytest.raises(StoreUnavailableError, match="makes no sense"):
                await _keys(store)


async def test_a_listing_makes_no_model_of_a_row(
    store: SupabaseStore, server: SupabaseStorageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of supabase-py's for each, with its dates, took two thirds of the time of a page."""
    server.objects.put(A, b"{}")
    made: list[object] = []
    monkeypatch.setattr(BaseModel, "model_validate_json", lambda *given, **_: made.append(given))
    assert await _keys(store) == [A]
    assert made == []
