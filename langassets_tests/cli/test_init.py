"""`langassets init`: by flags and by questions, never over what is there; and what it writes works."""

import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from langassets.cli.data.init import component_files, env_text
from langassets.settings import load_settings
from langassets.settings.env_file import read_env_file
from langassets_tests.commands import run_command
from langassets_tests.project import ROOT

_FLAGS = ["init", "--no-ask", "--languages", "en,de"]


def _init(folder: Path, *further: str, code: int = 0) -> str:
    done = run_command([*_FLAGS, *further], folder, {"PATH": os.environ["PATH"], "HOME": str(folder)}, 60)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def test_by_flags_it_writes_what_a_clone_has(tmp_path: Path) -> None:
    said = _init(tmp_path, "--model", "openai")
    assert "Still to be set, in .env or in the environment: OPENAI_API_KEY" in said
    for name in ("workspace.yaml", "dagster.yaml"):
        written = yaml.safe_load((tmp_path / name).read_text(encoding="utf-8"))
        assert written == yaml.safe_load((ROOT / name).read_text(encoding="utf-8")), name
    assert load_settings(read_env_file(tmp_path / ".env")).predefined_languages == ("en", "de")
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_at_a_terminal_it_asks_and_an_empty_answer_is_the_default(tmp_path: Path) -> None:
    person, terminal = pty.openpty()
    os.write(person, b"en,fr\n\n\n\n")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("langassets")), "init"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        stdin=terminal,
        capture_output=True,
        text=True,
        timeout=60,
    )
    os.close(person)
    os.close(terminal)
    assert done.returncode == 0, done.stderr
    assert "Who translates (openai, gemini, none) [none]" in done.stdout
    assert load_settings(read_env_file(tmp_path / ".env")).predefined_languages == ("en", "fr")


@pytest.mark.parametrize("there", [".env", "workspace.yaml", "dagster.yaml"])
def test_what_is_there_is_left_as_it_is_and_the_rest_written(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("# mine\n", encoding="utf-8")
    assert f"There already, and left as it is: {there}" in _init(tmp_path)
    assert (tmp_path / there).read_text(encoding="utf-8") == "# mine\n"
    assert {file.name for file in tmp_path.iterdir()} == {".env", "workspace.yaml", "dagster.yaml"}


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / ".env").symlink_to(tmp_path / "elsewhere")
    _init(tmp_path)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("further", [["--languages", "not a code"], ["--database-url", "mysql://localhost"]])
def test_where_an_answer_is_wrong_nothing_is_written(tmp_path: Path, further: list[str]) -> None:
    assert "wrong" in _init(tmp_path, *further, code=2)
    assert list(tmp_path.iterdir()) == []


def test_for_a_component_defs_yaml_asks_the_environment_for_what_env_has(tmp_path: Path) -> None:
    _init(tmp_path, "--component", "defs/lessons", "--supabase-url", "https://abc.supabase.co")
    written = yaml.safe_load((tmp_path / "defs/lessons/defs.yaml").read_text(encoding="utf-8"))
    assert written == {
        "type": "langassets.LanguageAssets",
        "attributes": {
            "asset_key_prefix": "lessons",
            "predefined_languages": "en,de",
            "supabase_url": "https://abc.supabase.co",
            "supabase_service_role_key": "{{ env.SUPABASE_SERVICE_ROLE_KEY }}",
        },
    }
    assert read_env_file(tmp_path / ".env") == {
        "ASSET_KEY_PREFIX": "lessons",
        "PREDEFINED_LANGUAGES": "en,de",
        "SUPABASE_URL": "https://abc.supabase.co",
    }


@given(st.dictionaries(st.from_regex("[A-Z][A-Z_]*", fullmatch=True), st.text(st.characters(codec="utf-8"))))
def test_whatever_an_answer_is_it_is_read_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]
) -> None:
    file = tmp_path_factory.mktemp("env") / ".env"
    file.write_text(env_text(settings), encoding="utf-8", newline="\n")
    with file.open(encoding="utf-8", newline="") as opened:
        unchanged = "\r" not in opened.read()
    if unchanged:
        assert read_env_file(file) == settings


def test_what_it_writes_starts(tmp_path: Path, migrated_sqlite: Path) -> None:
    _init(tmp_path)
    (tmp_path / ".langassets").mkdir()
    (tmp_path / ".langassets" / "langassets.db").write_bytes(migrated_sqlite.read_bytes())
    loaded = subprocess.run(
        [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert loaded.returncode == 0, loaded.stderr


def test_what_is_missing_in_a_file_that_is_there_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PREDEFINED_LANGUAGES=fr\n", encoding="utf-8")
    said = _init(tmp_path, "--database-url", "postgresql://me:secret@localhost/x")
    assert "Still to be set, in .env or in the environment: DATABASE_URL" in said
    assert "secret" not in said
    assert "environment: PREDEFINED_LANGUAGES" not in said


def test_defs_yaml_names_no_secret() -> None:
    settings = {"DATABASE_URL": "postgresql://me:hush@localhost/x", "OPENAI_API_KEY": "hush"}
    written = component_files(Path("defs/courses"), settings, settings)
    assert "hush" not in written[Path("defs/courses/defs.yaml")]
    assert written[Path(".env")].count("hush") == 2
