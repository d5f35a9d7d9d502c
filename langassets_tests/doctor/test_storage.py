"""The doctor on storage: a folder, a bucket, its key and its versions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from langassets.jobs.doctor.findings import Finding, Verdict, ok
from langassets_tests.doctor.broken import assert_failed
from langassets_tests.doctor.items import Examine
from langassets_tests.servers.ports import free_port
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.supabase_storage import SupabaseStorageServer


def test_a_storage_folder_that_is_a_file(seen: Examine, home: Path) -> None:
    (home / "storage").write_text("")
    assert_failed(seen()["bucket"], str(home / "storage"))


@pytest.fixture
def storage() -> Iterator[SupabaseStorageServer]:
    """A storage server."""
    with SupabaseStorageServer() as server:
        yield server


def test_a_bucket_on_supabase(seen: Examine, storage: SupabaseStorageServer) -> None:
    before = set(storage.objects)
    found = seen(SUPABASE_URL=storage.url, SUPABASE_SERVICE_ROLE_KEY=storage.key)
    assert found["bucket"].verdict is Verdict.OK
    assert set(storage.objects) == before


def test_a_bucket_that_is_missing(seen: Examine, storage: SupabaseStorageServer) -> None:
    found = seen(
        SUPABASE_URL=storage.url, SUPABASE_SERVICE_ROLE_KEY=storage.key, SUPABASE_BUCKET_NAME="other"
    )
    assert_failed(found["bucket"], "other", "SUPABASE_BUCKET_NAME")


def test_a_key_of_the_wrong_role(seen: Examine, storage: SupabaseStorageServer) -> None:
    found = seen(SUPABASE_URL=storage.url, SUPABASE_SERVICE_ROLE_KEY=storage.anonymous_key)
    assert_failed(found["bucket"], "SUPABASE_SERVICE_ROLE_KEY", "anon")


def test_a_bucket_with_versions(seen: Examine, storage: SupabaseStorageServer) -> None:
    def versions() -> Finding:
        return seen(SUPABASE_URL=storage.url, SUPABASE_SERVICE_ROLE_KEY=storage.key)["versions"]

    assert versions().verdict is Verdict.OK  # of a server of before
    storage.api.knows_versions = True
    assert versions() == ok("None are kept: what is deleted is gone.", "versions")
    history = storage.objects.history
    history.status = "ENABLED"
    assert versions().verdict is Verdict.WARNING
    noncurrent = {"noncurrentVersionExpiration": {"noncurrentDays": 30, "newerNoncurrentVersions": 2}}
    history.rules = [{"id": "old", "status": "Enabled", "filter": {}} | noncurrent]
    assert versions().verdict is Verdict.OK
    assert "30 days, but for the newest 2 of each key (rule 'old')" in versions().seen
    history.rules.append(
        {"id": "tidy", "status": "Enabled", "filter": {"prefix": "archive/"}, "expiration": {"days": 365}}
    )
    assert_failed(versions(), "'tidy'", "archive/", "expiration", "Take the rule 'tidy'")
    assert {call.method for call in storage.requests if "lifecycle" in call.path} == {"GET"}


def test_a_bucket_that_cannot_be_written_to(seen: Examine, storage: SupabaseStorageServer) -> None:
    # The clock's request and the bucket's come first: the upload is the third.
    storage.faults[_number_of_upload(seen, storage)] = Injected(Fault.ECHO)
    found = seen(SUPABASE_URL=storage.url, SUPABASE_SERVICE_ROLE_KEY=storage.key)
    assert_failed(found["bucket"], "not written to", "SUPABASE_SERVICE_ROLE_KEY")


def _number_of_upload(seen: Examine, storage: SupabaseStorageServer) -> int:
    """Which request, counted from the start, will be the upload of a second examination."""
    seen(SUPABASE_URL=storage.url, SUPABASE_SERVICE_ROLE_KEY=storage.key)
    upload = next(call.number for call in storage.requests if call.kind == "upload")
    return len(storage.requests) + upload


def test_storage_that_does_not_answer(seen: Examine) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert_failed(seen(SUPABASE_URL=url, SUPABASE_SERVICE_ROLE_KEY="sb_secret_x")["bucket"], "SUPABASE_URL")
