"""What storage is asked for: requests and seconds of the jobs, beside a plain loop, in one run.

    .venv/bin/python benchmarks/storage.py          the replaced system's workload, and 10,000 objects

The server is on this machine and speaks real HTTP; both sides use supabase-py. The loop is written the way
the replaced system works: it knows of no listing across lessons, so it asks and removes lesson by lesson.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from langassets.jobs.cleanup_job import clean_up
from langassets.jobs.preload import preload
from langassets.jobs.services import Services, utc_now
from langassets.settings import load_settings
from langassets_tests.jobs.test_on_supabase import add_lessons, decide_against, store_lessons
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

# As the replaced system names them; it looks for each of them in each lesson.
CONTENT_TYPES = ("text", "code", "presentation", "audio", "mind_map", "avatar_video")


@dataclass(frozen=True)
class Measured:
    """One measurement."""

    what: str
    requests: int
    seconds: float


def services_on(server: SupabaseStorageServer, home: Path) -> Services:
    environ = {
        "LANGASSETS_HOME": str(home),
        "SUPABASE_URL": server.url,
        "SUPABASE_SERVICE_ROLE_KEY": server.key,
        "PREDEFINED_LANGUAGES": "en",
        "MAX_DELETE_FRACTION": "1",
    }
    return Services(load_settings(environ), lambda: utc_now() + timedelta(days=400))


def measure(server: SupabaseStorageServer, what: str, work: Callable[[], Awaitable[object]]) -> Measured:
    """Run `work` and count what the server was asked."""
    server.requests.clear()
    started = time.perf_counter()
    asyncio.run(_of(work))
    return Measured(what, len(server.requests), time.perf_counter() - started)


async def _of(work: Callable[[], Awaitable[object]]) -> None:
    await work()


async def plain_cleanup(server: SupabaseStorageServer, languages: list[str], lessons: int) -> None:
    """Lesson by lesson: list its folder, then ask for the removal of each content type."""
    from supabase import AsyncClientOptions, acreate_client

    client = await acreate_client(server.url, server.key, AsyncClientOptions())
    bucket = client.storage.from_("media")
    for language in languages:
        for lesson in range(lessons):
            await bucket.list(f"{language}/lessons/{lesson}")
            for name in CONTENT_TYPES:
                await bucket.remove([f"{language}/lessons/{lesson}/{name}.json"])


async def plain_preload(server: SupabaseStorageServer, languages: list[str], lessons: int) -> None:
    """Object by object: is it there?"""
    from supabase import AsyncClientOptions, acreate_client

    client = await acreate_client(server.url, server.key, AsyncClientOptions())
    bucket = client.storage.from_("media")
    for language in languages:
        for lesson in range(lessons):
            await bucket.list(f"{language}/lessons/{lesson}")


def cleanup_workload(lessons: int, languages: list[str]) -> tuple[Measured, Measured]:
    """The cleanup of `lessons` in each of `languages`: ours, and the loop's."""
    with SupabaseStorageServer() as server, tempfile.TemporaryDirectory() as folder:
        services = services_on(server, Path(folder))
        add_lessons(services.data, lessons, ("text", "text_audio"))
        decide_against(services.data, *languages)
        store_lessons(services, server, languages, rebuildable=True)
        there = {key: stored.body for key, stored in server.objects.items()}
        ours = measure(server, "cleanup", lambda: clean_up(services, run_id="bench"))
        assert not server.objects, f"{len(server.objects)} objects are left"
        for key, body in there.items():
            server.objects.put(key, body)
        loop = measure(server, "cleanup, loop", lambda: plain_cleanup(server, languages, lessons))
        return ours, loop


def preload_workload(lessons: int, languages: list[str]) -> tuple[Measured, Measured]:
    """A preload with nothing to do: ours, and the loop's."""
    with SupabaseStorageServer() as server, tempfile.TemporaryDirectory() as folder:
        services = services_on(server, Path(folder))
        add_lessons(services.data, lessons)
        store_lessons(services, server, languages)
        ours = measure(server, "preload", lambda: preload(services, languages, run_id="bench"))
        loop = measure(server, "preload, loop", lambda: plain_preload(server, languages, lessons))
        return ours, loop


def report(title: str, ours: Measured, loop: Measured) -> None:
    print(f"\n{title}")
    print(f"{'':14}{'requests':>10}{'seconds':>10}")
    for row in (ours, loop):
        print(f"{row.what:14}{row.requests:>10,}{row.seconds:>10.2f}")
    print(f"{'ratio':14}{loop.requests / ours.requests:>9.0f}x{loop.seconds / ours.seconds:>9.1f}x")


def main() -> None:
    report("3 languages, 200 lessons, 2 objects each", *cleanup_workload(200, ["fr", "de", "it"]))
    report(
        "10,000 objects in 5 languages, nothing to do",
        *preload_workload(2000, ["en", "he", "ar", "es", "fr"]),
    )


if __name__ == "__main__":
    main()
