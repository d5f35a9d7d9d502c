"""What cannot be reached is said at once to a person at a terminal; a run that nobody watches waits."""

import os
import pty
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from langassets_tests.project import BIN
from langassets_tests.servers.ports import free_port

# It waits for most of its time, and begins early by this.
pytestmark = pytest.mark.timeout(240)

# Seconds: three tries more would take 210. On a busy machine the start alone takes ten.
_LONGEST = 40.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demonstration, and languages decided on."""
    folder = tmp_path_factory.mktemp("unreachable")
    for command in (["demo"], ["run", "evaluation"]):
        subprocess.run([BIN / "langassets", *command], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def at_a_terminal(home: Path, *command: str, **variables: str) -> tuple[int, str, float]:
    """The exit code of a command, what the terminal shows, in one line, and how many seconds it took."""
    ours, theirs = pty.openpty()
    started = time.monotonic()
    with subprocess.Popen(
        [BIN / "langassets", *command],
        cwd=home,
        env=os.environ | {"COLUMNS": "500", "NO_COLOR": "1"} | variables,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # of a terminal whose other side is closed
            while part := os.read(ours, 65536):
                shown += part
        os.close(ours)
    return process.returncode, " ".join(shown.decode().split()), time.monotonic() - started


def supabase(port: int) -> dict[str, str]:
    """The variables for a Supabase at a port of this machine."""
    return {"SUPABASE_URL": f"http://127.0.0.1:{port}", "SUPABASE_SERVICE_ROLE_KEY": "sb_secret_of-no-use"}


@pytest.mark.parametrize(("job", "listens"), [("preload", True), ("cleanup", False)])
def test_a_supabase(home: Path, silent: int, job: str, listens: bool) -> None:
    port = silent if listens else free_port()
    code, shown, seconds = at_a_terminal(home, "run", job, **supabase(port))
    assert code == 1, shown
    assert f"Supabase at http://127.0.0.1:{port} cannot be reached" in shown
    assert "see whether it is up and SUPABASE_URL is right" in shown
    assert "tried again" not in shown
    assert seconds < _LONGEST


@pytest.mark.parametrize("listens", [False, True])
def test_a_database(home: Path, silent: int, listens: bool) -> None:
    port = silent if listens else free_port()
    address = f"postgresql://u:p@127.0.0.1:{port}/x"
    code, shown, seconds = at_a_terminal(home, "run", "evaluation", DATABASE_URL=address)
    assert code == 1, shown
    assert "DATABASE_URL" in shown
    assert "See whether it is up" in shown
    assert "***" not in shown  # a password of one letter blots out nothing else
    assert "It is tried again" not in shown
    assert seconds < _LONGEST


def test_a_model(home: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/v1"
    code, shown, seconds = at_a_terminal(
        home, "run", "preload", OPENAI_API_KEY="of-no-use", OPENAI_BASE_URL=address
    )
    assert code == 1, shown
    assert "see whether the network and OPENAI_BASE_URL are right. Left to do:" in shown
    assert "It is tried again" not in shown
    assert seconds < _LONGEST


def test_a_model_that_says_nothing(home: Path, silent: int) -> None:
    code, shown, seconds = at_a_terminal(
        home, "run", "preload", OPENAI_BASE_URL=f"http://127.0.0.1:{silent}/v1", TRANSLATION_TIMEOUT="4"
    )
    assert code == 1, shown
    assert re.search(
        r"has said nothing for 1\d s: \d+ requests? with \d+ texts waited for until [\d:]{8} UTC", shown
    )
    assert "has said nothing for 12 s, three times TRANSLATION_TIMEOUT. Left to do:" in shown
    assert "It is tried again" not in shown
    assert seconds < _LONGEST


def test_where_nobody_watches_it_is_tried_again(home: Path) -> None:
    address = f"postgresql://u:p@127.0.0.1:{free_port()}/x"
    done = subprocess.run(
        [BIN / "langassets", "run", "evaluation"],
        cwd=home,
        env=os.environ | {"DATABASE_URL": address, "RETRY_DELAY": "0.01"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("It is tried again") == 3
