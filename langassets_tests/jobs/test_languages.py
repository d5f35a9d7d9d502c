"""Languages that were stored under several codes, brought together under one: nothing is lost."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from langassets.database import manifest
from langassets.database.application import language_stats
from langassets.database.connection import reading, writing
from langassets.database.names import language_keys
from langassets.jobs.cleanup.restore import restore
from langassets.jobs.evaluation.frequent_languages import frequent_languages
from langassets.jobs.languages import bring_together, plan_languages
from langassets.jobs.preload.job import preload
from langassets.jobs.reconcile.compare import differences
from langassets.jobs.reconcile.job import reconcile
from langassets.retention.plan import Action
from langassets.services import Services
from langassets.settings import load_settings
from langassets.storage import keys
from langassets_tests.chaos.machine.system import System
from langassets_tests.chaos.trips import Killed
from langassets_tests.jobs.lessons import NOW, add_lesson, put

BODIES = [{"text": f"It is text {n}."} for n in range(6)]


@pytest.fixture
def services(engine: sa.Engine, tmp_path: Path) -> Services:
    environ = {"LANGASSETS_HOME": str(tmp_path), "PREDEFINED_LANGUAGES": "pt-br,iw"}
    made = Services(load_settings(environ), lambda: NOW)
    made.__dict__["data"] = engine
    return made


def uses(data: sa.Engine, **requests: int) -> None:
    with writing(data) as connection:
        for code, total in requests.items():
            values = {"language_code": code, "total_requests": total}
            connection.execute(language_stats.insert().values(**values))


async def two_codes(services: Services, one: str, other: str) -> list[str]:
    """Four lessons: one under the first code, two under the second, one under both."""
    lessons = [add_lesson(services.data, f"Lesson {n}", {"text": BODIES[n]}) for n in range(4)]
    async with services.store() as store:
        for n, code in enumerate((one, other, other, one)):
            await put(services.data, store, code, lessons[n], BODIES[n], ours=n != 2)
        await put(services.data, store, other, lessons[3], BODIES[4], ours=False)
    return lessons


async def stored(services: Services) -> dict[str, object]:
    async with services.store() as store:
        return {found.key: json.loads(await store.read(found.key)) async for found in store.list("")}


@pytest.mark.parametrize(("one", "other"), [("pt_BR", "pt-BR"), ("iw", "he"), ("he", "iw")])
async def test_what_the_application_does_not_use_comes_to_where_it_looks(
    services: Services, one: str, other: str
) -> None:
    uses(services.data, **{one: 100})
    lessons = await two_codes(services, one, other)
    before = await stored(services)
    [said] = (await plan_languages(services)).seen()
    assert f"3 objects lie under {other} instead of {one}, which the application uses" in said
    assert await stored(services) == before, "a plan changes nothing"

    report = await bring_together(services, run_id="languages")
    assert Counter(step.action for step in report.done) == {Action.MOVE: 2, Action.ARCHIVE: 1}
    after = await stored(services)
    live = {key: body for key, body in after.items() if keys.parse(key)}
    assert live == {f"{one}/lessons/{lessons[n]}/text.json": BODIES[n] for n in range(4)}
    [aside] = [key for key in after if key not in live]
    assert after[aside] == BODIES[4]
    assert aside.startswith(f"archive/{other}/lessons/{lessons[3]}/text.")
    with reading(services.data) as connection:
        assert set(manifest.entries(connection, one)) == {
            key for key in live if lessons[2] not in key.split("/")
        }
        assert language_keys.load(connection).of(other) == one
    assert not list((await plan_languages(services)).seen())
    assert not (await bring_together(services, run_id="again")).done
    reconciled = [found for found in await differences(services) if found.language == one]
    assert reconciled[0].foreign == [f"{one}/lessons/{lessons[2]}/text.json"], (
        "as it was: put there by another"
    )


async def test_what_was_archived_goes_back_once_its_place_is_free(services: Services) -> None:
    uses(services.data, pt_BR=100)
    lessons = await two_codes(services, "pt_BR", "pt-BR")
    await bring_together(services, run_id="languages")
    place = f"pt_BR/lessons/{lessons[3]}/text.json"
    assert not (await restore(services, ["pt-br"], run_id="restore")).archived.done
    async with services.store() as store:
        await store.delete([place])
    await restore(services, ["pt-br"], run_id="restore")
    assert (await stored(services))[place] == BODIES[4]


async def test_an_application_that_uses_both_finds_both(services: Services) -> None:
    uses(services.data, iw=100, he=40)
    lessons = await two_codes(services, "iw", "he")
    before = await stored(services)
    found = await plan_languages(services)
    assert not found.cleanup.plan.steps
    assert "language_stats" in " ".join(found.cures())
    said = " ".join(found.seen())
    assert "the application uses he and iw" in said
    assert not (await bring_together(services, run_id="languages")).done
    assert await stored(services) == before
    await reconcile(services)
    codes = frequent_languages(services.data, services.settings.predefined_languages).codes
    assert codes == ("he", "iw", "pt-BR")
    assert (await preload(services, codes, run_id="preload")).complete
    after = await stored(services)
    for code in ("he", "iw"):
        assert {f"{code}/lessons/{lesson}/text.json" for lesson in lessons} <= set(after)


async def test_objects_under_the_tag_follow_the_application_once_it_says_what_it_uses(
    services: Services,
) -> None:
    """A first preload comes before the application's first request."""
    lesson = add_lesson(services.data, "Cells", {"text": BODIES[0]})
    assert (await preload(services, ["iw"], run_id="first")).complete
    uses(services.data, iw=5)
    assert frequent_languages(services.data, ["he"]).codes == ("he",), "one object, and not a second"
    await bring_together(services, run_id="languages")
    assert list(await stored(services)) == [f"iw/lessons/{lesson}/text.json"]
    assert frequent_languages(services.data, ["he"]).codes == ("iw",)
    report = await preload(services, ["he"], run_id="second")
    assert report.complete
    assert [(one.language, len(one.stored)) for one in report.languages] == [("iw", 0)]


