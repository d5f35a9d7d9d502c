"""`langassets migrate`, where Dagster's state is in files, and where it cannot be had."""

import shutil
from pathlib import Path

import pytest

from langassets.cli.servers.migrate import migrate
from langassets.errors import DatabaseError
from langassets_tests.project import ROOT


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, as the command's working directory and as Dagster's home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("LANGASSETS_HOME", str(tmp_path / "home"))
    return tmp_path


def test_files_are_made_and_a_second_time_changes_nothing(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "dagster.yaml", place)
    for _ in range(2):
        migrate()
        said = capsys.readouterr().out
        assert said.count("is at this version.") == 2
        assert "(sqlite: " in said
        assert "Dagster's database (Sqlite)" in said
    assert (place / "home/langassets.db").exists()
    assert (place / ".dagster/history/runs.db").exists()


def test_what_is_not_set_is_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(ROOT / "deploy/dagster.yaml", place)
    with pytest.raises(DatabaseError, match="Correct DAGSTER_POSTGRES_URL, or what .*dagster.yaml says"):
        migrate()
    assert "lessons' database" in capsys.readouterr().out
