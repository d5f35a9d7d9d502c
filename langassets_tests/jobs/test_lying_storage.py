"""The jobs against storage that says yes and does nothing, or that lists what was."""

from pathlib import Path

import pytest

from langassets.database.application import content
from langassets.database.connection import writing
from langassets.database.schema import stored_objects
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.preload.job import preload
from langassets_tests.jobs.test_on_supabase import (
    add_lessons,
    decide_against,
    server,
    services_on,
    store_lessons,
    table,
)
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

__all__ = ["server"]


async def test_what_storage_says_that_it_replaced_and_did_not_is_no_edit(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services = services_on(server, tmp_path)
    add_lessons(services.data, 2)
    await preload(services, ["he"], run_id="first")
    before = {key: server.objects[key].body for key in server.objects}
    with writing(services.data) as connection:
        connection.execute(content.update().values(content_data={"text": "It has changed."}))
    server.always = Injected(Fault.UNDONE)
    assert (await preload(services, ["he"], run_id="lost")).complete
    server.always = None
    assert {key: server.objects[key].body for key in server.objects} == before

    report = await preload(services, ["he"], run_id="mended")

    assert len(report.languages[0].stored) == 2
    # The same bytes once more, but put there since: by a person.
    first = min(before)
    server.objects.put(first, before[first])
    again = await preload(services, ["he"], run_id="edited")
    assert not again.languages[0].stored
    assert server.objects[first].body == before[first]


@pytest.mark.parametrize("rebuildable", [True, False], ids=["deleted", "archived"])
async def test_what_storage_says_that_it_removed_and_did_not_is_still_known(
    server: SupabaseStorageServer, tmp_path: Path, rebuildable: bool
) -> None:
    services = services_on(server, tmp_path)
    add_lessons(services.data, 3)
    store_lessons(services, server, ["fr"], rebuildable=rebuildable)
    decide_against(services.data, "fr")
    known = table(services, stored_objects, "key", "etag", "origin")
    server.always = Injected(Fault.UNDONE)
    report = await clean_up(services, run_id="lost")
    server.always = None
    assert not report.done
    assert {reason for _, reason in report.failed} == {"storage said that it was done, and it was not"}
    assert table(services, stored_objects, "key", "etag", "origin") == known

    report = await clean_up(services, run_id="mended")

    assert len(report.done) == 3
    assert not report.failed
    assert bool(server.objects) is not rebuildable


async def test_a_listing_of_another_moment_does_not_overrule_storages_word(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services = services_on(server, tmp_path)
    add_lessons(services.data, 3)
    store_lessons(services, server, ["fr"], rebuildable=True)
    decide_against(services.data, "fr")
    server.behind = 1
    server.always = Injected(Fault.FORMER_LIST)
    report = await clean_up(services, run_id="run")
    assert (len(report.done), report.failed) == (3, [])
    assert table(services, stored_objects, "key") == []


async def test_what_could_not_be_put_back_is_not_made_again(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services = services_on(server, tmp_path)
    add_lessons(services.data, 2)
    store_lessons(services, server, ["fr"])
    decide_against(services.data, "fr")
    await clean_up(services, run_id="archived")
    server.always = Injected(Fault.UNDONE)
    report = await preload(services, ["fr"], run_id="lost")
    server.always = None
    assert ["put back" in one.reason for one in report.languages[0].failed] == [True, True]
    report = await preload(services, ["fr"], run_id="mended")
    assert report.complete
    assert report.languages[0].restored == 2
