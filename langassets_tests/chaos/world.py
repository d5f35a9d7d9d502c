"""A small system in the middle of its life, for each job one with much to do; copied for each round.

en and he are predefined, es is frequent. fr is about to be demoted and ru to be promoted, which has
objects in the archive: some that langassets made, one that a person edited, one that someone else put
there. ar lies there for so long that it is purged.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from langassets.database.application import language_stats
from langassets.database.connection import engine_of, writing
from langassets_tests.chaos.job import Task, run
from langassets_tests.chaos.state import State, state
from langassets_tests.jobs.lessons import add_lesson, change_lesson, request
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.postgres import new_database, running_postgres, stopped
from langassets_tests.servers.storage_bucket import StoredBody
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

# Seen from here, all that storage dates by its own clock is old.
THEN = datetime(2040, 1, 1, tzinfo=UTC)
LATER = THEN + timedelta(days=60)
NOW = LATER + timedelta(days=100)
AFTERWARDS = NOW + timedelta(hours=1)

MEDIA = "fr/lessons/7/speech.mp3"
BY_HAND = b'{"text":"by hand"}'
BY_OTHERS = b'{"text":"by someone else"}'
LESSONS = 7


@dataclass
class World:
    """Where a system lies: a home, perhaps a bucket and a PostgreSQL database, and a model."""

    home: Path
    model: OpenAIServer
    bucket: SupabaseStorageServer | None = None
    database_url: str | None = None
    environ: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ = {
            "LANGASSETS_HOME": str(self.home),
            "PREDEFINED_LANGUAGES": "en,he",
            "KEEP_MOST_USED": "1",
            "MAX_DELETE_FRACTION": "1",
            "TIER_MIN_REQUESTS": "1",
            "OPENAI_API_KEY": self.model.key,
            "OPENAI_BASE_URL": self.model.url,
            "OPENAI_MODEL": "a-small-model",
            "TRANSLATION_CONCURRENCY": "2",
            "TRANSLATION_TIMEOUT": "20",
        }
        if self.bucket:
            self.environ |= {"SUPABASE_URL": self.bucket.url, "SUPABASE_SERVICE_ROLE_KEY": self.bucket.key}
        if self.database_url:
            self.moves_to(self.database_url)

    def moves_to(self, database_url: str) -> None:
        """Its database is at this address from now on."""
        self.database_url = self.environ["DATABASE_URL"] = database_url

    @contextmanager
    def data(self) -> Iterator[sa.Engine]:
        """The database, to look into or to change as the application would."""
        engine = engine_of(self.database_url, self.home)
        yield engine
        engine.dispose()

    @property
    def objects(self) -> dict[str, bytes]:
        """What storage holds."""
        if self.bucket:
            return {key: stored.body for key, stored in self.bucket.objects.items()}
        root = self.home / "storage"
        files = (path for path in sorted(root.rglob("*")) if path.is_file())
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in files
            if not any(part.startswith(".") for part in path.relative_to(root).parts)
        }

    def put(self, key: str, body: bytes) -> None:
        """Store an object as someone else would."""
        if self.bucket:
            self.bucket.objects.put(key, body)
            return
        path = self.home / "storage" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def task(self, job: str, now: datetime, **given: object) -> Task:
        """A job in this world at a time."""
        return Task(job, self.environ, now, **given)  # type: ignore[arg-type]

    def undisturbed(self, job: str, now: datetime) -> None:
        """Run a job to its end, which must be a good one."""
        run(self.task(job, now, run_id=f"undisturbed-{job}-{now:%j-%H}"))

    def state(self) -> State:
        """What it holds now."""
        with self.data() as data:
            return state(data, self.objects)


@dataclass
class Snapshot:
    """A world as it once was, to be made again and again."""

    home: Path
    objects: dict[str, StoredBody]
    template: str | None


Maker = Callable[[Path], World]


class Worlds:
    """The worlds of one kind of storage and database: `before` of each job, copied into `folder`."""

    def __init__(self, folder: Path, model: OpenAIServer, *, remote: bool) -> None:
        self._folder, self._model, self._remote = folder, model, remote
        self._stack = ExitStack()
        self._bucket: SupabaseStorageServer | None = None
        self.postgres = ""
        self.place: Path | None = None
        """Where a world is made, in place of a folder of its own."""
        self.before: dict[str, Snapshot] = {}
        self.requests: dict[str, int] = {}
        """How many a job sends, to the model and to a bucket, where nothing disturbs it."""
        self._expected: dict[str, State] = {}

    def __enter__(self) -> "Worlds":
        if self._remote:
            self._bucket = self._stack.enter_context(SupabaseStorageServer())
            self._bucket.api.largest_page, self._bucket.api.delete_limit = 5, 3
            self.postgres = self._stack.enter_context(running_postgres())
            self._commit_for_good()
        self._build()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _commit_for_good(self) -> None:
        """Have the server keep what it said that it kept, over its own crash: tests else want it quick. And
        let it be soon out of connections."""
        url = sa.make_url(self.postgres).set(drivername="postgresql+psycopg2")
        admin = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with admin.connect() as connection:
            connection.exec_driver_sql("ALTER SYSTEM SET synchronous_commit = on")
            connection.exec_driver_sql("ALTER SYSTEM SET max_connections = 24")
        with stopped(self.postgres):
            pass

    def _build(self) -> None:
        home = self._folder / "first"
        home.mkdir(parents=True)
        url = self._stack.enter_context(new_database(self.postgres)) if self._remote else None
        world = World(home, self._model, self._bucket, url)
        _live(world)
        self.before["evaluation"] = self._snapshot(world, "evaluation")
        world.undisturbed("evaluation", NOW - timedelta(hours=1))
        self.before["cleanup"] = self.before["preload"] = self._snapshot(world, "jobs")

    def _snapshot(self, world: World, name: str) -> Snapshot:
        home = self._folder / f"before-{name}"
        shutil.copytree(world.home, home)
        objects = {key: copy(body) for key, body in self._bucket.objects.items()} if self._bucket else {}
        template = None
        if world.database_url:
            template = sa.make_url(
                self._stack.enter_context(
                    new_database(self.postgres, str(sa.make_url(world.database_url).database))
                )
            ).database
        return Snapshot(home, objects, template)

    @contextmanager
    def fresh(self, job: str) -> Iterator[World]:
        """A world as it is before a job."""
        before = self.before[job]
        home = self.place or self._folder / "now"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(before.home, home)
        if self._bucket:
            self._bucket.objects.clear()
            self._bucket.objects.update({key: copy(body) for key, body in before.objects.items()})
            self._bucket.requests.clear()
        self._model.requests.clear()
        self._model.said.clear()
        with ExitStack() as stack:
            url = (
                stack.enter_context(new_database(self.postgres, before.template)) if before.template else None
            )
            yield World(home, self._model, self._bucket, url)

    def expected_of(self, job: str) -> State:
        """The state after a job that nothing disturbed."""
        if job not in self._expected:
            with self.fresh(job) as world:
                world.undisturbed(job, AFTERWARDS)
                self._expected[job] = world.state()
                self.requests[job] = len(self._model.requests) + len(
                    self._bucket.requests if self._bucket else ()
                )
        return self._expected[job]


def _live(world: World) -> None:
    """The life of a system up to an evaluation that has something to decide."""
    with _opened(world) as data:
        for number in range(1, LESSONS + 1):
            _lesson(data, number)
        _count(data, en=500, he=100, es=200, fr=200, ru=200, ar=200)
        for lesson in ("1", "2"):
            request(data, "fr", lesson, 5 + int(lesson), (THEN - timedelta(days=90)).date())
    world.put("es/lessons/5/text.json", BY_OTHERS)
    world.put("ru/lessons/6/text.json", BY_OTHERS)
    world.put(MEDIA, b"mp3")
    for job in ("evaluation", "preload"):
        world.undisturbed(job, THEN)
    world.put("ru/lessons/2/text.json", BY_HAND)
    world.put("ar/lessons/2/text.json", BY_HAND)
    world.put("fr/lessons/3/text.json", BY_HAND)
    world.put("he/lessons/4/mind_map.json", b'{"nodes":[{"label":"by hand"}]}')
    with world.data() as data:
        # What changed since cannot be made again from memory: it is archived with its records.
        change_lesson(data, "3", {"text": "The third lesson has changed since then."})
        _count(data, en=9000, he=1000, es=2000, fr=2000)
    for job in ("evaluation", "cleanup"):  # ru and ar go
        world.undisturbed(job, LATER)
    with world.data() as data:
        change_lesson(data, "1", {"text": "The first lesson has changed, and says more than it did before."})
        change_lesson(data, "5", {"text": "The fifth lesson has changed as well."})
        _lesson(data, LESSONS + 1)
        _count(data, en=200_000, he=10_000, es=20_000, ru=90_000)  # fr goes, ru comes back


@contextmanager
def _opened(world: World) -> Iterator[sa.Engine]:
    from langassets.database.migrate import migrate

    with world.data() as data:
        migrate(data)
        yield data


def _lesson(data: sa.Engine, number: int) -> None:
    text = "\n\n".join(
        f"Paragraph {part} of lesson {number} says something of its own about `code_{number}`."
        for part in range(6)
    )
    add_lesson(
        data,
        f"Lesson {number}",
        {
            "text": {"text": text},
            "mind_map": {"nodes": [{"id": "n", "label": f"The idea of number {number}"}]},
        },
    )


def _count(data: sa.Engine, **more: int) -> None:
    with writing(data) as connection:
        for language, requests in more.items():
            at = language_stats.c.language_code == language
            known = connection.scalar(sa.select(language_stats.c.total_requests).where(at))
            if known is None:
                connection.execute(
                    language_stats.insert().values(language_code=language, total_requests=requests)
                )
            else:
                connection.execute(language_stats.update().where(at).values(total_requests=known + requests))
