"""Trouble in one line that says what to do, and the service key in none of them."""

import logging
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator

import pytest

from langassets.errors import LangassetsError, StoreError, StoreUnavailableError
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

KEY = "he/lessons/1/text.json"


async def _refused(url: str, key: str, bucket: str = "media") -> LangassetsError:
    """What `check` raises; one line, without the key."""
    with pytest.raises((StoreError, StoreUnavailableError)) as caught:
        async with SupabaseStore(url, key, bucket, attempts=2, backoff=0.001) as store:
            await store.check()
    assert "\n" not in str(caught.value)
    assert key.strip() not in str(caught.value)
    error: LangassetsError = caught.value
    return error


async def test_a_wrong_key(server: SupabaseStorageServer) -> None:
    for key in ("wrong", "sb_secret_0123456789abcdef", server.key[:-3] + "xyz"):
        error = await _refused(server.url, key)
        assert "SUPABASE_SERVICE_ROLE_KEY" in str(error)
        assert isinstance(error, StoreError)


async def test_a_key_without_the_rights(server: SupabaseStorageServer) -> None:
    for key in (server.anonymous_key, "sb_publishable_0123456789abcdef"):
        error = await _refused(server.url, key)
        assert "SUPABASE_SERVICE_ROLE_KEY" in str(error)
        assert "anon" in str(error)
    assert server.counts == {}


async def test_a_missing_bucket(server: SupabaseStorageServer) -> None:
    error = await _refused(server.url, server.key, "medai")
    assert "'medai'" in str(error)
    assert "SUPABASE_BUCKET_NAME" in str(error)


async def test_a_host_that_does_not_exist(server: SupabaseStorageServer) -> None:
    error = await _refused("http://no-such-project.invalid", server.key)
    assert isinstance(error, StoreUnavailableError)
    assert "SUPABASE_URL" in str(error)


async def test_a_port_where_nothing_listens(server: SupabaseStorageServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    error = await _refused(f"http://127.0.0.1:{port}", server.key)
    assert isinstance(error, StoreUnavailableError)
    assert "SUPABASE_URL" in str(error)


async def test_an_address_of_something_else(server: SupabaseStorageServer) -> None:
    error = await _refused(f"{server.url}/elsewhere", server.key)
    assert isinstance(error, StoreError)
    assert "SUPABASE_URL" in str(error)


async def test_a_web_site_instead_of_storage(server: SupabaseStorageServer) -> None:
    server.always = Injected(Fault.PROXY_PAGE)
    error = await _refused(server.url, server.key)
    assert "SUPABASE_URL" in str(error)


@pytest.mark.parametrize("key", ["", "  ", "two\nlines", "zq zq", "ключ", "tab\tbed"])
def test_a_key_that_cannot_be_one(key: str) -> None:
    with pytest.raises(StoreError, match="SUPABASE_SERVICE_ROLE_KEY") as caught:
        SupabaseStore("http://127.0.0.1", key, "media")
    assert not key.strip() or key not in str(caught.value)


async def test_a_key_with_blanks_around_it_is_taken_without(server: SupabaseStorageServer) -> None:
    async with SupabaseStore(server.url, f" {server.key}\n", "media") as store:
        await store.check()


@pytest.mark.parametrize(
    "url", ["http://user:hunter2@127.0.0.1", "http://127.0.0.1/?apikey=hunter2", "http://x/#a"]
)
def test_an_address_with_secrets_in_it_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreError, match="SUPABASE_URL") as caught:
        SupabaseStore(url, "key", "media")
    assert "hunter2" not in str(caught.value)


def _everything(error: BaseException) -> Iterator[str]:
    """All that any reporter could show of an error: texts, values, the whole chain of causes and contexts."""
    links: list[BaseException | None] = [error]
    while links:
        link = links.pop()
        if link is not None:
            yield from (str(link), repr(link), repr(vars(link)), *traceback.format_exception(link))
            links += [link.__cause__, link.__context__]


@pytest.mark.parametrize("fault", list(Fault))
async def test_the_key_is_in_no_error_and_no_log(
    server: SupabaseStorageServer, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.always = Injected(fault)
    pieces = [part[:12] for part in server.key.split(".")[1:]]  # shortened texts may hold a part
    seen: list[str] = []
    store = SupabaseStore(server.url, server.key, "media", attempts=2, backoff=0.001, timeout=0.2)
    async with store:
        for call in (store.check(), store.read(KEY), store.write(KEY, b"{}"), store.move(KEY, "x.json"),
                     store.delete([KEY]), _first(store)):  # fmt: skip
            try:
                seen.append(repr(await call))
            except (StoreError, StoreUnavailableError) as error:
                seen += _everything(error)
        seen += [repr(store), str(store), store.location, caplog.text]
        seen += [repr(vars(record)) for record in caplog.records]
    assert len(caplog.records) > 6
    assert not [text for text in seen if any(piece in text for piece in pieces)]


async def _first(store: SupabaseStore) -> str:
    async for stored in store.list(""):
        return stored.key
    return ""


def test_importing_storage_loads_no_client() -> None:
    program = (
        "import sys, langassets.storage.opening, langassets.storage.local.store, langassets.storage.keys\n"
        "print(sorted({'supabase', 'storage3', 'httpx', 'tenacity'} & sys.modules.keys()))\n"
        "import langassets.storage.supabase.store\n"
        "print(sorted({'supabase', 'storage3'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