def _outcome(system: System) -> Iterator[tuple[str, bytes]]:
    for key, body in system.objects().items():
        archived = keys.parse_archived(key)
        yield (f"archive/{archived[0].key}" if archived else key), body


@pytest.mark.parametrize("kill_in", range(1, 40))
def test_killed_at_any_point_the_next_run_ends_the_same(kill_in: int) -> None:
    system = System()
    try:
        lessons = [add_lesson(system.data, "A lesson", {"text": BODIES[n]}) for n in range(3)]
        uses(system.data, pt_BR=7)

        async def begin() -> None:
            async with system.services().store() as store:
                for code, n in (("pt-BR", 0), ("pt-BR", 1), ("pt_BR", 1), ("pt-br", 2), ("pt-BR", 2)):
                    await put(system.data, store, code, lessons[n], {"text": f"{code} {n}"}, ours=n != 0)

        asyncio.run(begin())
        before = sorted(system.objects().values())
        system.trip.kill_in = kill_in
        with suppress(Killed):
            asyncio.run(bring_together(system.services(), run_id="killed"))
        system.trip.kill_in = None
        system.data.dispose()
        assert set(before) == set(system.objects().values()), "something was lost"
        asyncio.run(bring_together(system.services(), run_id="next"))
        assert sorted(system.objects().values()) == before
        assert dict(_outcome(system)) == {
            f"pt_BR/lessons/{lessons[0]}/text.json": b'{"text":"pt-BR 0"}',
            f"pt_BR/lessons/{lessons[1]}/text.json": b'{"text":"pt_BR 1"}',
            f"archive/pt-BR/lessons/{lessons[1]}/text.json": b'{"text":"pt-BR 1"}',
            f"pt_BR/lessons/{lessons[2]}/text.json": b'{"text":"pt-BR 2"}',
            f"archive/pt-br/lessons/{lessons[2]}/text.json": b'{"text":"pt-br 2"}',
        }
        with reading(system.data) as connection:
            known = manifest.entries(connection, "pt_BR")
        assert set(known) == {f"pt_BR/lessons/{lesson}/text.json" for lesson in lessons[1:]}
    finally:
        system.close()
