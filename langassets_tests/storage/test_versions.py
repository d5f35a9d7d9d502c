"""Buckets with versions: what is read of them, and what a server makes of it that knows none."""

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest

from langassets.errors import StoreError
from langassets.storage.supabase.store import SupabaseStore
from langassets.storage.versions import Versioning, Versions
from langassets_tests.servers.supabase_storage import SupabaseStorageServer
from langassets_tests.storage.conftest import REAL, REAL_BUCKET, REAL_KEY, REAL_URL

LESSON = f"he/lessons/{uuid.uuid4().hex}"  # the versions of earlier tests stay on a real server
KEY = f"{LESSON}/text.json"
RULE = {"id": "old", "status": "Enabled", "filter": {}, "noncurrentVersionExpiration": {"noncurrentDays": 30}}


@pytest.fixture(params=["test-server", *REAL])
async def versioned(request: pytest.FixtureRequest) -> AsyncIterator[SupabaseStore]:
    """A bucket with versions; skipped where a real server has none."""
    url, key = REAL_URL, REAL_KEY
    if request.param == "test-server":
        server: SupabaseStorageServer = request.getfixturevalue("server")
        server.api.knows_versions = True
        server.api.largest_page = 2
        url, key = server.url, server.key
    name = f"{REAL_BUCKET}-versions"
    wanted = {"id": name, "name": name, "public": False, "versioning_status": "ENABLED"}
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {key}"}) as http:
        await http.post(f"{url}/storage/v1/bucket", json=wanted)  # or it is there already
        if "versioning_status" not in (await http.get(f"{url}/storage/v1/bucket/{name}")).json():
            pytest.skip("this server knows no versions")
    async with SupabaseStore(url, key, name, backoff=0.01) as store:
        yield store


def versions_of(store: SupabaseStore) -> Versions:
    return store.versions


async def test_what_is_deleted_or_replaced_is_kept(versioned: SupabaseStore) -> None:
    versions = versions_of(versioned)
    assert await versions.versioning() is Versioning.ENABLED
    assert [one async for one in versions.noncurrent(f"{LESSON}/")] == []
    bodies = [b'{"n": %d}' % n for n in range(5)]
    for body in bodies:
        await versioned.write(KEY, body)
    neighbour = f"{LESSON}x/text.json"
    await versioned.write(neighbour, b"{}")
    assert await versioned.delete([KEY, neighbour]) == {KEY, neighbour}
    assert [one async for one in versioned.list("he/")] == []

    kept = [one async for one in versions.noncurrent(f"{LESSON}/")]

    assert {one.key for one in kept} == {KEY}
    assert sorted([await versions.read(one) for one in kept]) == bodies
    assert {one.size for one in kept} == {8}


async def test_a_server_of_before_is_asked_nothing_that_it_would_misunderstand(
    server: SupabaseStorageServer,
) -> None:
    server.objects.put(KEY, b"current")
    async with SupabaseStore(server.url, server.key, "media", backoff=0.01) as store:
        versions = versions_of(store)
        assert (await versions.versioning(), await versions.rules()) == (Versioning.DISABLED, [])
        assert [one async for one in versions.noncurrent("he/")] == []
        server.api.knows_versions = True
        server.objects.history.status = "ENABLED"
        server.objects.put(KEY, b"later")
        (kept,) = [one async for one in versions.noncurrent("he/")]
        assert await versions.read(kept) == b"current"
        server.api.knows_versions = False  # a gateway that cuts off queries does the same
        with pytest.raises(StoreError, match="another body"):
            await versions.read(kept)


@pytest.mark.parametrize(
    ("said", "expected"),
    [("SUSPENDED", Versioning.SUSPENDED), ("NEW", Versioning.ENABLED), ("", Versioning.DISABLED)],
)
async def test_states(server: SupabaseStorageServer, said: str, expected: Versioning) -> None:
    server.api.knows_versions = True
    server.objects.history.status = said
    async with SupabaseStore(server.url, server.key, "media") as store:
        assert await versions_of(store).versioning() is expected


async def test_rules(server: SupabaseStorageServer) -> None:
    server.api.knows_versions = True
    async with SupabaseStore(server.url, server.key, "media", attempts=1) as store:
        assert await versions_of(store).rules() == []
        server.objects.history.rules = [RULE]
        (rule,) = await versions_of(store).rules()
        assert (rule.id, rule.noncurrent_days) == ("old", 30)
    async with SupabaseStore(server.url, server.key, "nope", attempts=1) as store:
        with pytest.raises(StoreError, match="SUPABASE_BUCKET_NAME"):
            await versions_of(store).versioning()
