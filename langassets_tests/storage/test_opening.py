"""Which store the settings ask for."""

from pathlib import Path

import pytest

from langassets.settings import load_settings
from langassets.storage.local.store import LocalStore
from langassets.storage.opening import open_store
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.servers.supabase_storage import SupabaseStorageServer


async def test_without_supabase_it_is_a_folder_below_home(tmp_path: Path) -> None:
    store = open_store(load_settings({"LANGASSETS_HOME": str(tmp_path / "home")}))
    assert isinstance(store, LocalStore)
    assert store.location == str(tmp_path / "home" / "storage")
    async with store:
        await store.write("he/lessons/1/text.json", b"{}")
    assert (tmp_path / "home/storage/he/lessons/1/text.json").read_bytes() == b"{}"


async def test_with_supabase_it_is_the_bucket(server: SupabaseStorageServer) -> None:
    environment = {
        "SUPABASE_URL": server.url + "/",
        "SUPABASE_SERVICE_ROLE_KEY": server.key,
        "STORAGE_CACHE_SECONDS": "7",
    }
    store = open_store(load_settings(environment))
    assert isinstance(store, SupabaseStore)
    assert store.location == f"{server.url}/storage/v1/object/media"
    async with store:
        await store.check()
        await store.write("he/lessons/1/text.json", b"{}")
    assert server.objects["he/lessons/1/text.json"].cache_control == "max-age=7"


@pytest.mark.parametrize("bucket", ["media", "lessons"])
async def test_the_bucket_is_the_one_that_is_named(server: SupabaseStorageServer, bucket: str) -> None:
    environment = {"SUPABASE_URL": server.url, "SUPABASE_SERVICE_ROLE_KEY": server.key}
    store = open_store(load_settings(environment | {"SUPABASE_BUCKET_NAME": bucket}))
    assert store.location.endswith(f"/{bucket}")
