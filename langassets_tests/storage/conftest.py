"""The stores that the contract is held against, each with an empty bucket."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

import pytest

from langassets.storage.local import folder
from langassets.storage.local.store import LocalStore
from langassets.storage.store import ContentStore
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

REAL_URL = os.environ.get("CONTRACT_SUPABASE_URL", "")
REAL_KEY = os.environ.get("CONTRACT_SUPABASE_KEY", "")
REAL_BUCKET = "langassets-contract"  # made for this and emptied by it: never the application's own
REAL = ["real"] if REAL_URL else []


@pytest.fixture
def server() -> Iterator[SupabaseStorageServer]:
    """A storage server of this test's own."""
    with SupabaseStorageServer() as running:
        yield running


@pytest.fixture(params=["local", "test-server", *REAL])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ContentStore]:
    """An open store with nothing in it. Pages hold 100 objects, save on a real server: there, 1,000."""
    monkeypatch.setattr(folder, "PAGE", 100)
    opening: AbstractAsyncContextManager[ContentStore]
    if request.param == "local":
        opening = LocalStore(tmp_path / "storage")
    elif request.param == "test-server":
        server = request.getfixturevalue("server")
        server.api.largest_page = 100
        opening = SupabaseStore(server.url, server.key, "media", backoff=0.01)
    else:
        await make_real_bucket()
        opening = SupabaseStore(REAL_URL, REAL_KEY, REAL_BUCKET)
    async with opening as opened:
        if request.param == "real":
            await _empty(opened)
        yield opened
        if request.param == "real":
            await _empty(opened)


@pytest.fixture
def pages(store: ContentStore) -> int:
    """How many objects take three pages to list."""
    return 2100 if REAL_URL and store.location.startswith(REAL_URL) else 210


async def _empty(store: ContentStore) -> None:
    await store.delete([stored.key async for stored in store.list("")])


async def make_real_bucket() -> None:
    """Make sure of the bucket on the real server."""
    from httpx import AsyncClient
    from storage3.exceptions import StorageApiError
    from supabase import AsyncClientOptions, acreate_client

    async with AsyncClient() as http:
        client = await acreate_client(REAL_URL, REAL_KEY, AsyncClientOptions(httpx_client=http))
        with suppress(StorageApiError):  # it is there already; anything else shows in the first test
            await client.storage.create_bucket(REAL_BUCKET)
