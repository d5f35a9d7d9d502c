"""What all commands together say costs none of them; each is loaded when it is called."""

import inspect
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from langassets.cli.commands import COMMANDS, load

# Runs a command, and says on standard error which of langassets' and of others' modules it loaded.
_PROGRAM = """
import json, sys
from langassets.cli import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_first_line_of_each_help_is_that_of_its_command(name: str) -> None:
    target, first_line = COMMANDS[name]
    documented = inspect.getdoc(load(target))
    assert documented is not None
    assert first_line == documented.splitlines()[0]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["run", "--help"], ["plan", "--help"], ["review", "--help"], ["nonsense"]]
)
def test_what_lists_commands_loads_none_of_them(tmp_path: Path, arguments: list[str]) -> None:
    loaded = _loaded_by(arguments, tmp_path)
    assert not {f"langassets.cli.{target.partition(':')[0]}" for target, _ in COMMANDS.values()} & loaded
    assert not {"dagster", "sqlalchemy", "pandas", "langassets.settings"} & loaded


_NOT_TO_LOOK = {
    *{
        "dagster",
        "pandas",
        "markdown_it",
        "language_data.name_data",
        "sqlalchemy.dialects.postgresql",
    },
    # Of a database that holds nothing: no language has to be looked up, no file `.env` is there, no price is
    # asked for, and nobody is reached.
    *{"langcodes", "babel", "fontTools", "dotenv", "yaml", "pydantic_settings"},
    *{"langassets.storage.supabase.store", "langassets.translation.providers.gemini"},
    *{"langassets.translation.providers.openai"},
    *{"langassets.translation.checks.pair", "langassets.translation.markdown.patterns"},
    *{"langassets.translation.engine.run", "langassets.batch_mode.submit"},
}


@pytest.mark.parametrize("arguments", [["status"], ["plan", "preload"]])
def test_looking_at_what_stands_loads_nothing_that_makes_it(
    tmp_path: Path, migrated_sqlite: Path, arguments: list[str]
) -> None:
    home = tmp_path / ".langassets"
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "langassets.db")
    loaded = _loaded_by(arguments, tmp_path)
    assert "langassets.jobs.preload.plan" in loaded
    assert sorted(_NOT_TO_LOOK & loaded) == []


_NOT_TO_MAKE_NOTHING = {
    *{"pandas", "markdown_it", "langcodes", "babel", "fontTools", "openai", "httpx", "supabase"},
    "rich.progress",
    *{"langassets.translation.checks.pair", "langassets.translation.engine.engine"},
    *{"langassets.translation.documents.document", "langassets.batch_mode.job"},
    *{"langassets.jobs.preload.translating", "langassets.jobs.preload.segments"},
    *{"langassets.jobs.cleanup.plan", "langassets.jobs.reconcile.compare", "langassets.jobs.status"},
}


def test_a_preload_with_nothing_to_do_loads_nothing_that_translates(
    tmp_path: Path, migrated_sqlite: Path
) -> None:
    home = tmp_path / ".langassets"
    home.mkdir()
    shutil.copy(migrated_sqlite, home / "langassets.db")
    loaded = _loaded_by(["run", "preload"], tmp_path)
    assert "langassets.jobs.preload.job" in loaded
    assert sorted(_NOT_TO_MAKE_NOTHING & loaded) == []


def _loaded_by(arguments: list[str], folder: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return {*json.loads(done.stderr.splitlines()[-1])}
