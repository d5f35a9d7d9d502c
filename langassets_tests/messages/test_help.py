"""`--help` of every command, with examples that work; and what the shell offers behind Tab."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from langassets.cli import app
from langassets.cli.terminal.arguments import languages
from langassets.database.usage.lesson_usage import UsageRow, add_requests
from langassets.jobs.evaluation.evaluate import evaluate, read_usage
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.messages.mistakes import run
from langassets_tests.project import BIN

_EXAMPLE = re.compile(r"Example: (langassets .*)")


def commands(group: Any = None, name: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with its name."""
    group = group or typer.main.get_command(app)
    for part, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*name, part))
        else:
            yield (*name, part), command


COMMANDS = dict(commands())
EXAMPLES = [
    (name, example)
    for name, command in COMMANDS.items()
    for example in _EXAMPLE.findall(" \n".join(re.sub(r"\s*\n\s*", "\n", command.help or "").splitlines()))
]
# Servers, which run until they are stopped.
_SERVERS = {"ui", "api", "daemon", "worker"}


@pytest.mark.parametrize("name", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does_with_an_example(name: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(app, [*name, "--help"])
    assert shown.exit_code == 0
    words = " ".join(shown.stdout.split())
    assert f"Example: langassets {' '.join(name)}" in words
    for parameter in COMMANDS[name].params:
        assert getattr(parameter, "help", None) or parameter.name == "help", parameter.name


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_every_example_is_understood(name: tuple[str, ...], example: str) -> None:
    arguments = shlex.split(example)[1 + len(name) :]
    COMMANDS[name].make_context(" ".join(name), arguments)


def test_the_examples_run_one_after_the_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    days = "\n".join(f"{code},one,2026-0{month}-01,100" for code in ("en", "es") for month in range(1, 8))
    (folder / "requests.csv").write_text(f"language,lesson,day,count\n{days}\n")
    first = ["import-lessons", "import-usage", "export-memory", "import-memory"]
    # Jobs, reviews and exports have tests of their own by command; a demonstration wants its own database.
    apart = {"run", "review", "import-review", "export-lessons", "demo", "doctor"}
    rest = {name[0] for name in COMMANDS} - {*first, *_SERVERS, *apart}
    for part in [*first, *sorted(rest)]:
        for example in (example for name, example in EXAMPLES if name[0] == part):
            assert run(monkeypatch, *shlex.split(example)[1:]) == 0, example


def complete(
    folder: Path, line: str, shell: str = "bash", **environ: str
) -> subprocess.CompletedProcess[str]:
    """What the shell is told when Tab is pressed at the end of `line`, by the protocol of its script."""
    asked = {"_LANGASSETS_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
    if shell == "bash":
        words = line.split(" ")
        asked |= {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    if shell == "fish":
        asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    kept = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        [BIN / "langassets"],
        cwd=folder,
        env=kept | asked | environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("shell", "line", "offered"),
    [
        ("bash", "langassets imp", {"import-lessons", "import-usage", "import-review", "import-memory"}),
        ("zsh", "langassets export-review ", {"he", "fr"}),
        ("fish", "langassets history d", {"decisions"}),
    ],
)
def test_the_shell_completes_commands_and_languages(
    tmp_path: Path, shell: str, line: str, offered: set[str]
) -> None:
    done = complete(tmp_path, line, shell, PREDEFINED_LANGUAGES="he,fr")
    assert offered <= set(re.findall(r"[\w-]+", done.stdout))
    assert not list(tmp_path.iterdir())  # Tab makes no database


def test_languages_that_were_decided_on_are_offered(folder: Path) -> None:
    settings = load_settings()
    services, now = Services(settings), datetime.now(UTC)
    add_requests(services.data, [UsageRow("es", "one", now.date(), 1000)])
    read_usage(services.data, settings.tier_half_life_days, now)
    evaluate(services.data, settings, now, "run")
    assert dict(languages("e")) == {"en": "English", "es": "Spanish – español"}


@pytest.mark.parametrize(
    "environ", [{"DATABASE_URL": "postgresql://u@127.0.0.1:9/x"}, {"PROMOTE_SHARE": "nonsense"}]
)
def test_where_nothing_can_be_read_tab_is_silent(tmp_path: Path, environ: dict[str, str]) -> None:
    done = complete(tmp_path, "langassets export-review ", **environ)
    assert "Error" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", ".bashrc"),
        ("zsh", ".zfunc/_langassets"),
        ("fish", ".config/fish/completions/langassets.fish"),
    ],
)
def test_completion_is_installed_for_the_shell_that_is_named(tmp_path: Path, shell: str, file: str) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
    }
    done = subprocess.run(
        [BIN / "langassets", "--install-completion", shell],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "langassets" in (tmp_path / file).read_text()
    bash = shutil.which("bash")
    if shell == "bash" and bash:
        script = next((tmp_path / ".bash_completions").iterdir())
        said = subprocess.run(
            [bash, "-c", f"source {script}; complete -p langassets"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "_langassets_completion" in said.stdout


def test_which_version_this_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"langassets {version('langassets')}\n"
