"""`langassets ui` leaves nothing behind, however it ends."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from langassets.cli.servers import children
from langassets.cli.servers.ui import end_left_over
from langassets.errors import LangassetsError
from langassets_tests.api.running import Started, answers, started, wait_until

# A launcher of two programs, one of which starts a third in a session of its own and lets go of it.
_LAUNCHER = """
import os, subprocess, sys, uuid
from pathlib import Path
from langassets.cli.servers.children import ended_with_us
from langassets.cli.servers.supervisor import Program, keep_running
from langassets.cli.servers.ui import note

record, heed = sys.argv[1:]
sleep = f"import signal, time; signal.signal(signal.SIGTERM, signal.{heed}); time.sleep(600)"
third = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {sleep!r}], start_new_session=True)"
start = uuid.uuid4().hex
note(Path(record), f"A_START={start}")
with ended_with_us(Path(record), f"A_START={start}"):
    programs = [Program(c, [sys.executable, "-c", c]) for c in (sleep, f"{third}; {sleep}")]
    keep_running(programs, {**os.environ, "A_START": start})
"""


def marked(mark: str) -> list[psutil.Process]:
    """The processes of a start."""
    return children.marked(mark)


def launched(record: Path, heed: str = "SIG_DFL") -> tuple[subprocess.Popen[bytes], str]:
    """A launcher whose three programs run, and their mark; `heed` is what SIGTERM does to them."""
    launcher = subprocess.Popen([sys.executable, "-c", _LAUNCHER, str(record), heed])
    wait_until(record.exists, 60)
    mark = json.loads(record.read_text())["mark"]
    wait_until(lambda: len(marked(mark)) == 3, 60, "the programs did not start")
    return launcher, mark


def cut(launcher: subprocess.Popen[bytes]) -> None:
    """Kill a launcher, and before it whatever watches over it."""
    for child in psutil.Process(launcher.pid).children():
        if "langassets.cli.servers.children" in child.cmdline():
            child.kill()
    launcher.kill()
    launcher.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_nothing_outlives_its_launcher(tmp_path: Path, number: signal.Signals) -> None:
    launcher, mark = launched(tmp_path / "started.json")
    launcher.send_signal(number)
    launcher.wait(60)
    wait_until(lambda: not marked(mark), 60, "something outlived its launcher")
    wait_until(lambda: not (tmp_path / "started.json").exists(), 60)


def test_the_next_start_ends_what_the_last_one_could_not(tmp_path: Path) -> None:
    record = tmp_path / "started.json"
    launcher, mark = launched(record)
    with pytest.raises(LangassetsError, match=f"runs already, as process {launcher.pid}: stop that one"):
        end_left_over(record)
    assert len(marked(mark)) == 3
    cut(launcher)
    assert len(marked(mark)) == 3
    assert len(end_left_over(record)) == 3
    assert marked(mark) == []
    assert end_left_over(record) == []


def test_what_ignores_being_asked_is_made_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    launcher, mark = launched(tmp_path / "started.json", "SIG_IGN")
    cut(launcher)
    monkeypatch.setattr(children, "_STOP_TIME", 0.5)
    assert len(end_left_over(tmp_path / "started.json")) == 3
    assert marked(mark) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"mark": "HOME=/root", "launcher": "x", "pid": 1}'])
def test_a_note_that_is_none_ends_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "started.json").write_text(text)
    assert end_left_over(tmp_path / "started.json") == []


@pytest.mark.timeout(480)
def test_the_real_programs_end_with_it_and_start_again(tmp_path: Path) -> None:
    def begun(running: Started) -> str:
        with running.client() as client:
            wait_until(lambda: answers(client, "/health"), 180, "the API did not come")
        return str(json.loads((running.home / "ui" / "started.json").read_text())["mark"])

    with started("ui", tmp_path) as running:
        mark = begun(running)
        # The web UI and the daemon begin once the code is loaded, which may take longer than the API.
        wait_until(lambda: len(marked(mark)) >= 3, 180, "the other programs did not come")
        running.process.kill()
        running.process.wait()
        wait_until(lambda: not marked(mark), 90, "something outlived the launcher")
    # Their ports are free, or this would say that they are not.
    web, api = (address.rpartition(":")[2] for address in (running.dagster, running.url))
    with started("ui", tmp_path, WEBSERVER_PORT=web, API_PORT=api) as running:
        mark = begun(running)
        running.process.send_signal(signal.SIGTERM)
        assert running.process.wait(90) == 0
        assert marked(mark) == []


def test_the_log_of_a_daemon_by_itself_has_no_colours_either(tmp_path: Path) -> None:
    (tmp_path / "workspace.yaml").write_text("load_from: [python_module: langassets.definitions]\n")
    log = tmp_path / "daemon.log"
    with started("daemon", tmp_path):
        wait_until(lambda: "dagster.daemon.SensorDaemon" in log.read_text("utf-8"), 120, "it logged nothing")
    assert [line for line in log.read_text("utf-8").splitlines() if "\x1b" in line] == []
