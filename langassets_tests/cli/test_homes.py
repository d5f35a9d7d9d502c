"""One home, one Dagster instance; and what is said of a `DAGSTER_HOME` that cannot be used."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from langassets.cli.servers.dagster_home import SETTINGS, use_dagster_home
from langassets.errors import SettingsError
from langassets_tests.project import ROOT, Project
from langassets_tests.servers.forked import forked

_NOBODY = 65534


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the project's `dagster.yaml`, as the command's working directory."""
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", "")
    return tmp_path


@pytest.mark.parametrize("named", [None, ".langassets", "./x/../.langassets", "{here}/.langassets"])
def test_the_default_home_keeps_its_state_in_the_checkout(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, named: str | None
) -> None:
    (checkout / "x").mkdir()
    if named:
        monkeypatch.setenv("LANGASSETS_HOME", named.format(here=checkout))
    assert use_dagster_home() == checkout
    assert os.environ["DAGSTER_HOME"] == str(checkout)


@pytest.mark.parametrize("named", ["other", "{here}/other", ".langassets/other"])
def test_any_other_home_has_an_instance_of_its_own(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("LANGASSETS_HOME", named.format(here=checkout))
    home = use_dagster_home()
    assert home == (checkout / named.format(here=checkout) / "dagster")
    assert (home / "dagster.yaml").read_text(encoding="utf-8") == SETTINGS


def test_runs_of_another_home_are_not_in_the_checkouts_history(tmp_path: Path) -> None:
    project = Project(tmp_path, {"LANGASSETS_HOME": "other"})
    project.ok("langassets", "demo")
    project.ok("langassets", "run", "evaluation")
    assert (tmp_path / "other/dagster/history/runs.db").exists()
    assert not list((tmp_path / ".dagster").iterdir())


# What DAGSTER_HOME is set to below {here}, and what has to be said of it.
MISTAKES = {
    "relative/folder": "which is no absolute path: set it to {here}/relative/folder",
    "{here}/missing": "which does not exist: make that folder",
    "{here}/file": "which is no folder",
    "{here}/file/below": "part of its path is no folder",
    "{here}/broken": "broken/dagster.yaml is no YAML that Dagster can read (line 2: ",
    "{here}/list": "list/dagster.yaml is no YAML that Dagster can read (it holds no settings",
    "{here}/binary": "binary/dagster.yaml is no YAML that Dagster can read (it is not text in UTF-8)",
    "{here}/folder": "dagster.yaml cannot be read: it is a folder",
}
_FILES = {"broken": b"storage:\n\tsqlite: {\n", "list": b"- storage\n", "binary": b"\xff\xfe\x00"}


def _made(here: Path) -> None:
    (here / "file").write_text("")
    (here / "folder/dagster.yaml").mkdir(parents=True)
    for name, body in _FILES.items():
        (here / name).mkdir()
        (here / name / "dagster.yaml").write_bytes(body)


@pytest.mark.parametrize("given", MISTAKES)
def test_a_home_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    _made(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", given.format(here=tmp_path))
    with pytest.raises(SettingsError) as raised:
        use_dagster_home()
    assert MISTAKES[given].format(here=tmp_path) in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_a_folder_that_may_not_be_written_is_said() -> None:
    # Not below pytest's own folder, which nobody else may enter.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        process = forked(_refused_as_no_root, folder)
        process.join(60)
        assert process.exitcode == 0


def _refused_as_no_root(folder: str) -> None:
    if os.geteuid() == 0:  # to root every folder may be written
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    os.environ["DAGSTER_HOME"] = folder
    with pytest.raises(SettingsError, match="may not write there"):
        use_dagster_home()


@pytest.mark.parametrize(
    "command", ["run evaluation", "run all", "ui", "daemon", "worker", "migrate", "doctor"]
)
def test_every_command_that_needs_dagster_says_it(tmp_path: Path, command: str) -> None:
    project = Project(tmp_path, {"DAGSTER_HOME": str(tmp_path / "missing")})
    done = project.run("langassets", *command.split())
    said = done.stdout if command == "doctor" else done.stderr
    assert done.returncode == (1 if command == "doctor" else 2), done.stderr
    assert said.count("which does not exist: make that folder") == 1
    assert "Traceback" not in done.stderr
    if command not in {"doctor", "migrate"}:
        assert done.stdout == ""


@pytest.mark.parametrize("command", ["run evaluation", "migrate", "daemon", "ui"])
def test_settings_that_dagster_does_not_know_are_one_sentence_too(tmp_path: Path, command: str) -> None:
    project = Project(tmp_path)
    (tmp_path / "dagster.yaml").write_text("storrage:\n  sqlite: {base_dir: .dagster}\n")
    done = project.run("langassets", *command.split())
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.splitlines()
    assert "storrage" in line
    assert f"{tmp_path}/dagster.yaml" in line


def test_a_home_whose_database_is_set_anew_takes_its_instance_along(tmp_path: Path) -> None:
    """From the demonstration to lessons of one's own, in the same folder."""
    project = Project(tmp_path)
    project.ok("langassets", "demo")
    project.ok("langassets", "run", "evaluation")
    shutil.rmtree(tmp_path / ".langassets")
    project.ok("langassets", "demo")
    done = project.run("langassets", "run", "evaluation")
    assert done.returncode == 0, done.stderr
    assert "Dagster's state here was that of the deployment" in done.stderr
    assert done.stderr.count(str(tmp_path / ".langassets/langassets.db")) == 2
    assert "belonged" not in project.run("langassets", "run", "evaluation").stderr
