"""The backups of docs/backup.md, taken while jobs work, are of one moment: restored, they have the same
status, the same plans, and nothing to translate again that was translated."""

import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa

from langassets.database.connection import engine_of, reading, writing
from langassets.database.decisions import Tier, record_tier
from langassets.database.migrate import migrate
from langassets.database.schema import translation_memory
from langassets.errors import PassingError
from langassets.jobs.cleanup.job import clean_up
from langassets.jobs.preload.job import preload
from langassets.services import utc_now
from langassets.tiering.policy import TierDecision
from langassets_tests.docs.pages import Block, blocks_of
from langassets_tests.docs.scratch import Scratch
from langassets_tests.docs.standing import standing
from langassets_tests.jobs.lessons import add_lesson, change_lesson, request
from langassets_tests.jobs.models import ModelServices
from langassets_tests.project import ROOT
from langassets_tests.servers.postgres import new_database, postgres_programs
from langassets_tests.translation.scripted import ScriptedProvider

_PAGE = [block for block in blocks_of(ROOT / "docs" / "backup.md") if block.what == "run"]
_SETTINGS = {
    "PREDEFINED_LANGUAGES": "en,he",
    "KEEP_RECENT_DAYS": "0",
    "KEEP_MOST_USED": "0",
    "MAX_DELETE_FRACTION": "1",
    # As the project's `.env` would say; nothing is asked of it.
    "OPENAI_API_KEY": "sk-none",
}
_LESSONS = 12


def block(program: str, kind: str, *, restores: bool = False) -> Block:
    """The page's block for this kind of project that calls a program."""
    return next(
        one
        for one in _PAGE
        if one.kind == kind and program in one.text and ("status" in one.text) is restores
    )


class Load:
    """Lessons change, languages come and go, preloads and cleanups run, until it is told to stop."""

    def __init__(self, data: sa.Engine, home: Path) -> None:
        self.data, self.home = data, home
        self.model = ScriptedProvider()
        self.rounds = 0
        self._stop = Event()
        self.lessons = [add_lesson(data, "A lesson", _content(number, 0)) for number in range(_LESSONS)]
        for lesson in self.lessons:
            request(data, "es", lesson, 1)

    def services(self) -> ModelServices:
        """As a run has them; the clock is the real one."""
        made = ModelServices(self.data, self.home, self.model, **_SETTINGS)
        made.clock = utc_now
        return made

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """While the block runs; some rounds are done before it."""
        with ThreadPoolExecutor(1) as thread:
            ended = thread.submit(self._go_on)
            try:
                while self.rounds < 2 and not ended.done():
                    self._stop.wait(0.05)
                yield
            finally:
                self._stop.set()
                ended.result()

    def round(self) -> None:
        """What a few weeks bring."""
        self.rounds += 1
        for number in (self.rounds % _LESSONS, (self.rounds + 5) % _LESSONS):
            change_lesson(self.data, self.lessons[number], _content(number, self.rounds)["text"])
        self.preload()
        asyncio.run(clean_up(self.services(), run_id=f"cleanup {self.rounds}"))

    def preload(self) -> None:
        """Of two languages that stay, and of two that come and go in turn."""
        frequent = ["en", "he", *(["es"] if self.rounds % 2 else ["fr"])]
        now = utc_now()
        decided = [
            TierDecision(one, one, 0.5, 1.0, one in frequent, "kept", "") for one in ("es", "fr", "he")
        ]
        with writing(self.data) as connection:
            record_tier(connection, Tier(now, now, tuple(decided)), "run")
        asyncio.run(preload(self.services(), frequent, run_id=f"preload {now}"))

    def memory(self) -> set[tuple[str, str]]:
        """What was translated, each with its language."""
        query = sa.select(translation_memory.c.target_language, translation_memory.c.text)
        with reading(self.data) as connection:
            return {(language, text) for language, text in connection.execute(query)}

    def _go_on(self) -> None:
        while not self._stop.is_set():
            with suppress(PassingError):  # it waited for the backup too long, and is tried again
                self.round()


def _content(number: int, version: int) -> dict[str, dict[str, str]]:
    said = [f"Paragraph {place} of lesson {number} says this." for place in range(4)]
    return {"text": {"text": "\n\n".join([*said, f"It was changed {version} times."])}}


def made(folder: Path, home: Path, environ: dict[str, str], program: str) -> Scratch:
    """A project in which `program` says what stands before it copies the database; nothing moves then."""
    found = Scratch(folder, active=True)
    real = shutil.which(program, path=f"{postgres_programs()}:{found.env['PATH']}")
    if real is None or (program == "pg_dump" and shutil.which("rclone") is None):
        pytest.skip(f"{program} or rclone is not installed: make .venv/.debian")
    found.env |= {"LANGASSETS_HOME": str(home), **_SETTINGS, **environ}
    mine = folder / "programs"
    mine.mkdir()
    wrapper = mine / program
    say = f"{sys.executable} -m langassets_tests.docs.standing >{folder}/before.json"
    wrapper.write_text(
        f'#!/bin/sh\ncase "$*" in *-readonly*|*--schema*) {say} || exit 1;; esac\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    found.env["PATH"] = f"{mine}:{postgres_programs()}:{found.env['PATH']}"
    return found


def same_after(project: Scratch, load: Load) -> None:
    """Hold what stands against what stood; then one preload."""
    project.run(f"{sys.executable} -m langassets_tests.docs.standing >after.json")
    if (before := project.folder / "before.json").exists():  # Python copies without a program of its own
        assert json.loads((project.folder / "after.json").read_text()) == json.loads(before.read_text())
    translated = load.memory()
    load.model.batches.clear()
    load.round()
    asked = {(batch.target_language, text) for batch in load.model.batches for text in batch.texts}
    assert not asked & translated
    left = asyncio.run(standing(load.services()))
    assert sum(agree for _, agree, *_ in left["differences"]) >= 3 * _LESSONS
    assert not any(others for _, _, *each in left["differences"] for others in each), left["differences"]


@pytest.mark.parametrize("program", ["sqlite3 -bail", pytest.param("copytree", marks=pytest.mark.pages)])
def test_sqlite_and_a_folder(tmp_path: Path, program: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    home = folder / ".langassets"
    home.mkdir()
    project = made(folder, home, {}, "sqlite3")
    data = engine_of(None, home)
    migrate(data)
    load = Load(data, home)
    with load.going_on():
        project.run(block(program, "translated").text)
    data.dispose()
    project.run(block("mv .langassets", "translated", restores=True).text)
    same_after(project, load)
    data.dispose()


@pytest.mark.pages
def test_postgresql_and_rclone(tmp_path: Path, postgres_server: str) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    home = folder / ".langassets"
    with new_database(postgres_server) as address:
        data = engine_of(address, home)
        migrate(data)
        load = Load(data, home)
        environ = {
            "DATABASE_URL": address,
            "RCLONE_CONFIG_SUPABASE_TYPE": "alias",
            "RCLONE_CONFIG_SUPABASE_REMOTE": str(home),
        }
        project = made(folder, home, environ, "pg_dump")
        (folder / ".env").write_text(f"DATABASE_URL='{address}'\nSUPABASE_BUCKET_NAME=storage\n")
        with load.going_on():
            project.run(block("pg_dump", "backed-up").text)
        data.dispose()
        shutil.rmtree(home / "storage")
        project.run(block("pg_restore", "backed-up", restores=True).text)
        same_after(project, load)
        data.dispose()
