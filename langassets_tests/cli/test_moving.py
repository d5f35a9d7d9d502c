"""Moving over from the replaced system and back, as docs/moving.md has it, on its own tables and bucket."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from langassets.cli import app
from langassets_tests.project import Project
from langassets_tests.servers.postgres import new_database
from langassets_tests.servers.supabase_storage import SupabaseStorageServer

# As the replaced system has them: its types, its defaults, its columns that nobody here reads.
TABLES = """
CREATE TYPE topic_status AS ENUM ('active', 'archived', 'deleted');
CREATE TABLE language_stats (
  language_code varchar(10) PRIMARY KEY, language_name varchar(100) NOT NULL,
  total_requests integer DEFAULT 0, total_lessons integer DEFAULT 0, last_used timestamp,
  is_frequent boolean DEFAULT false, is_predefined boolean DEFAULT false,
  created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
CREATE TABLE topics (
  topic_id serial PRIMARY KEY, topic_name varchar(255) NOT NULL, description text,
  language varchar(10) DEFAULT 'en', skills text[], trainer_id varchar(64) NOT NULL,
  status topic_status DEFAULT 'active', usage_count integer DEFAULT 0, template_id integer,
  created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
CREATE TABLE content_types (type_id serial PRIMARY KEY, type_name varchar(50) NOT NULL UNIQUE);
CREATE TABLE content (
  content_id serial PRIMARY KEY, topic_id integer NOT NULL REFERENCES topics ON DELETE CASCADE,
  content_type_id integer NOT NULL REFERENCES content_types, content_data jsonb NOT NULL,
  generation_method_id varchar(50) NOT NULL, quality_check_status varchar(20),
  created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
INSERT INTO content_types (type_name) VALUES ('text_audio'), ('code');
"""
# German passed 5 % since the last evaluation of the replaced system; French has fallen out of use, and it
# never notices, since its counters have no window.
LANGUAGES = [
    ("en", "English", 6000, True, True),
    ("he", "Hebrew", 2000, True, True),
    ("ar", "Arabic", 1000, True, True),
    ("fr", "French", 800, True, False),
    ("de", "German", 700, False, False),
    ("ja", "Japanese", 90, False, False),
    ("nl", "Dutch", 0, True, False),
]
LESSONS = 30
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Command:
    """The `langassets` command, in this process: a dozen of its own would spend a minute on imports."""

    environ: dict[str, str]

    def __call__(self, *arguments: str) -> str:
        """What it printed; it must succeed."""
        done = CliRunner().invoke(app, arguments, env=self.environ)
        assert done.exit_code == 0, (arguments, done.output, done.exception)
        return done.stdout


@contextmanager
def application(server: str) -> Iterator[sa.Engine]:
    """The replaced system's database."""
    with new_database(server) as url:
        engine = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg2"))
        with engine.begin() as connection:
            connection.exec_driver_sql(TABLES)
            for row in LANGUAGES:
                connection.exec_driver_sql(
                    "INSERT INTO language_stats (language_code, language_name, total_requests, is_frequent, "
                    "is_predefined, last_used) VALUES (%s, %s, %s, %s, %s, now())",
                    row,
                )
            for number in range(1, LESSONS + 1):
                connection.exec_driver_sql(
                    "INSERT INTO topics (topic_name, trainer_id, usage_count) VALUES (%s, 't', %s)",
                    (f"Lesson {number}", number),
                )
                connection.exec_driver_sql(
                    "INSERT INTO content (topic_id, content_type_id, content_data, generation_method_id) "
                    "VALUES (%s, 1, %s, 'manual')",
                    (
                        number,
                        json.dumps({"text": f"Paragraph {number} explains the loop.", "audioUrl": None}),
                    ),
                )
        yield engine
        engine.dispose()


def rows(engine: sa.Engine) -> list[list[object]]:
    """Everything in the application's tables."""
    with engine.connect() as connection:
        return [
            [tuple(map(str, row)) for row in connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1")]
            for name in ("language_stats", "topics", "content_types", "content")
        ]


def flags(engine: sa.Engine) -> dict[str, bool]:
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT language_code, is_frequent FROM language_stats")
        return {code: bool(frequent) for code, frequent in found}


@pytest.fixture
def storage() -> Iterator[SupabaseStorageServer]:
    """The bucket: what the replaced system stored in French and Japanese, long ago, and other things."""
    with SupabaseStorageServer() as server:
        for language in ("fr", "ja"):
            for number in range(1, LESSONS + 1):
                key = f"{language}/lessons/{number}/text_audio.json"
                server.objects.put(key, json.dumps({"text": f"{language} {number}"}).encode())
                server.objects[key].created_at = server.objects[key].updated_at = LONG_AGO
        server.objects.put("audio/lesson-1.mp3", b"sound")
        yield server


def test_side_by_side_then_over_then_back(
    tmp_path: Path, postgres_server: str, storage: SupabaseStorageServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with application(postgres_server) as engine:
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        Project(tmp_path)
        monkeypatch.chdir(tmp_path)
        command = Command(
            {
                "DAGSTER_HOME": str(tmp_path),
                "DATABASE_URL": url,
                "SUPABASE_URL": storage.url,
                "SUPABASE_SERVICE_ROLE_KEY": storage.key,
                "ENABLE_BACKGROUND_JOBS": "false",
            }
        )
        side_by_side(command, engine, storage)
        over(command, engine, storage)
        and_back(command, engine, storage)


def side_by_side(langassets: Command, engine: sa.Engine, storage: SupabaseStorageServer) -> None:
    before, objects = rows(engine), {key: stored.body for key, stored in storage.objects.items()}
    found = {one["language"]: one for one in json.loads(langassets("compare", "--json"))}
    assert set(found) == {language for language, *_ in LANGUAGES}
    differing = {language for language, one in found.items() if one["stands"] != one["parity"]["frequent"]}
    assert differing == {"de"}
    assert "at or above the 5 % that promotes" in " ".join(found["de"]["differences"])
    assert found["nl"]["parity"]["frequent"], "never requested: keeps its flag"
    printed = langassets("compare")
    assert "7 languages: 6 stand as the replaced system's rule has them, 1 do not" in printed
    assert "de" in langassets("plan", "evaluation")
    langassets("plan", "preload")
    langassets("plan", "cleanup")
    assert rows(engine) == before, "something was written while both stood side by side"
    assert {key: stored.body for key, stored in storage.objects.items()} == objects


def over(langassets: Command, engine: sa.Engine, storage: SupabaseStorageServer) -> None:
    parity = {
        "TIER_HALF_LIFE_DAYS": "0",
        "PROMOTE_SHARE": "0.05",
        "DEMOTE_SHARE": "0.05",
        "TIER_MIN_REQUESTS": "0",
    }
    langassets.environ |= parity
    langassets("run", "evaluation")
    assert flags(engine) == {code: frequent for code, _, _, frequent, _ in LANGUAGES} | {"de": True}
    langassets("run", "cleanup")
    kept = {key for key in storage.objects if key.startswith("ja/")}
    archived = {key for key in storage.objects if key.startswith("archive/ja/")}
    assert (len(kept), len(archived)) == (20, 10), "the most used are kept; what nobody can make is put aside"
    assert "audio/lesson-1.mp3" in storage.objects
    langassets("run", "preload")
    assert json.loads(storage.objects["fr/lessons/1/text_audio.json"].body) == {"text": "fr 1"}
    assert len([key for key in storage.objects if key.startswith("he/lessons/")]) == LESSONS


def and_back(langassets: Command, engine: sa.Engine, storage: SupabaseStorageServer) -> None:
    planned = langassets("restore", "--dry-run")
    assert "10 objects would be put back" in planned
    assert "wanted again" not in planned  # which it is not
    assert "10 objects put back, 0 failed" in langassets("restore")
    assert not [key for key in storage.objects if key.startswith("archive/")]
    for number in range(1, LESSONS + 1):
        stored = storage.objects[f"ja/lessons/{number}/text_audio.json"]
        assert json.loads(stored.body) == {"text": f"ja {number}"}
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA langassets CASCADE")
        left = connection.exec_driver_sql(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
        ).scalars()
        assert list(left) == ["content", "content_types", "language_stats", "topics"]
        counted = connection.exec_driver_sql(
            "SELECT total_lessons FROM language_stats WHERE language_code = 'he'"
        ).scalar()
        assert counted == LESSONS
