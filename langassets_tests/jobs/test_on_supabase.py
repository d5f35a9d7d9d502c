"""The jobs against a storage server over real HTTP: what they cost, and what faults do to them."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.application import content, content_types, topics
from langassets.database.connection import reading, writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.manifest import ManifestEntry, Origin, confirm
from langassets.database.schema import cleanup_journal, stored_objects
from langassets.errors import LangassetsError
from langassets.jobs.cleanup.job import clean_up, plan_cleanup
from langassets.jobs.lessons import load_desired
from langassets.jobs.planned_object import COPY
from langassets.jobs.preload.job import preload
from langassets.services import Services, utc_now
from langassets.settings import load_settings
from langassets.storage.keys import LessonKey
from langassets.storage.supabase.store import SupabaseStore
from langassets.tiering.policy import TierDecision
from langassets.translation.documents.document import body_of
from langassets.translation.types import Remembered
from langassets_tests.jobs.lessons import NOW, add_lesson
from langassets_tests.servers.storage_faults import Fault, Injected
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

MEDIA = "fr/lessons/7/speech.mp3"


@pytest.fixture
def server() -> Iterator[SupabaseStorageServer]:
    with SupabaseStorageServer() as running:
        yield running


def services_on(server: SupabaseStorageServer, home: Path, **environ: str) -> Services:
    settings = load_settings(
        {
            "LANGASSETS_HOME": str(home),
            "SUPABASE_URL": server.url,
            "SUPABASE_SERVICE_ROLE_KEY": server.key,
            "PREDEFINED_LANGUAGES": "en",
            "MAX_DELETE_FRACTION": "1",
        }
        | environ
    )
    # The server dates objects by its own clock: seen from here, all of them are old.
    return Services(settings, lambda: utc_now() + timedelta(days=400))


def decide_against(data: sa.Engine, *languages: str) -> None:
    decisions = tuple(TierDecision(code, code, 0.0, 0.0, False, "kept", "") for code in languages)
    with writing(data) as connection:
        record_tier(connection, Tier(NOW, NOW, decisions), "run")


def table(services: Services, of: sa.Table, *columns: str) -> list[tuple[Any, ...]]:
    with reading(services.data) as connection:
        rows = connection.execute(sa.select(*(of.c[name] for name in columns)))
        return sorted(row._tuple() for row in rows)


async def test_the_replaced_systems_cleanup_takes_ten_requests_at_most(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    """3 languages to clean, 200 lessons, 2 objects each: 1,200 objects, for which it sent 4,200 requests."""
    services = services_on(server, tmp_path)
    decide_against(services.data, "fr", "de", "it")
    content = {"audioUrl": "https://example.org/1.mp3"}
    lessons = [add_lesson(services.data, f"L{n}", {"text": content, "audio": content}) for n in range(200)]
    await preload(services, ["fr", "de", "it"], run_id="earlier")
    server.objects.put(MEDIA, b"mp3")
    server.requests.clear()

    report = await clean_up(services, run_id="run")

    assert len(lessons) == 200
    assert len(report.done) == 1200
    assert report.requests == len(server.requests) <= 10
    assert server.counts["delete"] == 2
    assert [key for key, _ in server.objects.items()] == [MEDIA]


async def test_plan_cleanup_costs_only_listings(server: SupabaseStorageServer, tmp_path: Path) -> None:
    services = services_on(server, tmp_path)
    decide_against(services.data, "fr", "de")
    server.objects.put("fr/lessons/1/text.json", b"{}")
    before = dict(server.objects.items())
    await plan_cleanup(services)
    # A listing that is empty is believed only after a look at the bucket, or after one that is not empty:
    # which of them is answered first is open.
    assert server.counts in ({"list": 3}, {"list": 3, "bucket": 1})
    assert dict(server.objects.items()) == before


async def test_a_preload_with_nothing_to_do_sends_nothing_but_listings(
    server: SupabaseStorageServer, tmp_path: Path
) -> None:
    languages = ["en", "he", "ar", "es", "fr"]
    services = services_on(server, tmp_path)
    add_lessons(services.data, 2000)
    store_lessons(services, server, languages)
    server.requests.clear()
    report = await preload(services, languages, run_id="run")
    assert report.complete
    assert [len(one.plan.fresh) for one in report.languages] == [2000] * 5
    assert server.counts == {"list": 10}


def add_lessons(data: sa.Engine, count: int, types: tuple[str, ...] = ("text",)) -> None:
    with writing(data) as connection:
        connection.execute(
            content_types.insert(),
            [{"type_id": number, "type_name": name} for number, name in enumerate(types)],
        )
        connection.execute(
            topics.insert(),
            [
                {"topic_id": n, "topic_name": f"L{n}", "status": "active", "trainer_id": "t"}
                for n in range(count)
            ],
        )
        connection.execute(
            content.insert(),
            [
                {
                    "topic_id": n,
                    "content_type_id": number,
                    "content_data": {"text": f"It is lesson {n}."},
                    "generation_method_id": "m",
                }
                for n in range(count)
                for number in range(len(types))
            ],
        )


def store_lessons(
    services: Services, server: SupabaseStorageServer, languages: list[str], *, rebuildable: bool = False
) -> None:
    """Objects and manifest as a preload leaves them, without the work; the memory too if `rebuildable`."""
    desired, _ = load_desired(services.data)
    texts = [f"It is lesson {want.lesson}." for want in desired] if rebuildable else []
    for language in languages:
        keys = [services.recipes.keys(text, "en", language)[0] for text in texts]
        services.memory.remember(Remembered(key, f"⟦{key.text}⟧", "pseudo", "pseudo") for key in keys)
    for language in languages:
        entries = []
        for want in desired:
            key = LessonKey(language, want.lesson, want.content_type).key
            body = key.encode()
            if rebuildable:
                body = body_of({"text": f"⟦It is lesson {want.lesson}.⟧"})
            server.objects.put(key, body)
            recipe = COPY if language == "en" else services.recipe(language).language
            etag = server.objects[key].etag.strip('"')
            entries.append(
                ManifestEntry(
                    key,
                    language,
                    want.lesson,
                    want.content_type,
                    want.source_hash,
                    recipe,
                    etag,
                    len(body),
                    Origin.TRANSLATED,
                    NOW,
                    segments=(),
                )
            )
        with writing(services.data) as connection:
            confirm(connection, entries)


# Each kind of fault, and the kinds of request that it can befall (None: all). The store's own tests have
# every kind; here it matters what a job makes of a failure before and after the effect, and of a lie.
FAULTS: list[tuple[Injected, str | None]] = [
    (Injected(Fault.FAILURE), None),
    (Injected(Fault.RESET, after=True), None),
    (Injected(Fault.EMPTY_PAGE), "list"),
    (Injected(Fault.DELETE_SOME), "delete"),
    (Injected(Fault.DELETE_NONE), "delete"),
]


class Impatient(Services):
    """Services whose store gives up at once, so that every fault is felt by the job."""

    def store(self) -> SupabaseStore:
        settings = self.settings
        assert settings.supabase_url
        assert settings.supabase_service_role_key
        key = settings.supabase_service_role_key.get_secret_value()
        return SupabaseStore(settings.supabase_url, key, "media", attempts=1, timeout=2.0, backoff=0.001)


def a_world(server: SupabaseStorageServer, home: Path, template: Path) -> Services:
    """Lessons that are partly stored, partly outdated, partly someone else's, in small pages."""
    server.objects.clear()
    server.api.largest_page, server.api.delete_limit = 4, 2
    settings = services_on(server, home).settings
    home.mkdir()
    shutil.copyfile(template, home / "langassets.db")
    services = Impatient(settings, lambda: utc_now() + timedelta(days=400))
    decide_against(services.data, "fr")
    for number in range(6):
        add_lesson(services.data, f"L{number}", {"text": {"text": f"It is lesson {number}."}})
    return services


