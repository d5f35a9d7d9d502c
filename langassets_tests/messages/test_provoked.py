"""Users' commonest mistakes, made on purpose: answered in words that say what to do, never by a trace."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from langassets_tests.messages.mistakes import run
from langassets_tests.project import BIN, Project

# (command, settings, exit code, what must stand there)
Mistake = tuple[str, dict[str, str], int, tuple[str, ...]]
MISTAKES: list[Mistake] = [
    ("statsu", {}, 2, ("No such command 'statsu'", "Did you mean 'status'")),
    ("status --jsn", {}, 2, ("No such option: --jsn", "--json")),
    ("run preloda", {}, 2, ("Did you mean 'preload'",)),
    ("import-lessons", {}, 2, ("Missing argument 'folder'",)),
    ("import-lessons nowhere", {}, 2, ("nowhere does not exist", "name a folder of Markdown files")),
    ("import-lessons empty", {}, 2, ("no Markdown file", "nothing was imported")),
    ("import-lessons days.csv", {}, 2, ("is not a folder",)),
    ("import-usage nowhere.csv", {}, 2, ("there is no such file", "check the name")),
    ("import-usage empty", {}, 2, ("it is a folder; name a file",)),
    ("import-usage nothing.csv", {}, 2, ("is empty", "language,lesson,day,count")),
    ("import-usage semicolons.csv", {}, 2, ("no column 'lesson'", "separated by commas")),
    ("import-usage latin.csv", {}, 2, ("line 2", "UTF-8")),
    ("import-usage days.csv", {}, 1, ("line 2", "'2026-13-45' is not a day like")),
    ("export-review hebrew", {}, 2, ("'hebrew' is not a language code", "'he'")),
    ("export-review he --since yesterday", {}, 2, ("'yesterday' is not a day", "2026-11-01")),
    ("export-review he --format docx", {}, 2, ("'csv', 'xliff'",)),
    ("import-review nowhere.csv", {}, 2, ("there is no such file",)),
    ("import-review semicolons.csv", {}, 2, ("lacks the column 'source'", "Nothing was taken in")),
    ("import-memory semicolons.csv", {}, 2, ("semicolons.csv: This is no TMX file", "Nothing was taken in")),
    ("export-memory empty/missing/x.tmx", {}, 2, ("cannot be written", "there is no such file or folder")),
    ("export-memory .", {}, 2, (". cannot be written", "name a file")),
    ("export-memory days.csv/x.tmx", {}, 2, ("days.csv/x.tmx cannot be written", "part of its path")),
    (f"export-memory {'x' * 250}.tmx", {}, 2, ("cannot be written: File name too long",)),
    ("restore ../x", {}, 2, ("'../x' is not a language code", "'he'")),
    ("history decisions --language h!", {}, 2, ("'h!' is not a language code", "'he'")),
    ("api", {"API_HOST": "no.such.host.invalid"}, 2, ("set API_HOST to an address of this machine",)),
    ("api", {"API_HOST": "192.0.2.1"}, 2, ("set API_HOST to an address of this machine",)),
    ("history foo", {}, 2, ("no history of 'foo'", "runs, decisions, plans, cost")),
    ("cost --since tomorrow", {}, 2, ("--since wants a day", "2026-11-01")),
    ("simulate", {}, 2, ("nothing to replay", "import-usage")),
    ("simulate --json --csv", {}, 2, ("ask for one of them",)),
    ("simulate --promote 5", {}, 2, ("--promote", "less than or equal to 1")),
    (
        "status",
        {"PROMOTE_SHARE": "5", "EVALUATION_CRON": "* *"},
        2,
        ("2 settings are wrong", "PROMOTE_SHARE"),
    ),
    ("status", {"DEMOTE_SHARE": "0.5"}, 2, ("DEMOTE_SHARE is above PROMOTE_SHARE", "set DEMOTE_SHARE to")),
    ("status", {"PREDEFINED_LANGUAGES": "en,h!"}, 2, ("not a language code: h!",)),
    ("status", {"SUPABASE_URL": "abc"}, 2, ("SUPABASE_URL: not an address", "https://abc.supabase.co")),
    ("status", {"SUPABASE_URL": "https://a.b"}, 2, ("SUPABASE_SERVICE_ROLE_KEY is not: set both",)),
    ("status", {"TRANSLATION_MODE": "batch"}, 2, ("set OPENAI_API_KEY",)),
    ("status", {"DATABASE_URL": "mysql://u"}, 2, ("DATABASE_URL: not an address of a PostgreSQL",)),
    (
        "status",
        {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:9/x"},
        1,
        ("DATABASE_URL", "whether it is up"),
    ),
    (
        "status",
        {"SUPABASE_URL": "http://127.0.0.1:9", "SUPABASE_SERVICE_ROLE_KEY": "hidden"},
        1,
        ("cannot be reached", "SUPABASE_URL is right"),
    ),
    ("status", {"LANGASSETS_HOME": "days.csv"}, 2, ("LANGASSETS_HOME names days.csv", "name a folder")),
    ("plan preload", {"MODEL_PRICES": "abc"}, 2, ("MODEL_PRICES: 'abc'", "my-model=0.25/2.00")),
    ("plan preload", {"GLOSSARY_FILE": "nope.csv"}, 2, ("nope.csv cannot be read", "GLOSSARY_FILE")),
]


@pytest.mark.parametrize(
    ("command", "environ", "code", "said"),
    MISTAKES,
    ids=[f"{command} {' '.join(environ)}".strip() for command, environ, *_ in MISTAKES],
)
def test_a_mistake_is_answered_in_words(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    environ: Mapping[str, str],
    code: int,
    said: tuple[str, ...],
) -> None:
    assert run(monkeypatch, *command.split(), **environ) == code
    printed = capsys.readouterr()
    words = " ".join((printed.out + printed.err).split())
    for part in said:
        assert part in words
    assert "Traceback" not in words
    assert "hidden" not in words
    if code == 2:
        assert not printed.out  # a program that reads the output is not handed a complaint


def test_a_settings_file_that_is_no_text(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".env").write_bytes(b"\xff\xfebad")
    assert run(monkeypatch, "status") == 2
    assert ".env is not text in UTF-8: save it" in capsys.readouterr().err


def test_a_database_of_a_newer_version_and_one_that_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "import-lessons", "lessons") == 0
    with sqlite3.connect(folder / ".langassets" / "langassets.db") as opened:
        opened.execute("UPDATE schema_version SET version_num = 'of tomorrow'")
    opened.close()
    assert run(monkeypatch, "status") == 2
    assert "newer langassets (its schema is of tomorrow" in capsys.readouterr().err
    (folder / "broken").mkdir()
    (folder / "broken" / "langassets.db").write_bytes(os.urandom(5000))
    assert run(monkeypatch, "status", LANGASSETS_HOME="broken") == 2
    assert "file is not a database. Move the file away" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["status", "history", "history decisions", "plan cleanup", "plan preload", "doctor"]
)
def test_for_machines_the_output_is_json_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    run(monkeypatch, *command.split(), "--json")
    json.loads(capsys.readouterr().out)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "one.md").write_text("# One\n\nA sentence.\n")
    made.ok("langassets", "import-lessons", "lessons")
    return made


def test_a_run_says_at_once_that_it_waits_for_the_database(project: Project) -> None:
    project.environ |= {"DATABASE_URL": "postgresql://u:hidden@127.0.0.1:9/x", "RETRY_DELAY": "0.1"}
    done = project.run("langassets", "run", "preload")
    assert done.returncode == 1
    waits = [line for line in done.stderr.splitlines() if "It is tried again in" in line]
    assert [line.rpartition(" in ")[2] for line in waits] == ["0.1 s.", "0.2 s.", "0.4 s."]
    assert all("DATABASE_URL" in line and "whether it is up" in line for line in waits)
    assert "hidden" not in done.stderr + done.stdout


def test_a_terminal_without_the_letters_shows_marks_and_no_trace(project: Project) -> None:
    project.environ |= {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C", "NO_COLOR": "1"}
    printed = project.ok("langassets", "status")
    assert "Hebrew" in printed
    assert "?" in printed
    assert "\x1b[" not in printed


def test_on_a_narrow_terminal_no_word_is_cut(project: Project) -> None:
    project.environ |= {"COLUMNS": "30"}
    printed = project.ok("langassets", "status")
    assert "…" not in printed
    assert "Tier: frequent" in printed


def test_outside_a_project_dagster_reports_nothing_over_the_network_and_prints_no_notice(
    project: Project,
) -> None:
    (project.folder / "dagster.yaml").unlink()
    done = project.run("langassets", "run", "preload")
    assert done.returncode == 0
    assert "elemetry" not in done.stderr
    assert "dagster.yaml" not in done.stderr
    settings = (project.folder / ".langassets" / "dagster" / "dagster.yaml").read_text()
    assert "telemetry:\n  enabled: false" in settings


def test_a_run_that_ctrl_c_ends_says_so_and_so_does_its_history(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        project.environ |= {"OPENAI_BASE_URL": address, "OPENAI_API_KEY": "hidden"}
        running = subprocess.Popen(
            [str(BIN / "langassets"), "run", "preload"],
            cwd=project.folder,
            env=project.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        silent.settimeout(170)
        asked, _ = silent.accept()  # the work is under way, and waits for an answer
        with asked:
            running.send_signal(signal.SIGINT)
            printed, _ = running.communicate(timeout=170)
    assert running.returncode == 130, printed
    assert "Interrupted. What was answered and stored until then is kept" in printed
    assert "Traceback" not in printed
    assert "ended while it worked" in project.ok("langassets", "history", "--json")
