"""The kinds of project that a page may name, and what stands in each before its first block is run.

empty       a fresh clone: nothing is loaded
demo        the demonstration is loaded
folder      `lessons/` with Markdown and `requests.csv` with usage, as a reader would have them
translated  the same, translated by a model and stored
supabase    an application's tables in PostgreSQL and its bucket in Storage; a `.env` of the page names them
backed-up   an application's tables in PostgreSQL, and a folder that rclone takes for a bucket
served      the demonstration, with the web UI and the API up
server      the demonstration, and a database in PostgreSQL for Dagster's own state
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from langassets.database import application
from langassets.database.connection import engine_of, writing
from langassets.settings import load_settings
from langassets_tests.docs.scratch import Scratch
from langassets_tests.jobs.lessons import add_lesson
from langassets_tests.servers.openai_server import OpenAIServer
from langassets_tests.servers.postgres import new_database, postgres_programs
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

_TOKEN = "a-token-for-the-tests-of-the-pages"


@contextmanager
def project(kind: str, folder: Path, postgres: Callable[[], str], *, active: bool) -> Iterator[Scratch]:
    """A project of this kind; `postgres` gives the address of a server, `active` puts `.venv/bin` on PATH."""
    with ExitStack() as stack:
        model = stack.enter_context(OpenAIServer(models=(load_settings({}).openai_model,)))
        made = Scratch(folder, active=active)
        made.values = {"OPENAI_API_KEY": model.key, "OPENAI_BASE_URL": model.url, "ADMIN_API_TOKEN": _TOKEN}
        stack.enter_context(_KINDS[kind](made, postgres))
        yield made


@contextmanager
def _empty(made: Scratch, _postgres: Callable[[], str]) -> Iterator[None]:
    yield


@contextmanager
def _demo(made: Scratch, _postgres: Callable[[], str]) -> Iterator[None]:
    made.run(".venv/bin/langassets demo")
    yield


@contextmanager
def _folder(made: Scratch, _postgres: Callable[[], str]) -> Iterator[None]:
    lessons = made.folder / "lessons"
    lessons.mkdir()
    (lessons / "bridge.md").write_text("# The bridge\n\nThe bridge was repaired before the winter storms.\n")
    (lessons / "river.md").write_text("# The river\n\nThe **river** is 40 km long, says `river.py`.\n")
    days = [f"he,{lesson},2026-11-{day:02},40\n" for lesson in (1, 2) for day in range(1, 21)]
    (made.folder / "requests.csv").write_text("language,lesson,day,count\n" + "".join(days))
    yield


@contextmanager
def _translated(made: Scratch, postgres: Callable[[], str]) -> Iterator[None]:
    with _folder(made, postgres):
        (made.folder / ".env").write_text(
            "".join(f"{name}={made.values[name]}\n" for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"))
        )
        for command in ("import-lessons lessons", "import-usage requests.csv", "run all"):
            made.run(f".venv/bin/langassets {command}")
        yield


@contextmanager
def _supabase(made: Scratch, postgres: Callable[[], str]) -> Iterator[None]:
    with new_database(postgres()) as address, SupabaseStorageServer() as storage:
        _fill_application(address)
        storage.objects.put("he/lessons/1/text.json", '{"text": "הגשר תוקן."}'.encode())
        storage.objects.put("media/welcome.mp3", b"not a lesson")
        made.values |= {
            "DATABASE_URL": address,
            "SUPABASE_URL": storage.url,
            "SUPABASE_SERVICE_ROLE_KEY": storage.key,
        }
        yield
        assert storage.objects["media/welcome.mp3"].body == b"not a lesson"


@contextmanager
def _backed_up(made: Scratch, postgres: Callable[[], str]) -> Iterator[None]:
    with new_database(postgres()) as address:
        _fill_application(address)
        made.values |= {"DATABASE_URL": address, "SUPABASE_BUCKET_NAME": "storage"}
        names = ("DATABASE_URL", "SUPABASE_BUCKET_NAME", "OPENAI_API_KEY", "OPENAI_BASE_URL")
        (made.folder / ".env").write_text("".join(f"{name}='{made.values[name]}'\n" for name in names))
        # What a variable says goes before the page's `rclone.conf`.
        home = made.folder / ".langassets"
        made.env |= {"RCLONE_CONFIG_SUPABASE_TYPE": "alias", "RCLONE_CONFIG_SUPABASE_REMOTE": str(home)}
        # An older `pg_dump` refuses a newer server.
        made.env["PATH"] = f"{postgres_programs()}:{made.env['PATH']}"
        made.run(".venv/bin/langassets run all")
        yield


@contextmanager
def _served(made: Scratch, postgres: Callable[[], str]) -> Iterator[None]:
    made.env |= {"ADMIN_API_TOKEN": _TOKEN, "ENABLE_BACKGROUND_JOBS": "false"}
    made.run(".venv/bin/langassets demo")
    answering = ("http://127.0.0.1:3000/server_info", "http://127.0.0.1:8000/ready")
    with made.running(".venv/bin/langassets ui", *answering):
        yield


@contextmanager
def _server(made: Scratch, postgres: Callable[[], str]) -> Iterator[None]:
    made.env |= {"ENABLE_BACKGROUND_JOBS": "false"}
    made.run(".venv/bin/langassets demo")
    with new_database(postgres()) as address:
        made.values |= {"DAGSTER_POSTGRES_URL": f"'{address}'"}
        yield


_KINDS: Mapping[str, Callable[[Scratch, Callable[[], str]], AbstractContextManager[None]]] = {
    "empty": _empty,
    "demo": _demo,
    "folder": _folder,
    "translated": _translated,
    "supabase": _supabase,
    "backed-up": _backed_up,
    "served": _served,
    "server": _server,
}
KINDS = frozenset(_KINDS)


def _fill_application(address: str) -> None:
    """What the application's own database holds: two lessons, and counters in four languages."""
    engine = engine_of(address, Path())
    application.metadata.create_all(engine)
    for title, text in (("The bridge", "The bridge was repaired."), ("The river", "The river is long.")):
        add_lesson(engine, title, {"text": {"text": text}})
    counted = {"en": 9000, "he": 4000, "es": 2500, "fr": 100}
    with writing(engine) as connection:
        connection.execute(
            application.language_stats.insert(),
            [{"language_code": code, "total_requests": count} for code, count in counted.items()],
        )
    engine.dispose()