def state(services: Services, server: SupabaseStorageServer) -> tuple[Any, ...]:
    """What storage and manifest hold in the end; times of archiving left out."""
    bodies = sorted((key.split(".")[0], stored.body) for key, stored in server.objects.items())
    known = [
        (key.split(".")[0], *rest) for key, *rest in table(services, stored_objects, "key", "etag", "recipe")
    ]
    return bodies, sorted(known)


async def attempt(services: Services) -> bool:
    """Clean up and preload as the jobs do; whether both said that they were done."""
    try:
        report = await clean_up(services, run_id="run")
        preloaded = await preload(services, ["he"], run_id="run")
    except LangassetsError:
        return False
    return not report.failed and preloaded.complete


async def disturbed(
    server: SupabaseStorageServer, home: Path, template: Path, number: int, fault: Injected | None
) -> tuple[tuple[Any, ...], list[str]]:
    """A disturbed run and an undisturbed one: the state in the end, and the requests of the first."""
    services = a_world(server, home, template)
    await preload(services, ["fr"], run_id="earlier")
    server.objects.put("fr/lessons/2/text.json", b'{"text": "by hand"}')
    server.objects.put("he/lessons/3/text.json", b'{"text": "by someone else"}')
    server.objects.put(MEDIA, b"mp3")
    server.requests.clear()
    server.faults = {number: fault} if fault else {}
    done = await attempt(services)
    requests = [call.kind for call in server.requests]
    server.faults = {}
    assert server.objects[MEDIA].body == b"mp3"
    by_hand = [stored.body for stored in server.objects.values() if b"by hand" in stored.body]
    assert len(by_hand) == 1
    assert server.objects["he/lessons/3/text.json"].body == b'{"text": "by someone else"}'
    if done:
        before = state(services, server)
        assert await attempt(services)
        assert state(services, server) == before
    else:
        assert await attempt(services)
    assert {status for (status,) in table(services, cleanup_journal, "status")} <= {
        "done",
        "abandoned",
        "failed",
    }
    final = state(services, server)
    services.data.dispose()
    return final, requests


@pytest.mark.parametrize(
    ("fault", "kind"), FAULTS, ids=lambda v: v.fault.name if isinstance(v, Injected) else v
)
async def test_a_fault_at_any_request_is_mended_by_the_next_run(
    server: SupabaseStorageServer, tmp_path: Path, migrated_sqlite: Path, fault: Injected, kind: str | None
) -> None:
    undisturbed, requests = await disturbed(server, tmp_path / "0", migrated_sqlite, 0, None)
    positions = [number for number, name in enumerate(requests, start=1) if kind in (None, name)]
    assert len(positions) > (10 if kind is None else 0)
    for number in positions:
        final, _ = await disturbed(server, tmp_path / str(number), migrated_sqlite, number, fault)
        assert final == undisturbed, f"after {fault.fault.name} at request {number}, {requests[number - 1]}"
