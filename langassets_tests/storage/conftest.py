"""The stores that the contract is held against, each with an empty bucket."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

import pytest

from langassets.storage.local import LocalStore
from langassets.storage.store import ContentStore
from langassets.storage.supabase import SupabaseStore
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

REAL_URL = os.environ.get("CONTRACT_SUPABASE_URL", "")
REAL_KEY = os.environ.get("CONTRACT_SUPABASE_KEY", "")
REAL_BUCKET = "langassets-contract"  # made for this and emptied by it: never the application's own
REAL = pytest.param("real", marks=pytest.mark.skipif(not REAL_URL, reason="CONTRACT_SUPABASE_URL is not set"))


@pytest.fixture
def server() -> Iterator[SupabaseStorageServer]:
    """A storage server of this test's own."""
    with SupabaseStorageServer() as running:
        yield running


@pytest.fixture(params=["local", "test-server", REAL])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ContentStore]:
    """An open store with nothing in it."""
    opening: AbstractAsyncContextManager[ContentStore]
    if request.param == "local":
        opening = LocalStore(tmp_path / "storage")
    elif request.param == "test-server":
        server = request.getfixturevalue("server")
        opening = SupabaseStore(server.url, server.key, "media", backoff=0.01)
    else:
        await make_real_bucket()
        opening = SupabaseStore(REAL_URL, REAL_KEY, REAL_BUCKET)
    async with opening as opened:
        if request.param == "real":
            await opened.delete([stored.key async for stored in opened.list("")])
        yield opened


async def make_real_bucket() -> None:
    """Make sure of the bucket on the real server."""
    from httpx import AsyncClient
    from storage3.exceptions import StorageApiError
    from supabase import AsyncClientOptions, acreate_client

    async with AsyncClient() as http:
        client = await acreate_client(REAL_URL, REAL_KEY, AsyncClientOptions(httpx_client=http))
        with suppress(StorageApiError):  # it is there already; anything else shows in the first test
            await client.storage.create_bucket(REAL_BUCKET)
