"""What one machine carries: time, requests and memory as languages, lessons, objects and usage grow.

    .venv/bin/python -m benchmarks.limits                 small: minutes
    .venv/bin/python -m benchmarks.limits --objects 200000 --events 3000000

PostgreSQL is a real server from a wheel; storage is a server of ours on this machine, which speaks real HTTP
to supabase-py. Each measurement is a process of its own, so that its peak of memory is its own. Prints
Markdown; docs/limits.md holds what it printed, and what follows from it.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.database.migrate import migrate
from langassets.jobs.cleanup.job import plan_cleanup
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.jobs.preload.estimate import plan_preload
from langassets.jobs.preload.job import preload
from langassets.jobs.resource_usage import peak_memory
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.servers.postgres import new_database, running_postgres
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

LANGUAGES = ("en", "ar", "es", "he")
BODY = 3000  # characters of a lesson's content: the median of the demonstration's, roughly


@dataclass(frozen=True, slots=True)
class Measured:
    """One piece of work: what there was of it, seconds by the clock and of CPU, peak memory in MB above an
    idle process, requests to storage."""

    what: str
    size: int
    seconds: float
    cpu: float
    memory: float
    requests: int


def work_of(name: str) -> Callable[[], object]:
    """What a measuring process does."""
    ours = Services(load_settings())
    # Opened and imported before the clock runs: each run pays for that once, whatever its size.
    with ours.data.connect():
        import supabase  # noqa: F401
    ours.recipe("he")
    languages = ours.settings.predefined_languages
    jobs: dict[str, Callable[[], object]] = {
        "plan": lambda: asyncio.run(plan_preload(ours)),
        "cleanup": lambda: asyncio.run(plan_cleanup(ours)),
        "preload": lambda: asyncio.run(preload(ours, languages, run_id=f"measured-{os.getpid()}")),
        "usage": lambda: read_usage(ours.data, 28, ours.clock(), accept_reset=True),
        "evaluate": lambda: evaluate(ours.data, ours.settings, ours.clock(), f"measured-{os.getpid()}"),
    }
    return jobs[name]


def child(name: str) -> None:
    """In a process of its own: do it, and print what it took."""
    work = work_of(name)
    idle = peak_memory()
    started, busy = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - started, time.process_time() - busy
    print(json.dumps({"seconds": seconds, "cpu": cpu, "memory": (peak_memory() - idle) / 2**20}))


def measure(what: str, size: int, name: str, world: "World") -> Measured:
    """Do one piece of work in a process of its own."""
    world.storage.requests.clear()
    command = [sys.executable, "-m", "benchmarks.limits", "--child", name]
    done = subprocess.run(command, env=world.env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    figures = json.loads(done.stdout.splitlines()[-1])
    made = Measured(what, size, **figures, requests=len(world.storage.requests))
    print(f"  {what}, {size:,}: {made.seconds:.2f} s, {made.memory:.0f} MB", file=sys.stderr, flush=True)
    return made


@dataclass
class World:
    """A database and a bucket, and the environment that points to them."""

    url: str
    storage: SupabaseStorageServer
    env: dict[str, str]

    def sql(self, text: str, **values: Any) -> None:
        engine = engine_of(self.url, Path())
        with engine.begin() as connection:
            connection.execute(sa.text(text), values)
        engine.dispose()

    def lessons(self, count: int) -> None:
        """Lessons with one content each."""
        self.sql("INSERT INTO content_types (type_name) VALUES ('text') ON CONFLICT DO NOTHING")
        self.sql(
            "INSERT INTO topics (topic_name, trainer_id) SELECT 'Lesson ' || n, 't' "
            "FROM generate_series(1, :count) n",
            count=count,
        )
        self.sql(
            "INSERT INTO content (topic_id, content_type_id, content_data, generation_method_id) "
            "SELECT topic_id, 1, jsonb_build_object('text', repeat('Lesson ' || topic_id || ' has a sentence "
            "that stands in it alone. ', :times)), 'm' FROM topics",
            times=max(1, BODY // 60),
        )

    def objects(self, lessons: int) -> None:
        """What stands in storage already, in each language."""
        body = json.dumps({"text": "x" * BODY}).encode()
        for language in LANGUAGES:
            for number in range(1, lessons + 1):
                self.storage.objects.put(f"{language}/lessons/{number}/text.json", body)

    def usage(self, languages: int, events: int) -> None:
        """Counters of so many languages, and rows of lesson usage: one a language, lesson and day."""
        self.sql(
            "INSERT INTO language_stats (language_code, language_name, total_requests, last_used) "
            "SELECT chr(97 + n / 676) || chr(97 + n / 26 % 26) || chr(97 + n % 26), 'L', 1000 + n, now() "
            "FROM generate_series(1, :count) n",
            count=languages,
        )
        lessons = max(1, events // (languages * 90))
        self.sql(
            "INSERT INTO langassets.lesson_usage (language, day, lesson, requests) SELECT language_code, "
            "current_date - d, l::text, 1 + l % 7 FROM language_stats, generate_series(1, 90) d, "
            "generate_series(1, :lessons) l",
            lessons=lessons,
        )


@contextmanager
def world(server: str) -> Iterator[World]:
    with (
        new_database(server) as url,
        SupabaseStorageServer() as storage,
        tempfile.TemporaryDirectory() as home,
    ):
        engine = engine_of(url, Path())
        migrate(engine)
        engine.dispose()
        env = {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            "PYTHONPATH": os.getcwd(),  # noqa: PTH109
            "HOME": home,
            "DATABASE_URL": url,
            "SUPABASE_URL": storage.url,
            "SUPABASE_SERVICE_ROLE_KEY": storage.key,
            "PREDEFINED_LANGUAGES": ",".join(LANGUAGES),
        }
        yield World(url, storage, env)


def nothing_to_do(made: World, size: int) -> Iterator[Measured]:
    """Objects that all stand: the first preload takes them into the manifest, the next has nothing to do."""
    made.lessons(size // len(LANGUAGES))
    made.objects(size // len(LANGUAGES))
    yield measure("first preload over what stands (adopted)", size, "preload", made)
    yield measure("preload, nothing to do", size, "preload", made)


def cleanup_planned(made: World, size: int) -> Iterator[Measured]:
    """Objects of which three in four are in languages that are decided against."""
    made.env["PREDEFINED_LANGUAGES"] = LANGUAGES[0]
    made.lessons(size // len(LANGUAGES))
    made.objects(size // len(LANGUAGES))
    made.sql(
        "INSERT INTO language_stats (language_code, language_name, total_requests) "
        "SELECT code, code, CASE n WHEN 1 THEN 1000000 ELSE 100 END "
        "FROM unnest(:codes) WITH ORDINALITY AS l(code, n)",
        codes=list(LANGUAGES),
    )
    measure("usage read", len(LANGUAGES), "usage", made)
    measure("decided", len(LANGUAGES), "evaluate", made)
    yield measure("cleanup planned (three of four languages)", size, "cleanup", made)


def something_to_do(made: World, size: int) -> Iterator[Measured]:
    """Objects that are all missing: the plan alone, then made by the pseudo provider, which costs no time."""
    made.lessons(size // len(LANGUAGES))
    yield measure("plan of missing contents", size, "plan", made)
    yield measure("missing contents made and stored (no model)", size, "preload", made)


def languages_evaluated(made: World, count: int) -> Iterator[Measured]:
    """Evaluation, by the number of languages."""
    made.usage(count, 0)
    yield measure("languages read", count, "usage", made)
    yield measure("languages decided on", count, "evaluate", made)


def usage_read(made: World, rows: int) -> Iterator[Measured]:
    """By the number of dated rows of usage."""
    made.usage(100, rows)
    yield measure("usage rows read and weighed (100 languages)", rows, "usage", made)


def table(found: list[Measured]) -> str:
    """As Markdown."""
    lines = [
        "| what | how many | seconds | of CPU | MB above idle | storage requests |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += (
        f"| {one.what} | {one.size:,} | {one.seconds:.2f} | {one.cpu:.2f} | {one.memory:,.0f} | "
        f"{one.requests:,} |"
        for one in found
    )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--child")
    parser.add_argument("--only", choices=["standing", "cleanup", "missing", "usage"])
    parser.add_argument("--objects", type=int, default=20_000, help="most objects that stand")
    parser.add_argument("--missing", type=int, default=4_000, help="most contents that are made")
    parser.add_argument("--events", type=int, default=300_000, help="most rows of lesson usage")
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    standing = [given.objects // 10, given.objects]
    groups: dict[str, list[tuple[Callable[[World, int], Iterator[Measured]], list[int]]]] = {
        "standing": [(nothing_to_do, standing)],
        "cleanup": [(cleanup_planned, standing)],
        "missing": [(something_to_do, [given.missing // 4, given.missing])],
        "usage": [(languages_evaluated, [10, 100, 1000]), (usage_read, [given.events // 10, given.events])],
    }
    found: list[Measured] = []
    with running_postgres() as server:
        for work, sizes in [
            part for name, parts in groups.items() if given.only in (None, name) for part in parts
        ]:
            for size in sizes:
                with world(server) as made:
                    found += work(made, size)
    print(table(found))
    load = os.getloadavg()[0]
    print(f"\n{os.cpu_count()} cores, Python {sys.version.split()[0]}, load {load:.1f} at the end.")


if __name__ == "__main__":
    main()
