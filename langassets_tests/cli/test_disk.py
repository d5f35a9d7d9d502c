"""A disk that is full, a folder that is read-only, a port that is taken: one line, and what to do."""

import errno
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from langassets.cli.terminal.messages import disk_trouble
from langassets_tests.servers.ports import free_port


def said(folder: Path, *command: str, **variables: str) -> str:
    """What a command says on standard error, which has to be one line, when it cannot work."""
    ports = {name: str(free_port()) for name in ("WEBSERVER_PORT", "API_PORT")}
    environ = {"PATH": os.environ["PATH"], "LANGASSETS_HOME": str(folder / "home"), **ports, **variables}
    script = str(Path(sys.executable).with_name("langassets"))
    done = subprocess.run(
        [script, *command], cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.splitlines()
    assert done.stdout == "" or command == ("ui",)
    return line


def test_a_full_disk_is_said_when_everything_is_started(tmp_path: Path) -> None:
    (tmp_path / "home" / "ui").mkdir(parents=True)
    (tmp_path / "home" / "ui" / "workspace.yaml").symlink_to("/dev/full")
    assert "the disk is full: free some space" in said(tmp_path, "ui")


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    line = said(tmp_path, "ui")
    assert str(tmp_path / "home") in line
    assert "Traceback" not in line


@pytest.mark.parametrize("command", ["ui", "api"])
def test_a_port_that_is_taken_is_said_before_anything_is_promised(tmp_path: Path, command: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = said(tmp_path, command, API_PORT=port)
    assert f"127.0.0.1:{port} cannot be listened on" in line
    assert "set another API_PORT" in line


def test_dagsters_own_database_on_a_full_disk_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "/where/dagster/is")
    connection = sqlite3.connect(tmp_path / "runs.db")
    connection.execute("CREATE TABLE t (x)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("INSERT INTO t VALUES (zeroblob(1000000))")
    connection.close()
    wrapped = RuntimeError("Dagster's words for it")
    wrapped.__cause__ = caught.value
    text = disk_trouble(wrapped)
    assert text is not None
    assert "/where/dagster/is" in text
    assert "free some space" in text


def test_what_is_not_the_disks_is_left_alone() -> None:
    assert disk_trouble(ValueError("disk is full")) is None
    assert disk_trouble(PermissionError(errno.EPERM, "Operation not permitted")) is None
    assert disk_trouble(FileNotFoundError(errno.ENOENT, "No such file", "x")) is None
    assert disk_trouble(sqlite3.IntegrityError("UNIQUE constraint failed")) is None
