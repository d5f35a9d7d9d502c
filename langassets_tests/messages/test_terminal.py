"""What stands on a terminal is what was meant: texts from elsewhere, and commands that work there."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from langassets.cli.terminal.messages import as_called
from langassets.cli.terminal.tables import show
from langassets.database.records.job_runs import JobRun, Outcome
from langassets.jobs import history
from langassets.services import Services
from langassets.settings import load_settings
from langassets_tests.messages.mistakes import run
from langassets_tests.project import BIN

# Rich would take some of it for colours, some for an emoji, and fail on the end of what never began.
ODD = "he, lesson [red]7[/red], :us:: the server said [/b]"


@pytest.mark.parametrize("columns", ["40", "250"])
def test_a_text_from_elsewhere_is_shown_as_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    services, now = Services(load_settings()), datetime.now(UTC)
    begun = ("run", "preloaded_translations", now)
    history.begin(services.data, begun, [])
    history.end(services.data, JobRun(*begun, now, Outcome.FAILED, {}, ODD, 1.0, 1))
    services.data.dispose()
    assert run(monkeypatch, "history", COLUMNS=columns) == 0
    assert ODD in capsys.readouterr().out


@pytest.mark.parametrize("width", range(20, 140, 3))
def test_no_width_cuts_a_word_of_a_table(width: int) -> None:
    rows = [
        ("fr", "delete", f"fr/lessons/{n}/presentation.json", "outdated; made again from memory")
        for n in (1, 2)
    ]
    said = io.StringIO()
    show(("Language", "What", "Objects", "Why"), rows, Console(file=said, width=width))
    assert {word for row in rows for cell in row for word in cell.split()} <= set(said.getvalue().split())


def test_a_folder_of_any_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "status", LANGASSETS_HOME="[/b]:us:") == 0
    assert str(folder / "[/b]:us:") in capsys.readouterr().out


@pytest.mark.parametrize(
    ("called", "path", "named"),
    [
        (str(BIN / "langassets"), "/usr/bin:/bin", str(BIN / "langassets")),
        (str(BIN / "langassets"), f"{BIN}:/bin", "langassets"),
        ("with a space/langassets", "/bin", "'with a space/langassets'"),
        ("/usr/bin/pytest", "/bin", "langassets"),
    ],
)
def test_a_command_is_named_as_it_works(
    folder: Path, monkeypatch: pytest.MonkeyPatch, called: str, path: str, named: str
) -> None:
    (folder / "with a space").mkdir()
    (folder / "with a space" / "langassets").symlink_to(BIN / "langassets")
    monkeypatch.setattr("sys.argv", [called])
    monkeypatch.setenv("PATH", path)
    assert as_called("Look at `langassets ui`.") == f"Look at `{named} ui`."
