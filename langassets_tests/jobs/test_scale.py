"""What the jobs ask of storage when there is much of it, and what they hold: counts, never times."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from benchmarks import floors
from benchmarks.cases import CASES
from benchmarks.stage import Stage
from langassets.definitions import assemble
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.preload.job import preload
from langassets.storage.listing import each_language
from langassets.storage.supabase.store import SupabaseStore
from langassets_tests.jobs.test_on_supabase import add_lessons, decide_against, services_on, store_lessons
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

LANGUAGES = ["en", "he", "ar", "es", "fr", "de"]


@pytest.fixture
def server() -> Iterator[SupabaseStorageServer]:
    with SupabaseStorageServer() as running:
        yield running


async def test_a_cleanup_of_five_thousand_objects_takes_seventeen_requests_at_most(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services = services_on(server, tmp_path)
    add_lessons(services.data, 1000)
    decide_against(services.data, *LANGUAGES[1:])
    store_lessons(services, server, LANGUAGES[1:], rebuildable=True)
    server.requests.clear()
    report = await clean_up(services, run_id="run")
    assert len(report.done) == 5000
    assert server.counts == {"list": 11, "delete": 5, "bucket": 1}  # 5 of the lists look whether all is gone
    assert len(repr(report)) < 200  # asyncio.run makes one of what it returns


def test_a_whole_run_that_finds_nothing_to_do_lists_each_page_once(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    """The asset and its checks, as Dagster runs them."""
    services = services_on(server, tmp_path)
    services.settings = services.settings.model_copy(update={"predefined_languages": tuple(LANGUAGES)})
    add_lessons(services.data, 1500)
    store_lessons(services, server, LANGUAGES)
    server.requests.clear()
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.ephemeral(str(tmp_path / "dagster")) as instance:
        job = assemble(services).resolve_job_def("preload_frequent_languages")
        result = job.execute_in_process(instance=instance)
        assert result.success
        assert all(check.passed for check in result.get_asset_check_evaluations())
    assert server.counts == {"list": 12}  # 2 pages of each language


async def test_languages_that_changed_are_looked_at_again_after_a_preload(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    services = services_on(server, tmp_path)
    add_lessons(services.data, 3)
    store_lessons(services, server, ["en", "he"])
    del server.objects["he/lessons/1/text.json"]
    report = await preload(services, ["en", "he"], run_id="run")
    assert len(repr(report)) < 200
    assert [len(one.stored) for one in report.languages] == [0, 1]
    assert "he/lessons/1/text.json" in server.objects


async def test_a_listing_comes_in_pages_that_make_the_whole(server: SupabaseStorageServer) -> None:
    for number in range(2300):
        server.objects.put(f"he/lessons/{number}/text.json", b"{}")
    async with SupabaseStore(server.url, server.key, "media") as store:
        found = [page async for page in store.pages("he/")]
    assert [len(page) for page in found] == [1000, 1000, 300]
    assert [stored.key for page in found for stored in page] == sorted(server.objects)


async def test_languages_are_looked_at_together_and_given_back_in_order() -> None:
    under_way = most = 0

    async def look(language: str) -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001 * (20 - int(language)))
        under_way -= 1
        return language * 2

    found = await each_language([str(number) for number in range(20)], look)
    assert [*found.items()] == [(str(number), str(number) * 2) for number in range(20)]
    assert most == 8


async def test_where_one_language_fails_the_others_are_ended_first() -> None:
    ended = []

    async def look(language: str) -> None:
        if language == "he":
            raise ValueError(language)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(language)

    with pytest.raises(ValueError, match="he"):
        await each_language(["en", "he", "ar"], look)
    assert ended == ["en", "ar"]


@pytest.mark.chaos
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "objects"), [("preload, warm", 100_000), ("cleanup", 50_000)])
def test_the_largest_size_stays_within_its_memory_and_its_requests(name: str, objects: int) -> None:
    """100,000 objects in 20 languages with nothing to do; 50,000 objects to remove."""
    [case] = [case for case in CASES if case.name == name]
    with Stage() as stage, stage.world(lambda services: case.build(services, 100, stage.folder)) as world:
        case.ready(stage, 100)
        sample = stage.measure(case.ours(100, stage.folder), world)
    assert sample.units == objects
    assert sample.peak_memory <= 400_000_000
    assert sample.requests <= (objects // floors.PAGE if name == "preload, warm" else 150)
