"""What `langassets ui` started ends with it, however it ends.

Every program carries a mark of its start in its environment, and hands it on to what it starts itself. A
process of its own waits for the launcher's end: killed, a launcher can no longer stop anything. Where that
process was killed too, the next start ends what is left. That process is this module, run as a program: it
loads nothing of Dagster.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_STOP_TIME = 30.0
_MARK = re.compile(r"[A-Z_]+=[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Start:
    """One start: its mark (`VARIABLE=value`), and the identity and the process id of its launcher."""

    mark: str
    launcher: str
    pid: int


def forget(record: Path, mark: str) -> None:
    """Take the note of a start away."""
    # By now the next start may have noted itself.
    if (start := noted(record)) and start.mark == mark:
        record.unlink(missing_ok=True)


def noted(record: Path) -> Start | None:
    """The start that is noted in a file; None where none is."""
    try:
        found = Start(**json.loads(record.read_text(encoding="utf-8")))
        # Whatever has the mark is killed: nothing that another program could have in its environment.
        return found if _MARK.fullmatch(found.mark) else None
    except (OSError, ValueError, TypeError):
        return None


def end(mark: str) -> list[str]:
    """Stop the topmost, the one started last first, then kill what they leave; the commands of all."""
    found = marked(mark)
    ids = {process.pid for process in found}
    names, topmost = list[str](), list[psutil.Process]()
    for process in found:
        with suppress(psutil.Error):
            names.append(" ".join(process.cmdline()[:3]))
            if process.ppid() not in ids:
                topmost.append(process)
    for process in reversed(topmost):
        with suppress(psutil.Error):
            process.terminate()
    psutil.wait_procs(topmost, timeout=_STOP_TIME)
    kill(mark)
    return names


def kill(mark: str) -> None:
    """Kill whatever carries a mark."""
    # Again for what one of them started meanwhile; what even the system cannot end is not waited for.
    for _ in range(10):
        if not (left := marked(mark)):
            return
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=1)


def marked(mark: str) -> list[psutil.Process]:
    """Every process but this one that carries a mark."""
    found, (name, _, value) = [], mark.partition("=")
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(name) == value:
                found.append(process)
    return found


@contextmanager
def ended_with_us(record: Path, mark: str) -> Iterator[None]:
    """While the block runs, see to it that nothing with `mark` in its environment outlives this process, and
    stop it when the block ends; its start is noted in `record`."""
    # A session of its own: what ends the launcher's terminal or group does not end it.
    watcher = subprocess.Popen(  # noqa: S603 (the command is our own)
        [sys.executable, "-m", "langassets.cli.servers.children", str(record), mark],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield
    finally:
        end(mark)
        forget(record, mark)
        watcher.communicate()


def _wait_for_the_end(record: Path, mark: str) -> None:
    """Read from a launcher that never writes, until it is gone; it takes its note away when it ended well."""
    sys.stdin.buffer.read()
    start = noted(record)
    if start is not None and start.mark == mark:
        end(mark)
        forget(record, mark)


if __name__ == "__main__":
    _wait_for_the_end(Path(sys.argv[1]), sys.argv[2])
