"""A cleanup and a restore in a bucket that keeps versions."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langassets.database.records.journal import Removed
from langassets.defs.assets.cleaned_storage_state import metadata_of
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.cleanup.restore import plan_restore, restore
from langassets.jobs.cleanup.versions import newest
from langassets.jobs.preload.job import preload
from langassets.retention.plan import Action
from langassets.services import Services, utc_now
from langassets.storage.versions import StoredVersion
from langassets_tests.jobs.lessons import NOW, add_lesson
from langassets_tests.jobs.test_on_supabase import decide_against, services_on
from langassets_tests.servers.storage_bucket import Objects
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

BY_HAND = b'{"text": "by hand"}'


@pytest.fixture
def server() -> Iterator[SupabaseStorageServer]:
    """A bucket with versions."""
    with SupabaseStorageServer() as running:
        running.api.knows_versions = True
        running.objects.history.status = "ENABLED"
        yield running


async def stored(server: SupabaseStorageServer, home: Path) -> tuple[Services, dict[str, bytes]]:
    """French is not frequent any more. It has three lessons that memory can make again, and one edited; what
    stands, by key."""
    services = services_on(server, home)
    decide_against(services.data, "fr")
    lessons = [add_lesson(services.data, f"L{n}", {"text": {"text": f"It is lesson {n}."}}) for n in range(4)]
    await preload(services, ["fr"], run_id="earlier")
    server.objects.put(f"fr/lessons/{lessons[3]}/text.json", BY_HAND)
    server.objects.put("fr/lessons/9/text.json", b'{"text": "gone by hand"}')
    del server.objects["fr/lessons/9/text.json"]
    server.requests.clear()
    return services, bodies(server.objects)


def bodies(objects: Objects) -> dict[str, bytes]:
    return {key: one.body for key, one in objects.items()}


def size(before: dict[str, bytes]) -> int:
    """Of what memory can make again."""
    return sum(len(body) for body in before.values() if body != BY_HAND)


async def test_what_a_version_keeps_is_not_called_free(server: SupabaseStorageServer, tmp_path: Path) -> None:
    services, before = await stored(server, tmp_path)
    report = await clean_up(services, run_id="run")
    assert len([step for step in report.done if step.action is Action.DELETE]) == 3
    shown = metadata_of(report)
    assert (shown["bytes_freed"], shown["bytes_kept_as_versions"]) == (0, size(before))
    assert report.requests == len(server.requests)
    assert server.counts["list"] == 4  # the language, the archive, whether all is gone, and the versions


async def test_where_versions_are_suspended_each_object_tells(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services, before = await stored(server, tmp_path)
    server.objects.history.status = "SUSPENDED"
    first = min(key for key, body in before.items() if body != BY_HAND)
    server.objects.data[first].is_versioned = False  # as what was stored before versions were enabled
    shown = metadata_of(await clean_up(services, run_id="run"))
    assert shown["bytes_freed"] == len(before[first])
    assert shown["bytes_kept_as_versions"] == size(before) - len(before[first])


async def test_without_versions_all_is_free_for_one_request(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    server.api.knows_versions = False
    server.objects.history.status = "DISABLED"
    services, before = await stored(server, tmp_path)
    shown = metadata_of(await clean_up(services, run_id="run"))
    assert (shown["bytes_freed"], shown["bytes_kept_as_versions"]) == (size(before), 0)
    assert server.counts["bucket"] <= 2  # an empty listing is asked about too
    back = await restore(services, [], run_id="restore")
    assert len(back.archived.done) == 1
    assert back.versions == {}


async def test_where_versions_cannot_be_listed_nothing_is_called_free(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services, before = await stored(server, tmp_path / "a")
    await clean_up(services, run_id="run")
    listing = [call.number for call in server.requests if b"noncurrentVersions" in call.body]
    services.data.dispose()

    server.objects.clear()
    services, before = await stored(server, tmp_path / "b")
    server.faults = {number: Injected(Fault.ECHO) for number in listing}
    report = await clean_up(services, run_id="run")
    assert server.requests[listing[0] - 1].status == 400
    assert len(report.done) == 4
    assert report.bytes_kept == size(before)


async def test_restore_brings_back_what_cleanups_deleted_and_no_more(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services, before = await stored(server, tmp_path)
    await clean_up(services, run_id="run")
    # As a server may leave behind what was archived: its key has a version, and it comes from the archive.
    moved = next(key for key, body in before.items() if body == BY_HAND)
    server.objects.put(moved, BY_HAND)
    del server.objects[moved]
    planned = await plan_restore(services, [])
    server.api.largest_page = 2

    back = await restore(services, ["fr"], run_id="restore")

    assert bodies(server.objects) == before
    assert list(planned.versions) == list(back.versions)
    assert (len(back.archived.done), [*back.versions.values()]) == (1, [None] * 3)
    assert not (await plan_restore(services, [])).versions
    assert not [call for call in server.requests if call.kind == "delete" and b"versionId" in call.body]


async def test_another_body_is_never_put_back(server: SupabaseStorageServer, tmp_path: Path) -> None:
    services, _ = await stored(server, tmp_path)
    await clean_up(services, run_id="run")
    for _, one, _ in server.objects.history.noncurrent:
        one.etag_shown, one.body = one.etag, b"another body"
    back = await restore(services, [], run_id="restore")
    assert len(back.versions) == 3
    assert None not in back.versions.values()
    assert b"another body" not in bodies(server.objects).values()


async def test_what_was_purged_comes_back_to_its_place(server: SupabaseStorageServer, tmp_path: Path) -> None:
    services, before = await stored(server, tmp_path)
    await clean_up(services, run_id="run")
    later = Services(services.settings, lambda: utc_now() + timedelta(days=600))
    purged = await clean_up(later, run_id="later")
    assert [step.action for step in purged.done] == [Action.PURGE]
    assert purged.bytes_kept == len(BY_HAND)
    assert bodies(server.objects) == {}
    await restore(services, ["de"], run_id="restore")
    assert bodies(server.objects) == {}
    await restore(services, ["fr"], run_id="restore")
    assert bodies(server.objects) == before


NAMES = st.sampled_from("ab")


@given(
    st.lists(st.tuples(NAMES, NAMES, st.integers(0, 9))), st.lists(st.tuples(NAMES, NAMES, st.integers(0, 9)))
)
def test_only_bodies_that_a_cleanup_removed_come_back(
    gone: list[tuple[str, str, int]], kept: list[tuple[str, str, int]]
) -> None:
    removed = [Removed(key, etag, NOW + timedelta(days=day)) for key, etag, day in gone]
    versions = [
        StoredVersion(key, str(n), 1, etag, NOW + timedelta(days=day))
        for n, (key, etag, day) in enumerate(kept)
    ]
    found = newest(removed, {"a": "a", "b": "b"}, versions)
    for key, one in found.items():
        still = {(version.key, version.etag) for version in versions}
        there = [each for each in removed if each.key == key and (each.key, each.etag) in still]
        assert one in versions
        assert max(each.at for each in there) == max(each.at for each in there if each.etag == one.etag)
    assert found.keys() == {
        one.key for one in removed for two in versions if (one.key, one.etag) == (two.key, two.etag)
    }
