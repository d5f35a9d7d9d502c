"""A language by any spelling, through the real commands: one decision, one object, one code for good."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of
from langassets.database.schema import language_keys, model_usage
from langassets_tests.database.earlier import take_back
from langassets_tests.project import Project
from langassets_tests.servers.postgres import new_database

DAY = (datetime.now(UTC) - timedelta(days=1)).date()
USAGE = {"EN": 400, "en": 400, "pt_BR": 60, "pt-br": 60, "iw": 30, "ja": 10}


class Installation:
    """A home with two lessons and usage as people spell it, and the commands on it."""

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.folder, self.storage = folder, folder / ".langassets" / "storage"
        environ = {
            "DAGSTER_HOME": str(folder),
            "LANGASSETS_HOME": str(folder / ".langassets"),
            "DATABASE_URL": database_url or "",
            "PREDEFINED_LANGUAGES": "pt_br,PT-BR,Zh_hans",
            "ENABLE_BACKGROUND_JOBS": "false",
        }
        self.langassets = partial(Project(folder, environ).ok, "langassets")
        (folder / "lessons").mkdir()
        for number in (1, 2):
            (folder / "lessons" / f"{number}.md").write_text(f"# Lesson {number}\n\nIt is about the sea.\n")
        rows = [f"{code},1,{DAY},{count}" for code, count in USAGE.items()]
        (folder / "usage.csv").write_text("\n".join(["language,lesson,day,count", *rows]) + "\n")
        (folder / ".langassets").mkdir()
        self.data = engine_of(database_url, folder / ".langassets")

    def begin(self) -> None:
        self.langassets("import-lessons", "lessons")
        self.langassets("import-usage", "usage.csv")

    def objects(self) -> dict[str, bytes]:
        return {
            file.relative_to(self.storage).as_posix(): file.read_bytes()
            for file in self.storage.rglob("*.json")
            if "/lessons/" in file.as_posix()
        }

    def codes(self) -> set[str]:
        return {key.split("/")[0] for key in self.objects()}

    def change(self, *statements: str) -> None:
        with self.data.begin() as connection:
            for statement in statements:
                prefix = "langassets." if connection.dialect.name == "postgresql" else ""
                connection.exec_driver_sql(statement.replace("@", prefix))
        self.data.dispose()

    def rows(self, query: sa.Select[Any]) -> list[Any]:
        with self.data.connect() as connection:
            found = list(connection.execute(query))
        self.data.dispose()
        return found

    def asked(self) -> int:
        """Segments that any model was asked for, ever."""
        query = sa.select(sa.func.sum(model_usage.c.segments)).where(model_usage.c.provider != "memory")
        return int(self.rows(query)[0][0] or 0)


@pytest.fixture(params=["sqlite", "postgresql"])
def home(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    monkeypatch.chdir(tmp_path)
    if request.param == "sqlite":
        yield Installation(tmp_path, None)
        return
    with new_database(request.getfixturevalue("postgres_server")) as url:
        made = Installation(tmp_path, url)
        yield made
        made.data.dispose()


def test_however_usage_and_settings_spell_it_a_language_is_one(home: Installation) -> None:
    home.begin()
    home.langassets("run", "all")
    assert home.codes() == {"en", "pt-BR", "zh-Hans"}
    rows = json.loads(home.langassets("status", "--json"))["languages"]
    assert {row["language"]: row["frequent"] for row in rows} == {
        "en": True,
        "pt-BR": True,
        "zh-Hans": True,
        "he": False,
        "ja": False,
    }
    assert {row["language"]: row["share"] for row in rows}["en"] == pytest.approx(800 / 960, abs=0.01)
    for spelling in ("EN", "en"):
        decisions = json.loads(home.langassets("history", "decisions", "--language", spelling, "--json"))
        assert [one["language"] for one in decisions] == ["en"]
    assert "(EN and en together)" in decisions[0]["reason"]
    assert dict(home.rows(sa.select(language_keys.c.tag, language_keys.c.key)))["pt-BR"] == "pt-BR"
    assert "Nothing to do." in home.langassets("plan", "languages")


def test_the_application_finds_its_objects_under_the_codes_that_it_uses(home: Installation) -> None:
    home.begin()
    for code, requests in (("pt_BR", 100), ("iw", 300), ("en", 600)):
        home.change(
            "INSERT INTO language_stats (language_code, language_name, total_requests) "
            f"VALUES ('{code}', '{code}', {requests})"
        )
    home.langassets("run", "all")
    assert home.codes() == {"en", "iw", "pt_BR", "zh-Hans"}
    told = dict(home.rows(sa.text("SELECT language_code, is_frequent FROM language_stats")))  # type: ignore[arg-type]
    assert all(told.values()), told


def test_an_installation_of_before_goes_on_and_asks_no_model(home: Installation) -> None:
    """As 1.0 left it: each spelling decided on and stored by itself."""
    home.begin()
    home.langassets("run", "all")
    shutil.move(home.storage / "pt-BR", home.storage / "pt_BR")
    shutil.copytree(home.storage / "en", home.storage / "EN")
    columns = "lesson, content_type, source_hash, recipe, etag, size, origin, stored_at"
    decided = "usage_read_at, tag, share, weighted_requests, frequent, change, reason, run_id"
    home.change(
        "UPDATE @stored_objects SET key = replace(key, 'pt-BR/', 'pt_BR/'), language = 'pt_BR' "
        "WHERE language = 'pt-BR'",
        "UPDATE @tier_decisions SET language = 'pt_BR' WHERE language = 'pt-BR'",
        "UPDATE @usage_snapshots SET language = 'pt_BR' WHERE language = 'pt-BR'",
        f"INSERT INTO @stored_objects (key, language, {columns}) "
        f"SELECT replace(key, 'en/', 'EN/'), 'EN', {columns} FROM @stored_objects WHERE language = 'en'",
        f"INSERT INTO @tier_decisions (evaluated_at, language, {decided}) "
        f"SELECT evaluated_at, 'EN', {decided} FROM @tier_decisions WHERE language = 'en'",
    )
    take_back(home.data, "0001", home.folder / "scratch")
    before, asked = home.objects(), home.asked()
    requested = {"1": sum(USAGE.values()), "2": 0}  # by number, as usage was recorded then
    assert asked

    said = home.langassets(
        "migrate", "--take-over"
    )  # a database of before has no identity, and Dagster no owner
    assert "pt-BR is kept under pt_BR, as in your tables or objects: nothing is moved." in said
    assert "en has objects under EN too" in said
    assert "EN" not in home.langassets("plan", "preload")
    assert "2 objects lie under EN instead of en" in home.langassets("plan", "languages")
    assert home.objects() == before
    (home.folder / "lessons" / "1.md").rename(home.folder / "lessons" / "sea.md")
    assert "renamed 1.md to sea.md" in home.langassets("import-lessons", "lessons")
    listed = json.loads(home.langassets("lessons", "--json"))
    assert {one["number"]: one["requests"] for one in listed} == requested

    home.langassets("run", "all")
    assert home.objects() == before, "nothing was made anew, and nothing went"
    assert "0 objects moved, 2 archived, 0 failed." in home.langassets("run", "languages")
    home.langassets("run", "all")
    after = home.objects()
    assert {key.split("/")[0] for key in after} == {"archive", "en", "pt_BR", "zh-Hans"}
    assert sorted(after.values()) == sorted(before.values())
    assert home.asked() == asked
